// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/websocketdecoder.h"
#include "transport/clientconnection.h"

namespace signalbox {

/// A client on a WebSocket (RFC 6455): frames, pings, the closing handshake. What the messages mean, and whether it
/// takes binary ones, is the derived class's matter.
class WebSocketConnection : public ClientConnection, private WsSink
{
public:
    WebSocketConnection(EdgeWorker& edge, SessionMetaPtr meta, WireFormat format, const WsLimits& limits);

    /// The stream after the opening handshake's request; `handshake` is the 101 answer. Reading begins when the
    /// connection is live, with `leftover`.
    void open(StreamPtr stream, QByteArray leftover, QByteArray handshake);

protected:
    /// A message from a live client within its rate; the payload of Text is valid UTF-8. May close, never destroys.
    virtual void receivedMessage(WsOpcode textOrBinary, QByteArray payload) = 0;
    /// The first words to a client that has just been admitted. Here: `connection.established`, and `reset` when what
    /// it missed is gone.
    virtual void greet(const Replay& replay, bool resuming);
    /// The client answered a ping.
    void pongArrived();

    void begin(const Replay& replay, bool resuming) override;
    void refuse(const Error& error) override;
    QByteArray lastWords(const Error& why) override;
    void received(char* data, qsizetype size) override;
    void heartbeat() override;

    /// Seed 000's doors ping with the text `__ping__`; the others with ping frames.
    bool pingsAreText() const;

private:
    bool wsMessage(WsOpcode type, QByteArray payload) override;
    bool wsPing(QByteArrayView payload) override;
    bool wsPong(QByteArrayView payload) override;
    bool wsClose(int code, QByteArrayView reason) override;
    void wsError(int closeCode, const char* reason) override;

    bool withinRate();
    void heardFrom();
    qint64 pingIntervalMs() const;

    WebSocketDecoder m_decoder;
    QByteArray m_leftover;
    TokenBucket m_rate;
    qint64 m_nextPingMs = 0;        ///< steady
    qint64 m_unansweredSinceMs = 0; ///< steady; 0: every ping was answered
};

} // namespace signalbox
