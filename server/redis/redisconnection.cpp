// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redisconnection.h"

#include <QPointer>
#include <QSslError>
#include <QSslSocket>

namespace signalbox {

namespace {

constexpr size_t kMaxWaiting = 100'000;
constexpr qint64 kMaxUnsentBytes = 64LL << 20;

Error lost(const QString& why)
{
    return {ErrorCode::Unavailable, why};
}

} // namespace

RedisConnection::RedisConnection(RedisAddress address, Use use)
    : m_address(std::move(address))
    , m_use(use)
{
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, this, &RedisConnection::timedOut);
}

RedisConnection::~RedisConnection()
{
    if (m_socket)
        m_socket->disconnect(this);
}

void RedisConnection::open()
{
    m_state = State::Opening;
    m_patience.start(m_address.connectMs);
    if (m_address.tls) {
        auto socket = std::make_unique<QSslSocket>();
        socket->setSslConfiguration(*m_address.tls);
        connect(socket.get(), &QSslSocket::sslErrors, this, [this](const QList<QSslError>& errors) {
            close(QStringLiteral("TLS: ") + errors.value(0).errorString());
        });
        connect(socket.get(), &QSslSocket::encrypted, this, &RedisConnection::logIn);
        m_socket = std::move(socket);
    } else {
        m_socket = std::make_unique<QTcpSocket>();
        connect(m_socket.get(), &QTcpSocket::connected, this, &RedisConnection::logIn);
    }
    connect(m_socket.get(), &QTcpSocket::readyRead, this, &RedisConnection::read);
    connect(m_socket.get(), &QTcpSocket::errorOccurred, this, [this] { close(m_socket->errorString()); });
    connect(m_socket.get(), &QTcpSocket::disconnected, this,
            [this] { close(QStringLiteral("Redis closed the connection.")); });
    if (auto* tls = qobject_cast<QSslSocket*>(m_socket.get()))
        tls->connectToHostEncrypted(m_address.host, m_address.port);
    else
        m_socket->connectToHost(m_address.host, m_address.port);
}

void RedisConnection::logIn()
{
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_socket->setSocketOption(QAbstractSocket::KeepAliveOption, 1);
    const auto step = [this](const QString& name, const Words& words, bool isLast = false) {
        sendNow(words, [this, name, isLast](const Result<RedisReply>& reply) {
            if (!reply)
                return;
            if (reply->isError()) {
                close(name + QStringLiteral(": ") + QString::fromUtf8(reply->text));
            } else if (reply->isArray() && reply->at(0).text != "master") {
                close(QStringLiteral("It is no master: ") + QString::fromUtf8(reply->at(0).text));
            } else if (isLast) {
                m_state = State::Open;
                m_patience.stop();
                emit opened();
            }
        });
    };
    if (!m_address.username.isEmpty())
        step(QStringLiteral("AUTH"), {"AUTH", m_address.username, m_address.password});
    else if (!m_address.password.isEmpty())
        step(QStringLiteral("AUTH"), {"AUTH", m_address.password});
    if (m_address.database != 0)
        step(QStringLiteral("SELECT ") + QString::number(m_address.database),
             {"SELECT", QByteArray::number(m_address.database)});
    if (m_address.onlyMaster)
        step(QStringLiteral("ROLE"), {"ROLE"});
    step(QStringLiteral("PING"), {"PING"}, true); // tells when a password is wanted, or Redis is still loading
}

void RedisConnection::send(const Words& words, Answer answer)
{
    if (m_state != State::Open) {
        answer(lost(QStringLiteral("There is no connection to Redis.")));
        return;
    }
    if (m_waiting.size() >= kMaxWaiting || m_socket->bytesToWrite() > kMaxUnsentBytes) {
        answer(lost(QStringLiteral("Too much waits for Redis.")));
        return;
    }
    if (m_waiting.empty())
        m_patience.start(m_address.answerMs);
    sendNow(words, std::move(answer));
}

void RedisConnection::post(const Words& words)
{
    if (m_state == State::Open)
        write(words);
}

void RedisConnection::sendNow(const Words& words, Answer answer)
{
    m_waiting.push_back(std::move(answer));
    write(words);
}

void RedisConnection::write(const Words& words)
{
    m_socket->write(redisCommand(words));
}

void RedisConnection::read()
{
    const QPointer<RedisConnection> alive(this);
    m_parser.feed(m_socket->readAll());
    while (alive && m_state != State::Closed) {
        auto reply = m_parser.next();
        if (!reply) {
            close(reply.error().text());
            return;
        }
        if (!*reply)
            return;
        take(std::move(**reply));
    }
}

void RedisConnection::take(RedisReply reply)
{
    if (m_waiting.empty()) {
        if (m_use == Use::Channels && m_state == State::Open)
            emit pushed(reply);
        else
            close(QStringLiteral("Redis answered what nobody had asked."));
        return;
    }
    const Answer answer = std::move(m_waiting.front());
    m_waiting.pop_front();
    if (m_state == State::Open) {
        if (m_waiting.empty())
            m_patience.stop();
        else
            m_patience.start(m_address.answerMs);
    }
    const QString moved =
        reply.isError() && reply.text.startsWith("MOVED ") ? QString::fromUtf8(reply.text) : QString();
    const QPointer<RedisConnection> alive(this);
    answer(std::move(reply));
    if (alive && !moved.isEmpty())
        close(moved);
}

void RedisConnection::timedOut()
{
    close(m_state == State::Opening ? QStringLiteral("Redis did not answer the connection.")
                                    : QStringLiteral("Redis did not answer in time."));
}

void RedisConnection::close(const QString& why)
{
    if (m_state == State::Closed)
        return;
    m_state = State::Closed;
    m_patience.stop();
    if (m_socket) {
        m_socket->disconnect(this);
        m_socket->abort();
    }
    const QPointer<RedisConnection> alive(this);
    for (const Answer& answer : std::exchange(m_waiting, {}))
        answer(lost(why));
    if (alive)
        emit closed(why);
}

} // namespace signalbox
