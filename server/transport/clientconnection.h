// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session.h"
#include "core/tokenbucket.h"
#include "net/deadlinewheel.h"
#include "net/stream.h"
#include "transport/eventcodec.h"

#include <QString>

namespace signalbox {

class EdgeWorker;

/// One long-lived client connection: a stream, a session in the hub, a heartbeat, and an end. Owned by its EdgeWorker,
/// on its thread; the protocols derive from it. Life: made → attach() → live (the core's answer came) → closing (last
/// words are written) → retired.
class ClientConnection : public StreamListener, public SessionCarrier
{
public:
    ClientConnection(EdgeWorker& edge, SessionMetaPtr meta, WireFormat format);
    ~ClientConnection() override;
    ClientConnection(const ClientConnection&) = delete;
    ClientConnection& operator=(const ClientConnection&) = delete;

    quint64 id() const { return m_session.meta().id; }
    Session& session() { return m_session; }
    const Session& session() const { return m_session; }

    /// Joins the channels in the hub and asks the core for admission and the missed events. `since` is the text the
    /// client gave: a position, or anything else that is then answered by a reset; null for a fresh start.
    void attach(const std::vector<QByteArray>& channels, const QByteArray& since);
    /// The client has said who it is: from now on the connection counts as `meta` (with the same id), and `channels`
    /// are joined beside those it has. The core's answer comes to identified().
    void identify(SessionMetaPtr meta, const std::vector<QByteArray>& channels, const QByteArray& since);

    /// Says why, writes what waits, ends the connection. Safe to call from anywhere on the thread, once or more.
    void close(ErrorCode why, const QString& detail = {});
    /// Writes what waits; by EdgeWorker at the end of a turn.
    void writeTurn();
    /// The sources that are down have changed.
    virtual void sourcesChanged() {}

    void sessionNeedsTurn() override;

protected:
    EdgeWorker& edge() { return m_edge; }
    const EdgeWorker& edge() const { return m_edge; }
    bool isLive() const { return m_live; }
    bool isClosing() const { return m_closing; }
    Stream* stream() { return m_stream.get(); }
    void setStream(StreamPtr stream);
    /// Bytes that reach the connection before everything else.
    void writeNow(QByteArray bytes);

    /// The core admitted the session; `replay` has what it missed. Greets, then calls Session::goLive().
    virtual void begin(const Replay& replay, bool resuming) = 0;
    /// The core refused it (limits).
    virtual void refuse(const Error& error) = 0;
    /// The answer to identify(); after an Error the connection is to be closed. Calls Session::goLive().
    virtual void identified(const Result<Replay>&, bool) {}
    /// The protocol's last words.
    virtual QByteArray lastWords(const Error& why) = 0;
    /// The end has begun, and the channels are still joined. Once.
    virtual void ending() {}
    /// Everything is written after endWith(). Here: ends our direction and gives the peer a moment to end its own.
    virtual void wroteLastBytes();
    /// A turn's end while there is no stream: for protocols that have another way to their client (long-polling).
    virtual void writeWithoutStream() {}
    /// True when what is in the queue may still reach the client though there is no stream.
    virtual bool mayWriteWithoutStream() const { return false; }
    /// How long last words wait for the client.
    virtual qint64 closingMs() const;
    /// Bytes from the client. May close, never destroys.
    virtual void received(char* data, qsizetype size) = 0;
    /// The heartbeat deadline was reached; arms the next one.
    virtual void heartbeat() = 0;
    /// `token.expiring`, a while before the credential's end.
    virtual void sayTokenExpires(qint64 expiresAtMs);

    /// Ends the connection with these last bytes; nothing is received any more.
    void endWith(QByteArray lastBytes);
    /// Ends it at once, without a word.
    void retire();
    void armHeartbeat(qint64 inMs);
    /// Another credential of the same holder: its end counts now.
    void setExpiry(qint64 expiresAtMs);
    void say(const ControlMessage& message) { m_session.send(encodeControl(message, m_session.format())); }

    void streamReadable() override;
    void streamWritable() override;
    void streamClosed() override;

    /// `connection.established` (seed 000), with the place from which a reconnect would resume.
    ControlMessage established(const Replay& replay, bool resuming) const;
    ControlMessage reset(const Replay& replay) const;
    /// Where the connection stands after a replay: its only channel's position, or the broker's cursor.
    QByteArray standing(const Replay& replay) const;

private:
    using Answered = void (ClientConnection::*)(const Result<Replay>& answer, bool resuming);
    void askCore(const std::vector<QByteArray>& channels, const QByteArray& since, Answered answered);
    void attached(const Result<Replay>& answer, bool resuming);
    void sayDropped();
    void expiryReached();
    void heartbeatReached();
    bool writeQueue(qint64& budget);
    void inputEnded();
    void leaveHub();

    EdgeWorker& m_edge;
    StreamPtr m_stream;
    Session m_session;
    Deadline m_heartbeat;
    Deadline m_expiry;
    qint64 m_expiresAtMs;
    bool m_live = false;
    bool m_attached = false;
    bool m_closing = false;
    bool m_retired = false;
    bool m_inputEnded = false;
    bool m_expiryTold = false;

protected:
    QByteArray m_since; ///< the text of the resume place until attached
};

} // namespace signalbox
