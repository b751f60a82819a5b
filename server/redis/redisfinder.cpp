// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redisfinder.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int kAskedMs = 2000; // there are others to ask

HostPort hostPortOf(const RedisReply& reply, const QByteArray& fallback)
{
    const QByteArray& host = reply.at(0).text;
    const RedisReply& port = reply.at(1);
    const qint64 number = port.kind == RedisReply::Kind::Integer ? port.integer : port.text.toLongLong();
    const bool isPort = number > 0 && number <= 0xffff;
    // A node that does not know its own address, or prefers names and has none ("?").
    return {host.isEmpty() || host == "?" ? fallback : host, isPort ? static_cast<quint16>(number) : quint16{0}};
}

} // namespace

RedisFinder::RedisFinder(RedisAddress address)
    : m_address(std::move(address))
    , m_nodes(m_address.directory.nodes)
    , m_answered{m_address.host.toUtf8(), m_address.port}
{
}

RedisFinder::~RedisFinder()
{
    leave();
}

RedisAddress RedisFinder::addressOf(const HostPort& node) const
{
    RedisAddress address = m_address;
    address.host = QString::fromUtf8(node.host);
    address.port = node.port;
    address.onlyMaster = m_address.directory.kind == RedisDirectory::Kind::Sentinels;
    return address;
}

bool RedisFinder::redirect(const QByteArray& reply)
{
    const QByteArrayList words = reply.split(' ');
    if (words.value(0) != "MOVED")
        return false;
    m_moved = parseHostPort(words.value(2));
    if (m_moved && m_moved->host.isEmpty())
        m_moved->host = m_answered.host;
    return m_moved.has_value();
}

void RedisFinder::find(Found found)
{
    m_found = std::move(found);
    if (m_moved)
        return answer(*std::exchange(m_moved, std::nullopt));
    if (m_address.directory.kind == RedisDirectory::Kind::None)
        return answer(HostPort{m_address.host.toUtf8(), m_address.port});
    m_left = m_nodes.size();
    ask();
}

void RedisFinder::answer(const Result<HostPort>& result)
{
    leave();
    if (result)
        m_answered = *result;
    std::exchange(m_found, {})(result);
}

/// In the middle of what it tells it cannot be destroyed.
void RedisFinder::leave()
{
    if (!m_connection)
        return;
    m_connection->disconnect(this);
    m_connection.release()->deleteLater();
}

void RedisFinder::ask()
{
    std::rotate(m_nodes.begin(), m_nodes.begin() + 1, m_nodes.end());
    --m_left;
    const HostPort& node = m_nodes.back();
    RedisAddress address = addressOf(node);
    address.onlyMaster = false;
    address.connectMs = address.answerMs = kAskedMs;
    const bool isSentinel = m_address.directory.kind == RedisDirectory::Kind::Sentinels;
    if (isSentinel) {
        address.username = m_address.directory.username;
        address.password = m_address.directory.password;
        address.database = 0;
    }
    m_connection = std::make_unique<RedisConnection>(address, RedisConnection::Use::Commands);
    connect(m_connection.get(), &RedisConnection::closed, this, &RedisFinder::askNext);
    connect(m_connection.get(), &RedisConnection::opened, this,
            isSentinel ? &RedisFinder::askSentinel : &RedisFinder::askCluster);
    m_connection->open();
}

void RedisFinder::askNext(const QString& why)
{
    leave();
    if (m_left > 0)
        return ask();
    const HostPort& node = m_nodes.back();
    answer(Error(ErrorCode::Unavailable,
                 QString::fromUtf8(node.host) + u':' + QString::number(node.port) + QStringLiteral(": ") + why));
}

/// Asks the next one.
bool RedisFinder::isRefused(const Result<RedisReply>& reply)
{
    if (reply && !reply->isError())
        return false;
    if (reply)
        askNext(QString::fromUtf8(reply->text));
    return true; // the end of the connection is told by itself
}

void RedisFinder::askSentinel()
{
    m_connection->send(
        {"SENTINEL", "get-master-addr-by-name", m_address.directory.name}, [this](const Result<RedisReply>& reply) {
            if (isRefused(reply))
                return;
            const HostPort master = hostPortOf(*reply, m_nodes.back().host);
            if (master.port == 0)
                askNext(QStringLiteral("The sentinel knows no master ") + QString::fromUtf8(m_address.directory.name));
            else
                answer(master);
        });
}

void RedisFinder::askCluster()
{
    m_connection->send({"CLUSTER", "KEYSLOT", m_address.directory.name}, [this](const Result<RedisReply>& slot) {
        if (isRefused(slot))
            return;
        m_connection->send({"CLUSTER", "SLOTS"}, [this, slot = slot->integer](const Result<RedisReply>& reply) {
            if (!isRefused(reply))
                slotsAnswered(*reply, slot);
        });
    });
}

void RedisFinder::slotsAnswered(const RedisReply& reply, qint64 slot)
{
    std::optional<HostPort> master;
    const QByteArray asked = m_nodes.back().host;
    for (const RedisReply& range : reply.items) {
        const bool isIt = range.at(0).integer <= slot && slot <= range.at(1).integer;
        for (size_t i = 2; i < range.items.size(); ++i) {
            const HostPort node = hostPortOf(range.at(i), asked);
            if (node.port == 0)
                continue;
            if (isIt && i == 2)
                master = node;
            learn(node);
        }
    }
    if (master)
        answer(*master);
    else
        askNext(QStringLiteral("No node of the cluster has the slot ") + QString::number(slot));
}

/// Asked before the one that is being asked, and not in this round any more.
void RedisFinder::learn(const HostPort& node)
{
    constexpr size_t kMaxNodes = 100;
    if (m_nodes.size() < kMaxNodes && std::find(m_nodes.begin(), m_nodes.end(), node) == m_nodes.end())
        m_nodes.insert(m_nodes.end() - 1, node);
}

} // namespace signalbox
