// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/deadlinewheel.h"
#include "net/stream.h"
#include "net/websocketdecoder.h"

namespace signalbox {

class EdgeWorker;
class EngineConnection;

/// A WebSocket that a long-polling session may be going to be upgraded to. Answers `2probe` with `3probe`, lets the
/// client's poll go so that it can stop polling, and hands itself over at `5`. Anything else, or ten seconds without
/// it, ends the WebSocket; the session polls on. Owned by its session, on its thread.
class EngineProbe final : private StreamListener, private WsSink
{
public:
    EngineProbe(EngineConnection& session, EdgeWorker& edge, StreamPtr stream, const WsLimits& limits);
    Q_DISABLE_COPY_MOVE(EngineProbe)

    /// May destroy this.
    void start(const QByteArray& handshake, QByteArray leftover);

    // For the session, at EngineConnection::upgraded():
    StreamPtr takeStream();
    WebSocketDecoder takeDecoder() { return std::move(m_decoder); }

private:
    void streamReadable() override;
    void streamWritable() override {}
    void streamClosed() override;
    bool wsMessage(WsOpcode type, QByteArray payload) override;
    bool wsPing(QByteArrayView payload) override;
    bool wsPong(QByteArrayView payload) override;
    bool wsClose(int code, QByteArrayView reason) override;
    void wsError(int closeCode, const char* reason) override;

    void decode(char* data, qsizetype size);
    bool write(const QByteArray& bytes);
    void fail(int closeCode);
    void tick();

    EngineConnection& m_session;
    EdgeWorker& m_edge;
    StreamPtr m_stream;
    WebSocketDecoder m_decoder;
    Deadline m_tick;
    qint64 m_endsAtMs;       ///< steady
    bool m_upgraded = false; ///< what comes now is the session's
    bool m_failed = false;
};

} // namespace signalbox
