// SPDX-License-Identifier: GPL-3.0-or-later
#include "socketio/engineprobe.h"

#include "net/websocketframe.h"
#include "socketio/engineconnection.h"
#include "transport/edgeworker.h"

namespace signalbox {

namespace {

constexpr qint64 kUpgradeMs = 10'000;
constexpr qint64 kReleasePollMs = 100;

} // namespace

EngineProbe::EngineProbe(EngineConnection& session, EdgeWorker& edge, StreamPtr stream, const WsLimits& limits)
    : m_session(session)
    , m_edge(edge)
    , m_stream(std::move(stream))
    , m_decoder(limits)
    , m_tick(Deadline::calling<&EngineProbe::tick>(this))
    , m_endsAtMs(edge.clock().steadyMs() + kUpgradeMs)
{
    m_stream->setListener(this);
    m_edge.worker().deadlines().arm(m_tick, m_endsAtMs);
}

void EngineProbe::start(const QByteArray& handshake, QByteArray leftover)
{
    if (!write(handshake))
        m_session.probeEnded();
    else if (!leftover.isEmpty())
        decode(leftover.data(), leftover.size());
}

StreamPtr EngineProbe::takeStream()
{
    m_stream->setListener(nullptr);
    return std::move(m_stream);
}

void EngineProbe::streamReadable()
{
    QByteArray& buffer = m_edge.worker().readBuffer();
    const qint64 count = m_stream->read(buffer.data(), buffer.size());
    if (count > 0)
        decode(buffer.data(), count);
    else if (count < 0)
        m_session.probeEnded();
}

void EngineProbe::streamClosed()
{
    m_session.probeEnded();
}

/// Each way out of here may destroy this.
void EngineProbe::decode(char* data, qsizetype size)
{
    m_decoder.feed(data, size, *this);
    if (m_upgraded)
        m_session.upgraded();
    else if (m_failed)
        m_session.probeEnded();
}

bool EngineProbe::wsMessage(WsOpcode type, QByteArray payload)
{
    if (m_upgraded)
        return m_session.sink().wsMessage(type, std::move(payload));
    if (type == WsOpcode::Text && payload == "2probe") {
        m_failed = !write(encodeWsFrame(WsOpcode::Text, "3probe"));
        m_edge.worker().deadlines().arm(m_tick, m_edge.clock().steadyMs() + kReleasePollMs);
        return !m_failed;
    }
    if (type == WsOpcode::Text && payload == "5") {
        m_upgraded = true;
        m_session.upgrading();
        return true;
    }
    fail(kWsNoCloseCode);
    return false;
}

bool EngineProbe::wsPing(QByteArrayView payload)
{
    if (m_upgraded)
        return m_session.sink().wsPing(payload);
    m_failed = !write(encodeWsFrame(WsOpcode::Pong, payload));
    return !m_failed;
}

bool EngineProbe::wsPong(QByteArrayView)
{
    return true;
}

bool EngineProbe::wsClose(int code, QByteArrayView reason)
{
    if (m_upgraded)
        return m_session.sink().wsClose(code, reason);
    fail(code);
    return false;
}

void EngineProbe::wsError(int closeCode, const char* reason)
{
    if (m_upgraded)
        m_session.sink().wsError(closeCode, reason);
    else
        fail(closeCode);
}

void EngineProbe::fail(int closeCode)
{
    write(encodeWsClose(closeCode, {}));
    m_session.partFrom(std::move(m_stream));
    m_failed = true;
}

/// A few bytes on a fresh connection: one that does not take them is of no use.
bool EngineProbe::write(const QByteArray& bytes)
{
    const iovec part{const_cast<char*>(bytes.data()), static_cast<size_t>(bytes.size())};
    return m_stream->write(&part, 1) == bytes.size();
}

void EngineProbe::tick()
{
    const qint64 now = m_edge.clock().steadyMs();
    if (now >= m_endsAtMs) {
        fail(kWsNoCloseCode);
        m_session.probeEnded();
        return;
    }
    m_session.releasePoll();
    m_edge.worker().deadlines().arm(m_tick, std::min(m_endsAtMs, now + kReleasePollMs));
}

} // namespace signalbox
