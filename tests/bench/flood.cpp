// SPDX-License-Identifier: GPL-3.0-or-later
#include "flood.h"

#include "clock.h"
#include "dialect.h"
#include "http.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace signalbox::bench {

namespace {

constexpr int64_t kAttemptTimeoutNs = 10 * kSecond;
constexpr int64_t kProbeTimeoutNs = 5 * kSecond;
constexpr auto kProbePause = std::chrono::milliseconds(10);
constexpr std::string_view kSlowHead = "GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";

} // namespace

Attempt::Attempt(Loop& loop, const Options& options, Tally& tally)
    : Connection(loop)
    , m_options(options)
    , m_tally(tally)
{
}

void Attempt::begin(uint64_t number)
{
    m_number = number;
    m_beganNs = nowNs();
    m_busy = open(m_options.endpoint);
    m_tally.lost += !m_busy;
}

void Attempt::expire(int64_t now)
{
    if (!m_busy || now - m_beganNs < kAttemptTimeoutNs)
        return;
    reset();
    m_busy = false;
    ++m_tally.timedOut;
}

void Attempt::onConnected()
{
    ++m_tally.connected;
    const auto kind = m_number % 3;
    if (kind == 0) {
        close();
        m_busy = false;
        return;
    }
    Options asked = m_options;
    if (kind == 1)
        asked.sessionSecret = "not the secret";
    const long dialog = m_options.firstChannel + static_cast<long>(m_number) % m_options.channels;
    write(Dialect::make(asked)->subscribeRequest(Transport::WebSocket, dialog, {}));
}

void Attempt::onBytes(std::string_view bytes)
{
    ResponseHead head;
    if (parseResponseHead(bytes, head) == Parse::Ok)
        ++m_tally.answers[head.status];
    else
        ++m_tally.lost;
    reset();
    m_busy = false;
}

void Attempt::onClosed()
{
    ++m_tally.lost;
    m_busy = false;
}

SlowHead::SlowHead(Loop& loop, uint64_t& cut)
    : Connection(loop)
    , m_cut(cut)
{
}

void SlowHead::sendByte()
{
    if (!isConnected())
        return;
    write(m_at < kSlowHead.size() ? kSlowHead.substr(m_at, 1) : "x");
    ++m_at;
}

class HealthProbe::Request final : public Connection
{
public:
    using Connection::Connection;

    enum class State { Waiting, Good, Failed };
    State state = State::Waiting;

    void ask(const Options& options)
    {
        state = State::Waiting;
        m_in.clear();
        if (!isOpen() && !open(options.endpoint))
            state = State::Failed;
        else
            write(getRequest(options.healthPath, options.endpoint.host));
    }

private:
    void onConnected() override {}
    void onClosed() override { state = State::Failed; }
    void onBytes(std::string_view bytes) override
    {
        m_in += bytes;
        ResponseHead head;
        const Parse result = parseResponseHead(m_in, head);
        if (result == Parse::Incomplete)
            return;
        const auto body = static_cast<size_t>(std::max<int64_t>(head.contentLength, 0));
        if (result == Parse::Ok && head.status == 200 && m_in.size() >= head.size + body)
            state = State::Good;
        else if (result == Parse::Bad || head.status != 200)
            state = State::Failed;
    }

    std::string m_in;
};

HealthProbe::HealthProbe(const Options& options)
    : m_options(options)
{
}

void HealthProbe::probe(Request& request, bool isKept)
{
    const int64_t start = nowNs();
    request.ask(m_options);
    while (request.state == Request::State::Waiting && nowNs() - start < kProbeTimeoutNs)
        m_loop.turn(start + kProbeTimeoutNs);
    (isKept ? kept : fresh).add(nowNs() - start);
    failures += request.state != Request::State::Good;
    if (!isKept || request.state != Request::State::Good)
        request.close();
}

void HealthProbe::run(const std::atomic<bool>& stop)
{
    Request keptRequest(m_loop);
    Request freshRequest(m_loop);
    for (bool isKept = true; !stop; isKept = !isKept) {
        probe(isKept ? keptRequest : freshRequest, isKept);
        std::this_thread::sleep_for(kProbePause);
    }
}

} // namespace signalbox::bench
