// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/httpmessage.h"
#include "net/stream.h"
#include "net/websocketdecoder.h"
#include "socketio/engineparting.h"

#include <QHash>

#include <functional>
#include <optional>

namespace signalbox {

class EdgeWorker;
class EngineConnection;

/// Answers one HTTP request that a session was asked, wherever the connection is that it came by. Called once, on the
/// session's thread.
using EngineReply = std::function<void(HttpResponse)>;

/// A request for a session that is there already.
struct EngineRequest
{
    QByteArray sid;
    QByteArray method;
    bool isPolling = true;  ///< `transport=polling`
    bool isUpgrade = false; ///< it asks for a WebSocket
    bool isOctets = false;  ///< its body is application/octet-stream
    QByteArray body;
    quint64 ticket = 0; ///< names the request
};

/// A WebSocket on its way to a session's thread.
struct EngineArrival
{
    Stream::Arrival stream;
    QByteArray leftover;  ///< what was read behind the request
    QByteArray handshake; ///< the answer, to be written first
};

/// The Engine.IO errors of an HTTP answer, as the official server numbers them.
enum class EngineError : quint8 { UnknownTransport, UnknownSid, BadMethod, BadRequest, Forbidden, UnsupportedVersion };
/// Its JSON body; as the answer to an upgrade the bare text.
HttpResponse engineError(EngineError error, bool isUpgrade = false);

/// The Engine.IO sessions of one path on one worker. A session belongs to the worker that its handshake came to; its id
/// says which that is, so that requests which reach another worker are handed over. Shared by the door and the
/// sessions; lives on the worker's thread.
class EngineSessions
{
public:
    explicit EngineSessions(EdgeWorker& edge)
        : m_edge(edge)
    {
    }

    /// A fresh session id: 20 characters of base64url, 114 bits of them random.
    QByteArray newId() const;
    /// The worker that a session id names; nothing when it is none.
    static std::optional<int> workerOf(QByteArrayView sid);

    void add(const QByteArray& sid, quint64 sessionId) { m_sessions.insert(sid, sessionId); }
    void remove(const QByteArray& sid) { m_sessions.remove(sid); }

    /// Passes the request on to its session or refuses it. 101 answers an upgrade that may go on, by arrived(); 404 a
    /// request for a session that is not there, which the door refuses.
    void ask(const EngineRequest& request, EngineReply reply);
    /// Nobody waits for the answer any more.
    void abandoned(const QByteArray& sid, quint64 ticket);
    void arrived(const QByteArray& sid, EngineArrival socket);
    /// Closes a stream when what was written to it has gone out.
    void partFrom(StreamPtr stream);

    /// Bounds of WebSocket messages, kept up to date with the settings.
    const WsLimits& limits();

private:
    EngineConnection* find(const QByteArray& sid) const;

    EdgeWorker& m_edge;
    QHash<QByteArray, quint64> m_sessions;
    WsLimits m_limits;
    std::vector<std::unique_ptr<EngineParting>> m_partings;
};

} // namespace signalbox
