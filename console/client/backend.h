// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QJsonObject>
#include <QObject>
#include <QStringList>
#include <QUrlQuery>

#include <functional>

namespace signalbox::console {

/// One call of the server's REST (docs/api.md).
struct Call
{
    QByteArray method = QByteArrayLiteral("GET");
    QString path; ///< "/api/dialogs/17/messages"
    QUrlQuery query;
    QJsonObject body;      ///< sent unless the method is GET or DELETE
    int timeoutMs = 15000; ///< from the call to the end of the answer
    bool authorised = true;
};

struct Answer
{
    int status = 0;
    QJsonObject body;
};

/// A refusal or failure of a call.
struct CallError
{
    Error error = Error(ErrorCode::Unavailable);
    int status = 0;        ///< of HTTP; 0: no answer came
    int retryAfterMs = 0;  ///< as the server asked; 0: it did not
    QString holderId = {}; ///< who has the dialog, of handoff_taken, not_holder, stale_fencing
    QString holderName = {};

    /// Whether the server may have done it all the same: the request was sent and no answer came.
    bool isAmbiguous() const { return status == 0; }
    /// Whether the same call may succeed later without anything being changed.
    bool isPassing() const;
};

using CallResult = std::variant<Answer, CallError>;
using CallHandler = std::function<void(const CallResult&)>;

/// What the console stands on: the server, or the practice mode's scripted day. REST calls and one event stream.
/// Lives on the console's main thread. Answers and events come by the event loop, never from within a call.
class Backend : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    ~Backend() override = default;

    /// Calls the handler once, unless `context` is gone by then. The number can be given to cancel().
    virtual quint64 call(Call call, QObject* context, CallHandler handler) = 0;
    /// The handler will not be called. The server may have done it.
    virtual void cancel(quint64 number) = 0;

    /// Opens the operator's feed; `since` is where it goes on, empty: from now. An open one is replaced.
    virtual void openStream(const QString& since) = 0;
    virtual void closeStream() = 0;
    /// Channels beyond the operator's own (`dialog:17` for typing); kept over reconnects. At most 50.
    virtual void setChannels(const QStringList& channels) = 0;
    virtual QString transportName() const = 0; ///< "WebSocket", "SSE", "demo"
    /// Asks for a sign of life; answered by latencyMeasured(), where the transport can.
    virtual void ping() = 0;

    virtual void setAccessToken(const QString& token) = 0;

signals:
    void streamOpened();
    /// One event or control message of the stream, as JSON; in order.
    void eventReceived(const QByteArray& json);
    /// The stream has ended and is not opened again by itself. `code` is of the table of errors; `retryAfterMs` as the
    /// server asked, 0: it did not.
    void streamClosed(signalbox::ErrorCode code, const QString& detail, int retryAfterMs);
    void latencyMeasured(int ms);
    /// A call was refused with 401: the access token is not good (any more).
    void tokenRefused();
};

} // namespace signalbox::console
