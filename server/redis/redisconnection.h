// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/hostport.h"
#include "redis/redisreply.h"

#include <QObject>
#include <QSslConfiguration>
#include <QTcpSocket>
#include <QTimer>

#include <deque>
#include <functional>

namespace signalbox {

/// Who knows where Redis is, when that changes.
struct RedisDirectory
{
    enum class Kind : quint8 { None, Sentinels, Cluster };

    Kind kind = Kind::None;
    std::vector<HostPort> nodes = {}; ///< sentinels, or some nodes of the cluster; at least one
    QByteArray name = {};             ///< the master's as sentinels know it; in a cluster a key that lies where all do
    QByteArray username = {};         ///< of the sentinels
    QByteArray password = {};
};

/// Where Redis is and how one gets in.
struct RedisAddress
{
    QString host;
    quint16 port = 6379;
    QByteArray username; ///< empty: the default user
    QByteArray password; ///< empty: none is sent
    int database = 0;
    std::optional<QSslConfiguration> tls; ///< nothing: plain TCP
    int connectMs = 5000;                 ///< for connecting, TLS and logging in together
    int answerMs = 5000;                  ///< without any answer while one is due, the connection counts as dead
    bool onlyMaster = false;              ///< a replica is refused
    RedisDirectory directory = {};        ///< asked instead of host and port, by RedisFinder
};

/// One connection to Redis, from its opening to its end; it is not opened again. Logs in, selects the database, then
/// sends commands without waiting for the answers of earlier ones. On one thread, with an event loop. Answers that are
/// due when it is destroyed do not come.
class RedisConnection final : public QObject
{
    Q_OBJECT

public:
    using Words = std::vector<QByteArray>;
    using Answer = std::function<void(Result<RedisReply>)>;
    /// Commands gets an answer for each; Channels may only subscribe, and everything that comes is pushed().
    enum class Use : quint8 { Commands, Channels };

    RedisConnection(RedisAddress address, Use use);
    ~RedisConnection() override;

    void open();
    bool isOpen() const { return m_state == State::Open; }
    /// Answers come in the order of the commands. An error of Redis is a reply; Unavailable means that the connection
    /// ended before the answer came, and whether the command was carried out is unknown, or (before opened() and when
    /// too much waits) that it was not sent. After "MOVED" it ends with that text: the keys are at another node.
    void send(const Words& words, Answer answer);
    /// For Use::Channels: what Redis says to it is pushed.
    void post(const Words& words);
    /// Ends it; closed() comes with this text.
    void close(const QString& why);

signals:
    void opened();
    /// Once. Never holds a password.
    void closed(const QString& why);
    void pushed(const signalbox::RedisReply& reply);

private:
    enum class State : quint8 { New, Opening, Open, Closed };

    void logIn();
    void sendNow(const Words& words, Answer answer);
    void write(const Words& words);
    void read();
    void take(RedisReply reply);
    void timedOut();

    const RedisAddress m_address;
    const Use m_use;
    State m_state = State::New;
    std::unique_ptr<QTcpSocket> m_socket;
    RedisReplyParser m_parser;
    std::deque<Answer> m_waiting;
    QTimer m_patience;
};

} // namespace signalbox
