// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/httpexchange.h"
#include "transport/clientconnection.h"

namespace signalbox {

/// How an event stream differs from door to door.
struct SseStyle
{
    bool greets = true;          ///< begins with connection.established (not on seed 004's streams)
    bool eventHeartbeat = false; ///< `event: heartbeat` instead of a comment
};

/// A client on an event stream (WHATWG HTML, Server-sent events). The request stays an HTTP exchange until the core
/// has admitted the session, so that a refusal is a plain HTTP answer; then the stream is taken over. Ends without
/// HTTP/1.1's last chunk when the client is to come back, because some clients reconnect after a broken answer only.
class SseConnection final : public ClientConnection
{
public:
    SseConnection(EdgeWorker& edge, SessionMetaPtr meta, WireFormat format, SseStyle style, HttpExchange exchange,
                  QList<HttpHeader> corsHeaders);

    void sourcesChanged() override;

    /// Resume ids that no log gives out: what a refused or replaced stream leaves behind, so that the browser's
    /// automatic retry is recognised and stopped with 204.
    static QByteArray deniedId() { return QByteArrayLiteral("denied:0"); }
    static QByteArray replacedId() { return QByteArrayLiteral("replaced:0"); }

    /// The whole answer for somebody who may not see the channel: `event: error` and the end.
    static HttpResponse deniedResponse(int retryMs);

protected:
    void begin(const Replay& replay, bool resuming) override;
    void refuse(const Error& error) override;
    QByteArray lastWords(const Error& why) override;
    void wroteLastBytes() override;
    void received(char*, qsizetype) override {} // a client has nothing to say here
    void heartbeat() override;

private:
    QByteArray head() const;
    void sayUnavailable();
    bool sourceIsDown() const;

    HttpExchange m_exchange;
    const QList<HttpHeader> m_corsHeaders;
    const SseStyle m_style;
    qint64 m_nextBeatMs = 0;    ///< steady
    qint64 m_nextWarningMs = 0; ///< steady; 0: the source is up
    bool m_comesBack = true;
};

} // namespace signalbox
