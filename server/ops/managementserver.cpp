// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/managementserver.h"

#include "core/channel.h"
#include "core/strictjson.h"
#include "ops/connectionstats.h"

#include <QHostAddress>
#include <QHttpServer>
#include <QHttpServerResponse>
#include <QJsonArray>
#include <QMetaEnum>
#include <QTcpServer>
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
#include <QHttpHeaders>
#endif

#include <algorithm>
#include <limits>
#include <utility>

namespace signalbox {

namespace {

constexpr qsizetype kMaxPage = 1000;
constexpr qsizetype kMaxUnavailableSources = 10'000;

QByteArray methodName(QHttpServerRequest::Method method)
{
    return QByteArray(QMetaEnum::fromType<QHttpServerRequest::Method>().valueToKey(static_cast<int>(method))).toUpper();
}

ManagementRequest requestOf(const QHttpServerRequest& request)
{
    return {methodName(request.method()), request.url().path(QUrl::FullyEncoded).toUtf8(), request.query(),
            request.body(), !request.value(QByteArrayLiteral("Origin")).isEmpty()};
}

QHttpServerResponse responseOf(const ManagementAnswer& answer, bool withBody)
{
    const auto status = static_cast<QHttpServerResponder::StatusCode>(answer.status);
    QHttpServerResponse response(answer.contentType, withBody ? answer.body : QByteArray(), status);
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    QHttpHeaders headers = response.headers();
    headers.append(QHttpHeaders::WellKnownHeader::CacheControl, "no-store");
    if (!answer.allow.isEmpty())
        headers.append(QHttpHeaders::WellKnownHeader::Allow, answer.allow);
    response.setHeaders(std::move(headers));
#else
    response.addHeader(QByteArrayLiteral("Cache-Control"), QByteArrayLiteral("no-store"));
    if (!answer.allow.isEmpty())
        response.addHeader(QByteArrayLiteral("Allow"), answer.allow);
#endif
    return response;
}

void serve(const ManagementRouter& router, const QHttpServerRequest& request, QHttpServerResponder&& responder)
{
    const ManagementAnswer answer = router.answer(requestOf(request));
    const QHttpServerResponse response = responseOf(answer, request.method() != QHttpServerRequest::Method::Head);
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    responder.sendResponse(response);
#else
    response.write(std::move(responder));
#endif
}

ManagementAnswer closed(int count)
{
    if (count == 0)
        return Error(ErrorCode::NotFound, QStringLiteral("There is no such connection."));
    return QJsonObject{{QStringLiteral("closed"), count}};
}

QHostAddress addressOf(const QByteArray& host)
{
    return host == "localhost" ? QHostAddress(QHostAddress::LocalHost) : QHostAddress(QString::fromUtf8(host));
}

} // namespace

ManagementServer::ManagementServer(ManagementAccess access)
    : m_access(std::move(access))
    , m_http(std::make_unique<QHttpServer>())
{
    addHealthRoutes();
    addStatsRoutes();
    addActionRoutes();
    // Everything is "missing" to QHttpServer: its own router knows neither 405 nor our error body.
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    m_http->setMissingHandler(m_http.get(), [this](const QHttpServerRequest& request, QHttpServerResponder& responder) {
        serve(m_router, request, std::move(responder));
    });
#else
    m_http->setMissingHandler([this](const QHttpServerRequest& request, QHttpServerResponder&& responder) {
        serve(m_router, request, std::move(responder));
    });
#endif
}

ManagementServer::~ManagementServer() = default;

Result<void> ManagementServer::listen(const QByteArray& host, int port)
{
    auto socket = std::make_unique<QTcpServer>();
    const QHostAddress address = addressOf(host);
    if (address.isNull())
        return Error(ErrorCode::Unavailable,
                     QStringLiteral("The management host is no address: ") + QString::fromUtf8(host));
    if (!socket->listen(address, static_cast<quint16>(port)))
        return Error(ErrorCode::Unavailable,
                     QStringLiteral("The management port cannot be opened: ") + socket->errorString());
    m_socket = socket.release();
    m_http->bind(m_socket);
    return {};
}

int ManagementServer::port() const
{
    return m_socket ? m_socket->serverPort() : 0;
}

void ManagementServer::addHealthRoutes()
{
    m_router.add("GET", "/metrics", [this](const auto&) { return metrics(); });
    m_router.add("GET", "/health/live", [](const auto&) -> ManagementAnswer {
        return QJsonObject{{QStringLiteral("status"), QStringLiteral("ok")}};
    });
    m_router.add("GET", "/health/ready", [this](const auto&) {
        const HealthReport report = m_access.health.report();
        return ManagementAnswer(report.body, QByteArrayLiteral("application/json"), report.httpStatus);
    });
}

void ManagementServer::addStatsRoutes()
{
    m_router.add("GET", "/stats/connections", [this](const auto& request) { return connections(request); });
    m_router.add("GET", "/stats/summary", [this](const auto&) { return summary(); });
    m_router.add("GET", "/stats/rooms", [this](const auto& request) { return rooms(request); });
    m_router.add("GET", "/stats/last-seen", [this](const auto& request) { return lastSeen(request); });
    m_router.add("GET", "/sources", [this](const auto&) { return sources(); });
}

void ManagementServer::addActionRoutes()
{
    m_router.add("DELETE", "/connections/*", [this](const auto& request) {
        return closed(m_access.core.registry.closeClient(request.captured[0], ErrorCode::ClosedByAdmin));
    });
    m_router.add("DELETE", "/users/*/connections", [this](const auto& request) {
        return closed(m_access.core.registry.closeUser(request.captured[0], ErrorCode::ClosedByAdmin));
    });
    m_router.add("PUT", "/sources/*", [this](const auto& request) { return setSource(request); });
    m_router.add("POST", "/drain", [this](const auto&) {
        m_access.drain();
        return ManagementAnswer(QJsonObject{{QStringLiteral("status"), QStringLiteral("draining")}}, 202);
    });
}

ManagementAnswer ManagementServer::metrics()
{
    LoadSample sample;
    for (const TransportKind kind :
         {TransportKind::WebSocket, TransportKind::Sse, TransportKind::SocketIo, TransportKind::Polling})
        sample.connections[static_cast<size_t>(kind)] = m_access.core.registry.countOf(kind);
    const BrokerLoad load = m_access.brokerLoad();
    sample.historyBytes = load.historyBytes;
    sample.channels = load.channels;
    m_access.metrics.setLoad(sample);
    for (const auto& [name, part] : m_access.health.report().parts) {
        const bool disabled = part.state == PartState::Disabled;
        m_access.metrics.setPart(name, disabled ? std::nullopt : std::optional(part.state != PartState::Down));
    }
    return {m_access.metrics.exposition(), QByteArrayLiteral("text/plain; version=0.0.4; charset=utf-8")};
}

ManagementAnswer ManagementServer::connections(const ManagementRequest& request) const
{
    const auto limit = request.number("limit", 100, 1, kMaxPage);
    if (!limit)
        return limit.error();
    const auto offset = request.number("offset", 0, 0, std::numeric_limits<int>::max());
    if (!offset)
        return offset.error();
    return connectionPage(m_access.core.registry.sessions(), {request.parameter("transport"), request.parameter("user"),
                                                              request.parameter("dialog"), *offset, *limit});
}

ManagementAnswer ManagementServer::summary() const
{
    const BrokerLoad load = m_access.brokerLoad();
    return QJsonObject{{QStringLiteral("connections"), connectionSummary(m_access.core.registry.sessions())},
                       {QStringLiteral("channels"), load.channels},
                       {QStringLiteral("subscribed_channels"), m_access.core.fanout.channelCount()},
                       {QStringLiteral("history_bytes"), load.historyBytes},
                       {QStringLiteral("users_present"), m_access.presence.users().size()}};
}

ManagementAnswer ManagementServer::rooms(const ManagementRequest& request) const
{
    const auto limit = request.number("limit", 100, 1, kMaxPage);
    if (!limit)
        return limit.error();
    const RoomPage page = m_access.rooms(*limit);
    QJsonArray items;
    for (const RoomLoad& room : page.busiest)
        items.append(QJsonObject{{QStringLiteral("channel"), QString::fromUtf8(room.channel)},
                                 {QStringLiteral("sessions"), room.sessions}});
    return QJsonObject{{QStringLiteral("items"), items}, {QStringLiteral("total"), page.total}};
}

ManagementAnswer ManagementServer::lastSeen(const ManagementRequest& request) const
{
    const QByteArray dialog = request.parameter("dialog");
    if (dialog.isEmpty())
        return Error(ErrorCode::BadRequest, QStringLiteral("Which dialog?"), "dialog");
    const QHash<QByteArray, quint64> found = m_access.core.lastSeen.marksOf(dialog);
    QJsonObject marks;
    for (auto it = found.cbegin(); it != found.cend(); ++it)
        marks[QString::fromUtf8(it.key())] = static_cast<qint64>(it.value());
    return QJsonObject{{QStringLiteral("dialog"), QString::fromUtf8(dialog)}, {QStringLiteral("marks"), marks}};
}

ManagementAnswer ManagementServer::sources() const
{
    const QSet<QByteArray>& down = m_access.core.sources.unavailable();
    QList<QByteArray> names(down.cbegin(), down.cend());
    std::sort(names.begin(), names.end());
    QJsonArray unavailable;
    for (const QByteArray& name : std::as_const(names))
        unavailable.append(QString::fromUtf8(name));
    return QJsonObject{{QStringLiteral("unavailable"), unavailable}};
}

ManagementAnswer ManagementServer::setSource(const ManagementRequest& request)
{
    const QByteArray channel = request.captured[0];
    if (!isValidChannelName(channel))
        return Error(ErrorCode::UnknownChannel);
    if (request.body.isEmpty())
        return Error(ErrorCode::BadJson, QStringLiteral("A JSON object is expected."));
    const auto body = parseJsonObject(request.body);
    if (!body)
        return body.error();
    const QJsonValue available = body->value(QLatin1String("available"));
    if (!available.isBool())
        return Error(ErrorCode::InvalidField, QStringLiteral("This must be true or false."), "available");
    if (!available.toBool() && m_access.core.sources.unavailable().size() >= kMaxUnavailableSources)
        return Error(ErrorCode::Conflict, QStringLiteral("Too many sources are marked as unavailable."));
    m_access.core.sources.setAvailable(channel, available.toBool());
    return QJsonObject{{QStringLiteral("channel"), QString::fromUtf8(channel)},
                       {QStringLiteral("available"), available}};
}

} // namespace signalbox
