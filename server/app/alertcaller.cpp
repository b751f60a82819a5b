// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/alertcaller.h"

#include "auth/secret.h"
#include "config/logging.h"

#include <QNetworkReply>

#include <algorithm>

namespace signalbox {

namespace {

constexpr int kLookEveryMs = 500;
constexpr int kMostUnderWay = 16;
constexpr int kAnswerWithinMs = 10'000;
/// Longer than an answer may take: nobody else takes the call meanwhile.
constexpr qint64 kTakenForMs = 3LL * kAnswerWithinMs;
constexpr qint64 kGivenUpAfterMs = 24LL * 3'600'000;

using Calls = std::vector<WebhookCall>;

bool isDelivered(const QNetworkReply& reply)
{
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    return status >= 200 && status < 300;
}

/// Without the address: it may hold a secret of the receiver's.
QByteArray reasonOf(const QNetworkReply& reply)
{
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status > 0)
        return "answered " + QByteArray::number(status);
    return reply.error() == QNetworkReply::OperationCanceledError ? QByteArrayLiteral("no answer in time")
                                                                  : QByteArrayLiteral("not reached");
}

void noAnswer(const Result<void>&) {}

} // namespace

QByteArray callSignature(const QByteArray& secret, qint64 seconds, const QByteArray& body)
{
    const QByteArray time = QByteArray::number(seconds);
    return "t=" + time + ",v1=" + hmacSha256(secret, QByteArray(time + '.' + body)).toHex();
}

qint64 callRetryMs(int attempts)
{
    constexpr qint64 kFirstMs = 2'000;
    constexpr qint64 kLongestMs = 3'600'000;
    constexpr int kMostDoublings = 11;
    return std::min(kLongestMs, kFirstMs << std::clamp(attempts - 1, 0, kMostDoublings));
}

AlertCaller::AlertCaller(StoreThread& writer, StoreThread& reader, const Clock& clock, DeskSettings settings,
                         Post toCore)
    : m_writer(writer)
    , m_reader(reader)
    , m_clock(clock)
    , m_settings(std::move(settings))
    , m_toCore(std::move(toCore))
{
    m_network.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    m_network.setTransferTimeout(kAnswerWithinMs);
    m_timer.callOnTimeout(&m_timer, [this] { look(); });
}

AlertCaller::~AlertCaller() = default;

void AlertCaller::start()
{
    m_timer.start(kLookEveryMs);
}

std::function<void()> AlertCaller::later(std::function<void()> task) const
{
    return [task = std::move(task), alive = std::weak_ptr<char>(m_alive), post = m_toCore] {
        post([task, alive] {
            if (!alive.expired())
                task();
        });
    };
}

/// Reading costs the writer nothing while there is nothing to send.
void AlertCaller::look()
{
    if (m_settings.alertUrl.isEmpty() || m_looking || m_underWay >= kMostUnderWay)
        return;
    m_looking = true;
    const auto found = std::make_shared<bool>(false);
    m_reader.post(
        [found](DeskTransaction& transaction) -> Result<void> {
            *found = !transaction.texts().dueCalls(transaction.nowMs(), 1).empty();
            return {};
        },
        [then = later([this, found] {
             m_looking = false;
             if (*found)
                 take();
         })](const Result<void>&) { then(); });
}

void AlertCaller::take()
{
    m_looking = true;
    const auto taken = std::make_shared<Calls>();
    m_writer.post(
        [taken, most = kMostUnderWay - m_underWay](DeskTransaction& transaction) -> Result<void> {
            *taken = transaction.texts().dueCalls(transaction.nowMs(), most);
            for (WebhookCall& call : *taken)
                transaction.texts().retryCall(call.id, ++call.attempts, transaction.nowMs() + kTakenForMs);
            return {};
        },
        [taken, then = later([this, taken] {
                    m_looking = false;
                    for (const WebhookCall& call : *taken)
                        send(call);
                })](const Result<void>& committed) {
            if (!committed)
                taken->clear();
            then();
        });
}

void AlertCaller::send(const WebhookCall& call)
{
    QNetworkRequest request(QUrl::fromEncoded(m_settings.alertUrl, QUrl::StrictMode));
    request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArrayLiteral("application/json"));
    request.setRawHeader("X-Signalbox-Event", call.event);
    request.setRawHeader("X-Signalbox-Delivery", QByteArray::number(call.id));
    request.setRawHeader("X-Signalbox-Signature",
                         callSignature(m_settings.alertSecret, m_clock.wallMs() / 1000, call.body));
    QNetworkReply* const reply = m_network.post(request, call.body);
    ++m_underWay;
    QObject::connect(reply, &QNetworkReply::readyRead, reply, [reply] { reply->skip(reply->bytesAvailable()); });
    QObject::connect(reply, &QNetworkReply::finished, reply, [this, call, reply] {
        --m_underWay;
        reply->deleteLater();
        finished(call, *reply);
    });
}

void AlertCaller::finished(const WebhookCall& call, const QNetworkReply& reply)
{
    const qint64 now = m_clock.wallMs();
    const bool isDone = isDelivered(reply);
    const bool isGivenUp = !isDone && now - call.createdMs > kGivenUpAfterMs;
    if (!isDone)
        qCWarning(logDesk).noquote() << "webhook call" << call.id << reasonOf(reply) << "at attempt" << call.attempts
                                     << (isGivenUp ? "and is given up" : "and is sent again later");
    m_writer.post(
        [call, drop = isDone || isGivenUp,
         next = now + callRetryMs(call.attempts)](DeskTransaction& transaction) -> Result<void> {
            if (drop)
                transaction.texts().deleteCall(call.id);
            else
                transaction.texts().retryCall(call.id, call.attempts, next);
            return {};
        },
        noAnswer);
}

} // namespace signalbox
