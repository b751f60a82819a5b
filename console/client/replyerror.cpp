// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/replyerror.h"

#include "console/client/eventstream.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QNetworkReply>

namespace signalbox::console {

using namespace Qt::StringLiterals;

namespace {

constexpr int kLongestRetryMs = 3'600'000;

QString tr(const char* text)
{
    return QCoreApplication::translate("ReplyError", text);
}

/// No answer came: what can be done about it, in words of people.
Error failureOf(const QNetworkReply& reply)
{
    switch (reply.error()) {
    case QNetworkReply::ConnectionRefusedError:
        return {ErrorCode::Unavailable,
                tr("Nothing answers at %1. Is the server running?").arg(reply.url().authority())};
    case QNetworkReply::HostNotFoundError:
        return {ErrorCode::Unavailable, tr("There is no host named %1.").arg(reply.url().host())};
    case QNetworkReply::SslHandshakeFailedError:
        return {ErrorCode::Unavailable, tr("The server's certificate cannot be trusted: %1").arg(reply.errorString()),
                "tls"};
    case QNetworkReply::OperationCanceledError:
    case QNetworkReply::TimeoutError:
        return {ErrorCode::RequestTimeout, tr("The server did not answer in time.")};
    default:
        return {ErrorCode::Unavailable, reply.errorString()};
    }
}

} // namespace

bool CallError::isPassing() const
{
    return status == 0 || status == 401 || status == 408 || status == 429 || status >= 500;
}

CallError refusal(int status, const QJsonObject& body, const QByteArray& retryAfter)
{
    CallError result;
    result.status = status;
    const QString code = body.value("code"_L1).toString();
    result.error = Error(code.isEmpty() ? errorOfStatus(status) : errorOfName(code),
                         body.value("message"_L1).toString(), body.value("field"_L1).toString().toUtf8());
    const QJsonObject holder = body.value("holder"_L1).toObject();
    result.holderId = holder.value("id"_L1).toString();
    result.holderName = holder.value("name"_L1).toString();
    const int seconds = std::max(retryAfter.toInt(), body.value("retry_after"_L1).toInt());
    result.retryAfterMs = seconds > kLongestRetryMs / 1000 ? kLongestRetryMs : std::max(0, seconds) * 1000;
    return result;
}

CallError replyError(const QNetworkReply& reply, const QByteArray& body)
{
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status == 0 || reply.error() == QNetworkReply::OperationCanceledError ||
        reply.error() == QNetworkReply::RemoteHostClosedError) {
        CallError result;
        result.error = failureOf(reply);
        return result;
    }
    if (status >= 300 && status < 400)
        return refusal(status,
                       {{u"code"_s, u"bad_request"_s},
                        {u"message"_s, tr("The address answers with a redirect; enter the one it points to.")}});
    return refusal(status, QJsonDocument::fromJson(body).object(), reply.rawHeader("Retry-After"));
}

} // namespace signalbox::console
