// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenbucket.h"
#include "net/websocketdecoder.h"
#include "socketio/enginepacket.h"
#include "socketio/engineprobe.h"
#include "socketio/enginesessions.h"
#include "transport/clientconnection.h"

#include <memory>

namespace signalbox {

/// A session of Engine.IO v4: on a WebSocket from the start, or by long-polling, which may be upgraded. It behaves like
/// the official server towards its client; what the messages mean is the derived class's matter. Its frames wait in
/// the session's queue in the form of the present transport; at an upgrade they are rewritten, so that order holds.
///
/// Two ways to end: drop(), at once, for what the client did wrong on this level; closeEngine(), in good order, where a
/// polling client may fetch what waits for it for 30 seconds.
class EngineConnection : public ClientConnection, private WsSink
{
public:
    EngineConnection(EdgeWorker& edge, SessionMetaPtr meta, std::shared_ptr<EngineSessions> sessions,
                     WireFormat format);
    ~EngineConnection() override;

    const QByteArray& sid() const { return m_sid; }
    bool isPolling() const { return session().format().framing == Framing::Polling; }

    // The caller attaches it then.
    /// The handshake came by a GET that is answered when the core has admitted the session.
    void openPolling(quint64 ticket, EngineReply reply);
    /// The stream after the opening handshake's request, see EngineArrival. The answer is `handshake` when the core has
    /// admitted the session, and the error as HTTP when it has not.
    void openWebSocket(StreamPtr stream, QByteArray leftover, QByteArray handshake);

    // What EngineSessions passes on, while isPolling():
    void poll(quint64 ticket, EngineReply reply);
    void post(const EngineRequest& request, const EngineReply& reply);
    /// The client of a poll has gone.
    void abandoned(quint64 ticket);
    bool mayUpgrade() const { return isPolling() && isLive() && !isClosing() && !m_probe; }
    void probe(StreamPtr stream, QByteArray leftover, const QByteArray& handshake);

    // For its EngineProbe:
    WsSink& sink() { return *this; }
    void releasePoll();
    /// The client has taken leave of polling: what is sent from now on waits for the probe's stream.
    void upgrading();
    /// Takes that stream. Destroys the probe.
    void upgraded();
    void probeEnded();
    void partFrom(StreamPtr stream) { m_sessions->partFrom(std::move(stream)); }

protected:
    /// The handshake is on its way.
    virtual void opened() {}
    /// A message from the client. May close, never destroys.
    virtual void receivedMessage(EnginePacket message) = 0;
    /// The deadline of setDeadline() was reached.
    virtual void deadlineReached() {}

    void sendMessage(QByteArray text);
    void sendBinary(QByteArray bytes);
    /// Ends the session in good order.
    void closeEngine();
    /// Ends it at once.
    void drop();
    /// One deadline of the derived class; 0 disarms it.
    void setDeadline(qint64 inMs);
    /// What closeEngine() says last in the session's queue; a polling client gets its close packet by itself.
    QByteArray closePacket() const;

    void begin(const Replay& replay, bool resuming) override;
    void refuse(const Error& error) override;
    QByteArray lastWords(const Error& why) override;
    void received(char* data, qsizetype size) override;
    void heartbeat() override;
    void ending() override;
    void writeWithoutStream() override;
    bool mayWriteWithoutStream() const override { return true; }
    qint64 closingMs() const override;

private:
    bool wsMessage(WsOpcode type, QByteArray payload) override;
    bool wsPing(QByteArrayView payload) override;
    bool wsPong(QByteArrayView payload) override;
    bool wsClose(int code, QByteArrayView reason) override;
    void wsError(int closeCode, const char* reason) override;

    void send(const EnginePacket& packet);
    void receivedPacket(EnginePacket packet);
    void pongArrived();
    void armNext();
    QByteArray openingJson() const;
    QByteArray takeQueue();
    void answerPoll(HttpResponse response);
    bool withinRate();

    const std::shared_ptr<EngineSessions> m_sessions;
    const QByteArray m_sid;
    WebSocketDecoder m_decoder;
    std::unique_ptr<EngineProbe> m_probe;
    EngineReply m_poll; ///< the poll that waits for something to be sent
    quint64 m_pollTicket = 0;
    bool m_pollAwaitsClose = false; ///< the poll was there before the end began
    QByteArray m_leftover;
    QByteArray m_handshake; ///< until it is written
    TokenBucket m_rate;
    qint64 m_nextPingMs = 0; ///< all of these: steady
    qint64 m_pingedMs = 0;   ///< 0: every ping was answered
    qint64 m_deadlineMs = 0; ///< 0: none
};

} // namespace signalbox
