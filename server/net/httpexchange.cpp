// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/httpexchange.h"

#include "net/httpconnection.h"

namespace signalbox {

struct HttpExchange::State
{
    State(HttpRequest r, std::shared_ptr<HttpSlot> s) : request(std::move(r)), slot(std::move(s)) {}
    ~State()
    {
        if (!slot->answered)
            answer(HttpResponse::json(500, Error(ErrorCode::Internal).toJson()));
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void answer(HttpResponse response)
    {
        if (slot->answered)
            return;
        slot->answered = true;
        if (!slot->connection)
            return;
        slot->response = std::move(response);
        slot->connection->answered();
    }

    HttpRequest request;
    std::shared_ptr<HttpSlot> slot;
};

HttpExchange::HttpExchange(std::shared_ptr<State> state) : m_state(std::move(state)) {}

HttpExchange HttpExchange::make(HttpRequest request, std::shared_ptr<HttpSlot> slot)
{
    return HttpExchange(std::make_shared<State>(std::move(request), std::move(slot)));
}

const HttpRequest& HttpExchange::request() const
{
    return m_state->request;
}

QByteArray HttpExchange::takeBody()
{
    return std::exchange(m_state->request.body, {});
}

void HttpExchange::respond(HttpResponse response)
{
    m_state->answer(std::move(response));
}

bool HttpExchange::canTakeOver() const
{
    return isAlive() && !m_state->slot->answered && m_state->slot->connection->isNext(*m_state->slot);
}

StreamPtr HttpExchange::takeOver(QByteArray* leftover)
{
    if (!canTakeOver())
        return {};
    m_state->slot->answered = true;
    return m_state->slot->connection->giveAway(leftover);
}

bool HttpExchange::isAlive() const
{
    return m_state && m_state->slot->connection;
}

} // namespace signalbox
