// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/connectionstats.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonValue>

#include <algorithm>

namespace signalbox {

namespace {

bool matches(const SessionMeta& meta, const ConnectionQuery& query)
{
    return (query.transport.isEmpty() || query.transport == transportName(meta.transport)) &&
           (query.user.isEmpty() || query.user == meta.identity->subject) &&
           (query.dialog.isEmpty() || query.dialog == meta.dialog);
}

const char* poolName(Pool pool)
{
    return pool == Pool::Admin ? "admin" : "site";
}

QJsonValue textOf(const QByteArray& utf8)
{
    return QString::fromUtf8(utf8);
}

QJsonValue timeOf(qint64 wallMs)
{
    if (wallMs == 0)
        return QJsonValue::Null;
    return QDateTime::fromMSecsSinceEpoch(wallMs, Qt::UTC).toString(Qt::ISODateWithMs);
}

QJsonValue numberOf(quint64 number)
{
    return static_cast<qint64>(number);
}

QJsonObject toJson(const SessionMeta& meta)
{
    return {{QStringLiteral("id"), numberOf(meta.id)},
            {QStringLiteral("client_id"), textOf(meta.clientId)},
            {QStringLiteral("transport"), QLatin1String(transportName(meta.transport))},
            {QStringLiteral("pool"), QLatin1String(poolName(meta.pool))},
            {QStringLiteral("door"), textOf(meta.door)},
            {QStringLiteral("worker"), meta.worker},
            {QStringLiteral("user"), textOf(meta.identity->subject)},
            {QStringLiteral("role"), QLatin1String(roleName(meta.identity->role))},
            {QStringLiteral("dialog"), textOf(meta.dialog)},
            {QStringLiteral("stream"), textOf(meta.streamChannel)},
            {QStringLiteral("address"), textOf(meta.address)},
            {QStringLiteral("created"), timeOf(meta.createdMs)},
            {QStringLiteral("last_pong"), timeOf(meta.lastPongMs.load(std::memory_order_relaxed))},
            {QStringLiteral("in"), numberOf(meta.messagesIn.load(std::memory_order_relaxed))},
            {QStringLiteral("out"), numberOf(meta.messagesOut.load(std::memory_order_relaxed))},
            {QStringLiteral("slow"), meta.slow.load(std::memory_order_relaxed)}};
}

void countUp(QJsonObject& counts, const QString& key)
{
    counts[key] = counts[key].toInt() + 1;
}

} // namespace

ConnectionMatches findConnections(std::vector<SessionMetaPtr> sessions, const ConnectionQuery& query)
{
    std::erase_if(sessions, [&query](const SessionMetaPtr& meta) { return !matches(*meta, query); });
    const auto total = static_cast<qsizetype>(sessions.size());
    const auto first = sessions.begin() + std::min(query.offset, total);
    const auto last = first + std::min(query.limit, static_cast<qsizetype>(sessions.end() - first));
    const auto isOlder = [](const SessionMetaPtr& a, const SessionMetaPtr& b) { return a->id < b->id; };
    std::nth_element(sessions.begin(), first, sessions.end(), isOlder);
    std::partial_sort(first, last, sessions.end(), isOlder);
    std::vector<SessionMetaPtr> page(first, last);
    return {std::move(sessions), std::move(page)};
}

QJsonObject connectionPage(std::vector<SessionMetaPtr> sessions, const ConnectionQuery& query)
{
    const ConnectionMatches found = findConnections(std::move(sessions), query);
    QJsonArray items;
    for (const SessionMetaPtr& meta : found.page)
        items.append(toJson(*meta));
    return {{QStringLiteral("items"), items},
            {QStringLiteral("total"), static_cast<qsizetype>(found.all.size())},
            {QStringLiteral("offset"), query.offset},
            {QStringLiteral("limit"), query.limit}};
}

QJsonObject connectionSummary(const std::vector<SessionMetaPtr>& sessions)
{
    QJsonObject transports;
    for (const TransportKind kind :
         {TransportKind::WebSocket, TransportKind::Sse, TransportKind::SocketIo, TransportKind::Polling})
        transports[QLatin1String(transportName(kind))] = 0;
    QJsonObject pools{{QStringLiteral("admin"), 0}, {QStringLiteral("site"), 0}};
    QJsonObject workers;
    int slow = 0;
    for (const SessionMetaPtr& meta : sessions) {
        countUp(transports, QLatin1String(transportName(meta->transport)));
        countUp(pools, QLatin1String(poolName(meta->pool)));
        countUp(workers, QString::number(meta->worker));
        slow += meta->slow.load(std::memory_order_relaxed) ? 1 : 0;
    }
    return {{QStringLiteral("total"), static_cast<qsizetype>(sessions.size())},
            {QStringLiteral("by_transport"), transports},
            {QStringLiteral("by_pool"), pools},
            {QStringLiteral("by_worker"), workers},
            {QStringLiteral("slow"), slow}};
}

} // namespace signalbox
