// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redislink.h"

namespace signalbox {

RedisLink::RedisLink(RedisAddress address, RedisConnection::Use use)
    : m_finder(std::move(address))
    , m_use(use)
{
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, &RedisLink::connectNow);
}

RedisLink::~RedisLink()
{
    if (m_connection)
        m_connection->disconnect(this);
}

void RedisLink::start()
{
    m_again.start(0);
}

void RedisLink::connectNow()
{
    m_finder.find([this](const Result<HostPort>& node) {
        if (node)
            connectTo(*node);
        else
            failed(node.error().text());
    });
}

void RedisLink::connectTo(const HostPort& node)
{
    m_connection = std::make_unique<RedisConnection>(m_finder.addressOf(node), m_use);
    connect(m_connection.get(), &RedisConnection::opened, this, [this] {
        m_backoff.reset();
        m_trouble.clear();
        emit up();
    });
    connect(m_connection.get(), &RedisConnection::closed, this, &RedisLink::lost);
    connect(m_connection.get(), &RedisConnection::pushed, this, &RedisLink::pushed);
    m_connection->open();
}

/// The connection is in the middle of telling this: it goes later.
void RedisLink::lost(const QString& why)
{
    m_connection->disconnect(this);
    m_connection.release()->deleteLater();
    failed(why);
}

void RedisLink::failed(const QString& why)
{
    constexpr int kRedirectMs = 50; // two nodes may send to each other for a while
    m_trouble = why;
    m_again.start(m_finder.redirect(why.toUtf8()) ? kRedirectMs : m_backoff.nextDelayMs());
    emit down(why);
}

void RedisLink::send(const RedisConnection::Words& words, RedisConnection::Answer answer)
{
    if (m_connection)
        m_connection->send(words, std::move(answer));
    else
        answer(Error(ErrorCode::Unavailable, QStringLiteral("There is no connection to Redis.")));
}

void RedisLink::post(const RedisConnection::Words& words)
{
    if (m_connection)
        m_connection->post(words);
}

void RedisLink::restart(const QString& why)
{
    if (m_connection)
        m_connection->close(why);
}

} // namespace signalbox
