// SPDX-License-Identifier: GPL-3.0-or-later
// The presence of several servers keeps the contract of all on a real Redis, and holds for all of them: whoever joins
// at one is seen at each, a server that dies takes its users with it, a Redis that was away is filled again. And what
// else goes by the board: last_seen.
#include "contract/presencecontract.h"
#include "core/clock.h"
#include "redis/redisboard.h"
#include "redis/redislastseen.h"
#include "redis/redispresence.h"
#include "support/redisserver.h"

#include <QSignalSpy>
#include <QTest>
#include <QUuid>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

constexpr int kPatienceMs = 30'000;
constexpr qint64 kTtlMs = 1500;

/// One of several servers, as far as others see it.
class Server final : public PresenceWorld
{
public:
    Server(const RedisAddress& address, const QByteArray& prefix, qint64 ttlMs = kTtlMs)
        : m_commands(address, RedisConnection::Use::Commands)
        , m_listening(address, RedisConnection::Use::Channels)
        , m_scripts(m_commands, prefix, 60'000)
        , m_board(m_commands, m_listening, m_scripts, {ttlMs})
        , m_presence(m_board)
        , m_lastSeen(m_clock, m_commands, m_listening, m_scripts)
    {
        m_commands.start();
        m_listening.start();
    }
    Presence& presence() override { return m_presence; }
    RedisBoard& board() { return m_board; }
    RedisLastSeen& lastSeen() { return m_lastSeen; }
    bool isUp() const { return m_commands.isUp() && m_listening.isUp(); }

    int connectionsOf(const QByteArray& user) const
    {
        for (const PresentUser& present : m_presence.users()) {
            if (present.user == user)
                return present.connections;
        }
        return 0;
    }
    bool see(const QByteArray& dialog, const QByteArray& who, quint64 id)
    {
        return m_lastSeen.advance(dialog, who, id, m_clock.steadyMs());
    }

private:
    SystemClock m_clock;
    RedisLink m_commands;
    RedisLink m_listening;
    RedisScripts m_scripts;
    RedisBoard m_board;
    RedisPresence m_presence;
    RedisLastSeen m_lastSeen;
};

RedisAddress addressOf(const test::RedisServer& redis)
{
    return {u"127.0.0.1"_s, redis.port(), {}, {}, 0, {}};
}

QByteArray freshPrefix()
{
    return "{" + QUuid::createUuid().toByteArray(QUuid::Id128) + "}";
}

} // namespace

class ContractOnRedis final : public PresenceContract
{
    Q_OBJECT

public:
    explicit ContractOnRedis(const test::RedisServer& redis)
        : PresenceContract([&redis] { return std::make_unique<Server>(addressOf(redis), freshPrefix()); })
    {
    }
};

class TestRedisPresence final : public QObject
{
    Q_OBJECT

public:
    explicit TestRedisPresence(test::RedisServer& redis)
        : m_redis(redis)
    {
    }

private slots:
    void init() { m_prefix = freshPrefix(); }
    void seenAtEachServer();
    void joinAndLeaveAreOfAllServers();
    void thousandsOfUsers();
    void lateServerKnowsAll();
    void deadServerLosesItsUsers();
    void entriesInRedisHaveATimeToLive();
    void emptiedRedisIsFilledAgain();
    void awayAndBack();
    void missedMessageIsNoticed();
    void garbageIsDropped_data();
    void garbageIsDropped();
    void keyOfTheWrongTypeIsOvercome();
    void marksHoldOnEachServer();
    void marksNeverGoBack();
    void marksOutliveTheServers();

private:
    std::unique_ptr<Server> server(qint64 ttlMs = kTtlMs)
    {
        return std::make_unique<Server>(addressOf(m_redis), m_prefix, ttlMs);
    }
    QString key(const char* name) const { return QString::fromUtf8(m_prefix) + QLatin1String(name); }

    test::RedisServer& m_redis;
    QByteArray m_prefix;
};

void TestRedisPresence::seenAtEachServer()
{
    const auto one = server();
    const auto two = server();
    const auto three = server();
    one->presence().join("anna", "operator", 1000);
    two->presence().join("anna", "operator", 900);
    three->presence().join("boris", "admin", 1100);
    for (Server* at : {one.get(), two.get(), three.get()}) {
        QTRY_COMPARE_WITH_TIMEOUT(at->connectionsOf("anna"), 2, kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(at->presence().isPresent("boris"), kPatienceMs);
        QCOMPARE(at->presence().users().size(), 2);
    }
    two->presence().leave("anna");
    QTRY_COMPARE_WITH_TIMEOUT(three->connectionsOf("anna"), 1, kPatienceMs);
    one->presence().leave("anna");
    QTRY_VERIFY_WITH_TIMEOUT(!two->presence().isPresent("anna"), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!three->presence().isPresent("anna"), kPatienceMs);
}

void TestRedisPresence::joinAndLeaveAreOfAllServers()
{
    const auto one = server();
    const auto two = server();
    QVERIFY(one->presence().join("anna", "operator", 1000));
    QTRY_VERIFY_WITH_TIMEOUT(two->presence().isPresent("anna"), kPatienceMs);
    QVERIFY(!two->presence().join("anna", "operator", 2000));
    QTRY_COMPARE_WITH_TIMEOUT(one->connectionsOf("anna"), 2, kPatienceMs);
    QVERIFY(!one->presence().leave("anna"));
    QTRY_COMPARE_WITH_TIMEOUT(two->connectionsOf("anna"), 1, kPatienceMs);
    QVERIFY(two->presence().leave("anna"));
}

void TestRedisPresence::thousandsOfUsers()
{
    const auto one = server(kPatienceMs);
    const auto two = server(kPatienceMs);
    constexpr int kUsers = 12'000;
    for (int i = 0; i < kUsers; ++i)
        one->presence().join("user " + QByteArray::number(i), "user", i);
    QTRY_COMPARE_WITH_TIMEOUT(two->presence().users().size(), kUsers, kPatienceMs);
    for (int i = 0; i < kUsers; i += 2)
        one->presence().leave("user " + QByteArray::number(i));
    QTRY_COMPARE_WITH_TIMEOUT(two->presence().users().size(), kUsers / 2, kPatienceMs);
    QVERIFY(two->presence().isPresent("user 1"));
}

void TestRedisPresence::lateServerKnowsAll()
{
    const auto one = server();
    one->presence().join("anna", "operator", 1000);
    QTRY_VERIFY_WITH_TIMEOUT(one->isUp(), kPatienceMs);
    const auto two = server();
    QTRY_VERIFY_WITH_TIMEOUT(two->presence().isPresent("anna"), kPatienceMs);
}

void TestRedisPresence::deadServerLosesItsUsers()
{
    auto one = server();
    const auto two = server();
    QSignalSpy died(&two->board(), &RedisBoard::diedElsewhere);
    one->presence().join("anna", "operator", 1000);
    two->presence().join("boris", "operator", 1000);
    QTRY_VERIFY_WITH_TIMEOUT(two->presence().isPresent("anna"), kPatienceMs);
    one.reset(); // says nothing more
    QTRY_VERIFY_WITH_TIMEOUT(!two->presence().isPresent("anna"), kPatienceMs);
    QCOMPARE(died.size(), 1);
    QCOMPARE(RedisPresence::userOf(died[0][0].toByteArray()), QByteArray("anna"));
    QVERIFY(two->presence().isPresent("boris"));
    QCOMPARE(two->board().serverCount(), 0);
    QTRY_COMPARE_WITH_TIMEOUT(m_redis.cli({u"HLEN"_s, key(":servers")}), QByteArray("1"), kPatienceMs);
}

void TestRedisPresence::entriesInRedisHaveATimeToLive()
{
    auto one = server();
    one->presence().join("anna", "operator", 1000);
    const auto entries = [this] {
        return m_redis.cli({u"EVAL"_s, u"return #redis.call('KEYS', ARGV[1])"_s, u"0"_s, key(":board:*")});
    };
    QTRY_COMPARE_WITH_TIMEOUT(entries(), QByteArray("1"), kPatienceMs);
    one.reset();
    QTRY_COMPARE_WITH_TIMEOUT(entries(), QByteArray("0"), kPatienceMs);
}

void TestRedisPresence::emptiedRedisIsFilledAgain()
{
    const auto one = server();
    const auto two = server();
    one->presence().join("anna", "operator", 1000);
    QTRY_VERIFY_WITH_TIMEOUT(two->presence().isPresent("anna"), kPatienceMs);
    m_redis.cli({u"FLUSHALL"_s});
    const auto late = server();
    QTRY_VERIFY_WITH_TIMEOUT(late->presence().isPresent("anna"), kPatienceMs);
    QVERIFY(two->presence().isPresent("anna"));
}

void TestRedisPresence::awayAndBack()
{
    const auto one = server();
    const auto two = server();
    one->presence().join("anna", "operator", 1000);
    one->presence().join("clara", "operator", 1000);
    QTRY_COMPARE_WITH_TIMEOUT(two->presence().users().size(), 2, kPatienceMs);
    for (int round = 0; round < 2; ++round) {
        m_redis.kill();
        QTRY_VERIFY_WITH_TIMEOUT(!one->isUp() && !two->isUp(), kPatienceMs);
        QVERIFY(one->presence().leave("anna"));
        QVERIFY(one->presence().join("boris", "operator", 2000));
        QTest::qWait(static_cast<int>(2 * kTtlMs));
        QVERIFY(two->presence().isPresent("clara")); // nothing is known, so nothing is changed
        QVERIFY(m_redis.start());
        QTRY_VERIFY_WITH_TIMEOUT(two->presence().isPresent("boris"), kPatienceMs);
        QVERIFY(!two->presence().isPresent("anna"));
        QVERIFY(two->presence().isPresent("clara"));
        one->presence().leave("boris");
        one->presence().join("anna", "operator", 3000);
        QTRY_VERIFY_WITH_TIMEOUT(two->presence().isPresent("anna"), kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(!two->presence().isPresent("boris"), kPatienceMs);
    }
}

/// As if Pub/Sub had not brought it: written past the listeners.
void TestRedisPresence::missedMessageIsNoticed()
{
    const auto one = server();
    const auto two = server();
    one->presence().join("anna", "operator", 1000);
    QTRY_VERIFY_WITH_TIMEOUT(two->presence().isPresent("anna"), kPatienceMs);
    m_redis.cli({u"CLIENT"_s, u"KILL"_s, u"TYPE"_s, u"pubsub"_s});
    one->presence().leave("anna");
    one->presence().join("boris", "operator", 1000);
    QTRY_VERIFY_WITH_TIMEOUT(two->presence().isPresent("boris"), kPatienceMs);
    QVERIFY(!two->presence().isPresent("anna"));
}

void TestRedisPresence::garbageIsDropped_data()
{
    QTest::addColumn<QString>("channel");
    QTest::addColumn<QString>("text");
    for (const char* channel : {":board", ":last_seen"}) {
        for (const char* text : {"", "x", "\n", "a b c\n", "a 1\n", "a -1 0\nk v\n", "s 5 4\nkey\n",
                                 "x 18446744073709551616 -\n", "{\"a\":1}", "\xff\xfe\n"})
            QTest::addRow("%s %s", channel, QByteArray(text).toPercentEncoding().constData())
                << QString::fromLatin1(channel) << QString::fromLatin1(text);
    }
}

void TestRedisPresence::garbageIsDropped()
{
    QFETCH(QString, channel);
    QFETCH(QString, text);
    const auto one = server();
    const auto two = server();
    QSignalSpy board(&two->board(), &RedisBoard::malformed);
    QSignalSpy seen(&two->lastSeen(), &RedisLastSeen::malformed);
    one->presence().join("anna", "operator", 1000);
    QTRY_VERIFY_WITH_TIMEOUT(two->presence().isPresent("anna"), kPatienceMs);
    m_redis.cli({u"PUBLISH"_s, QString::fromUtf8(m_prefix) + channel, text});
    QTRY_COMPARE_WITH_TIMEOUT(board.size() + seen.size(), 1, kPatienceMs);
    one->presence().join("boris", "operator", 1000);
    QTRY_VERIFY_WITH_TIMEOUT(two->presence().isPresent("boris"), kPatienceMs);
}

void TestRedisPresence::keyOfTheWrongTypeIsOvercome()
{
    const auto one = server();
    const auto two = server();
    m_redis.cli({u"SET"_s, key(":servers"), u"text"_s});
    one->presence().join("anna", "operator", 1000);
    QTest::qWait(200);
    QVERIFY(one->presence().isPresent("anna"));
    m_redis.cli({u"DEL"_s, key(":servers")});
    QTRY_VERIFY_WITH_TIMEOUT(two->presence().isPresent("anna"), kPatienceMs);
}

void TestRedisPresence::marksHoldOnEachServer()
{
    const auto one = server();
    const auto two = server();
    QTRY_VERIFY_WITH_TIMEOUT(one->isUp() && two->isUp() && two->board().serverCount() == 1, kPatienceMs);
    QVERIFY(one->see("17", "guest:17", 5));
    QCOMPARE(one->lastSeen().marksOf("17").value("guest:17"), quint64{5});
    QTRY_COMPARE_WITH_TIMEOUT(two->lastSeen().marksOf("17").value("guest:17"), quint64{5}, kPatienceMs);
    QVERIFY(!two->see("17", "guest:17", 5));
    QVERIFY(two->see("17", "anna b", 18'446'744'073'709'551'615U));
    QTRY_COMPARE_WITH_TIMEOUT(one->lastSeen().marksOf("17").value("anna b"), 18'446'744'073'709'551'615U, kPatienceMs);
    QCOMPARE(m_redis.cli({u"HGET"_s, key(":last_seen:17"), u"guest:17"_s}), QByteArray("5"));
    QVERIFY(m_redis.cli({u"PTTL"_s, key(":last_seen:17")}).toLongLong() > 0);
}

void TestRedisPresence::marksNeverGoBack()
{
    const auto one = server();
    QTRY_VERIFY_WITH_TIMEOUT(one->isUp(), kPatienceMs);
    m_redis.cli({u"HSET"_s, key(":last_seen:17"), u"anna"_s, u"100"_s});
    QVERIFY(one->see("17", "anna", 99)); // not known yet
    QVERIFY(one->see("17", "boris", 1));
    QTRY_COMPARE_WITH_TIMEOUT(m_redis.cli({u"HGET"_s, key(":last_seen:17"), u"boris"_s}), QByteArray("1"), kPatienceMs);
    QCOMPARE(m_redis.cli({u"HGET"_s, key(":last_seen:17"), u"anna"_s}), QByteArray("100"));
}

void TestRedisPresence::marksOutliveTheServers()
{
    auto one = server();
    QVERIFY(one->see("17", "anna", 7)); // before there is a connection
    QTRY_COMPARE_WITH_TIMEOUT(m_redis.cli({u"HGET"_s, key(":last_seen:17"), u"anna"_s}), QByteArray("7"), kPatienceMs);
    one.reset();
    const auto two = server();
    QTRY_COMPARE_WITH_TIMEOUT(two->lastSeen().marksOf("17").value("anna"), quint64{7}, kPatienceMs);
}

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    test::RedisServer redis;
    if (!redis.start())
        return 1;
    ContractOnRedis contract(redis);
    TestRedisPresence test(redis);
    return QTest::qExec(&contract, argc, argv) | QTest::qExec(&test, argc, argv);
}

#include "tst_redispresence.moc"
