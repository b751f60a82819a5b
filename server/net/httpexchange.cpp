// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/httpexchange.h"

#include "net/httpconnection.h"
#include "net/httpexchangestate.h"
#include "shared/errors.h"

#include <utility>

namespace signalbox {

HttpExchange::State::State(HttpConnection* owner, quint64 number, HttpRequest content)
    : connection(owner)
    , sequence(number)
    , request(std::move(content))
{
}

HttpExchange::State::~State()
{
    if (connection)
        connection->respond(sequence, HttpResponse::json(500, Error(ErrorCode::Internal).toJson()));
}

HttpExchange::HttpExchange(std::shared_ptr<State> state)
    : m_state(std::move(state))
{
}

const HttpRequest& HttpExchange::request() const
{
    return m_state->request;
}

QByteArray HttpExchange::takeBody()
{
    return std::exchange(m_state->request.body, QByteArray());
}

void HttpExchange::respond(HttpResponse response)
{
    if (!isAlive())
        return;
    // The handler may own the last handle besides this one.
    const std::shared_ptr<State> state = m_state;
    const std::function<void()> dropped = std::exchange(state->peerEnd, nullptr);
    std::exchange(state->connection, nullptr)->respond(state->sequence, std::move(response));
}

bool HttpExchange::canTakeOver() const
{
    return isAlive() && m_state->connection->canTakeOver(m_state->sequence);
}

StreamPtr HttpExchange::takeOver(QByteArray* leftover)
{
    if (!canTakeOver())
        return nullptr;
    const std::shared_ptr<State> state = m_state;
    const std::function<void()> dropped = std::exchange(state->peerEnd, nullptr);
    return std::exchange(state->connection, nullptr)->takeOver(leftover);
}

bool HttpExchange::isAlive() const
{
    return m_state && m_state->connection;
}

void HttpExchange::setPeerEndHandler(std::function<void()> handler)
{
    if (isAlive())
        m_state->peerEnd = std::move(handler);
}

} // namespace signalbox
