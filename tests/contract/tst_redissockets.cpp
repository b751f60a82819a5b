// SPDX-License-Identifier: GPL-3.0-or-later
// What Socket.IO connections leave behind, on a real Redis: one server takes it, whoever was there before changes
// nothing any more, nobody else's text is believed, and a Redis that was emptied or away is written again.
#include "redis/redissockets.h"
#include "support/redisserver.h"

#include <QTest>
#include <QUuid>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

constexpr int kPatienceMs = 30'000;
constexpr qint64 kWindowMs = 60'000;
constexpr quint64 kSession = 1;

RedisSavedSockets::Seal sealOf(const QByteArray& secret)
{
    return {[secret](const QByteArray& text) { return QByteArray::number(qHash(text + secret), 16); },
            [secret](const QByteArray& text, const QByteArray& seal) {
                return seal == QByteArray::number(qHash(text + secret), 16);
            }};
}

SavedSocket socketNamed(const QByteArray& id, const QByteArray& room = "operators")
{
    auto identity = std::make_shared<Identity>();
    identity->role = Role::Operator;
    identity->subject = "anna";
    return {id, {{room, "e:1"}}, identity};
}

/// One of several servers, as far as this goes.
class Server
{
public:
    Server(const test::RedisServer& redis, const QByteArray& prefix, const QByteArray& secret = "secret")
        : m_commands({u"127.0.0.1"_s, redis.port(), {}, {}, 0, {}}, RedisConnection::Use::Commands)
        , m_scripts(m_commands, prefix, 60'000)
        , m_sockets(m_clock, m_commands, m_scripts, sealOf(secret))
    {
        m_sockets.setReplaced([this](quint64 session) { m_replaced.append(session); });
        m_commands.start();
    }
    RedisSavedSockets& sockets() { return m_sockets; }
    const QList<quint64>& replaced() const { return m_replaced; }
    bool waitUntilUp()
    {
        return QTest::qWaitFor([this] { return m_commands.isUp(); }, kPatienceMs);
    }

    bool keep(quint64 session, const QByteArray& pid, const SavedSocket& socket, qint64 windowMs = kWindowMs)
    {
        const auto isDone = std::make_shared<bool>(false);
        m_sockets.keep(session, pid, socket, windowMs, [isDone] { *isDone = true; });
        return QTest::qWaitFor([&] { return *isDone; }, kPatienceMs);
    }
    /// The socket's id; empty: there was none.
    std::shared_ptr<std::optional<QByteArray>> ask(quint64 session, const QByteArray& pid)
    {
        auto answer = std::make_shared<std::optional<QByteArray>>();
        m_sockets.take(session, pid, kWindowMs, [answer](const Result<std::optional<SavedSocket>>& taken) {
            *answer = taken && *taken ? (*taken)->socketId : QByteArray();
        });
        return answer;
    }
    QByteArray take(quint64 session, const QByteArray& pid)
    {
        const auto answer = ask(session, pid);
        if (!QTest::qWaitFor([&] { return answer->has_value(); }, kPatienceMs))
            qFatal("No answer came.");
        return **answer;
    }

private:
    SystemClock m_clock;
    RedisLink m_commands;
    RedisScripts m_scripts;
    RedisSavedSockets m_sockets;
    QList<quint64> m_replaced;
};

} // namespace

class TestRedisSockets : public QObject
{
    Q_OBJECT

    test::RedisServer m_redis;
    QByteArray m_prefix;
    std::unique_ptr<Server> m_first;
    std::unique_ptr<Server> m_second;

    QByteArrayList keys()
    {
        return m_redis.cli({u"KEYS"_s, QString::fromLatin1(m_prefix) + u":socket:*"_s}).split('\n');
    }

private slots:
    void initTestCase() { QVERIFY(m_redis.start()); }
    void init()
    {
        m_prefix = "{" + QUuid::createUuid().toByteArray(QUuid::Id128) + "}";
        m_first = std::make_unique<Server>(m_redis, m_prefix);
        m_second = std::make_unique<Server>(m_redis, m_prefix);
        QVERIFY(m_first->waitUntilUp() && m_second->waitUntilUp());
    }
    void cleanup()
    {
        m_first.reset();
        m_second.reset();
    }

    void whatALivingConnectionLeavesIsTakenOnce()
    {
        QVERIFY(m_first->keep(kSession, "p", socketNamed("s")));
        const auto one = m_first->ask(2, "p");
        const auto other = m_second->ask(2, "p");
        QTRY_VERIFY_WITH_TIMEOUT(one->has_value() && other->has_value(), kPatienceMs);
        QCOMPARE(QByteArrayList({**one, **other}).count("s"), 1);
        QCOMPARE(m_second->take(3, "p"), QByteArray());
        QCOMPARE(m_second->take(3, "unknown"), QByteArray());
    }

    void theLatestCounts()
    {
        QVERIFY(m_first->keep(kSession, "p", socketNamed("s")));
        QVERIFY(m_first->keep(kSession, "p", socketNamed("t")));
        m_first->sockets().lose(kSession, "p", socketNamed("u"), kWindowMs);
        QTRY_COMPARE_WITH_TIMEOUT(m_first->sockets().count(), 0, kPatienceMs);
        QCOMPARE(m_second->take(2, "p"), QByteArray("u"));
    }

    void whoWasReplacedWritesNothing()
    {
        QVERIFY(m_first->keep(kSession, "p", socketNamed("old")));
        QCOMPARE(m_second->take(2, "p"), QByteArray("old"));
        QVERIFY(m_second->keep(2, "p", socketNamed("new")));
        m_first->sockets().lose(kSession, "p", socketNamed("old"), kWindowMs);
        QTRY_COMPARE_WITH_TIMEOUT(m_first->sockets().count(), 0, kPatienceMs);
        QCOMPARE(m_second->take(3, "p"), QByteArray("new"));
    }

    void whoWasReplacedIsTold()
    {
        constexpr qint64 kShortMs = 4000;
        QVERIFY(m_first->keep(kSession, "p", socketNamed("old"), kShortMs));
        QCOMPARE(m_second->take(2, "p"), QByteArray("old"));
        QVERIFY(m_second->keep(2, "p", socketNamed("new")));
        QTRY_COMPARE_WITH_TIMEOUT(m_first->replaced(), QList<quint64>{kSession}, kPatienceMs);
        QCOMPARE(m_second->replaced(), QList<quint64>());
    }

    void whoWasReplacedOnTheSameServerIsTold()
    {
        QVERIFY(m_first->keep(kSession, "p", socketNamed("old")));
        QCOMPARE(m_first->take(2, "p"), QByteArray("old"));
        QVERIFY(m_first->keep(2, "p", socketNamed("new")));
        QCOMPARE(m_first->replaced(), QList<quint64>{kSession});
        QVERIFY(m_first->keep(kSession, "p", socketNamed("old"))); // it has yet to see its end
        QCOMPARE(m_first->replaced(), QList<quint64>{kSession});
        m_first->sockets().lose(kSession, "p", socketNamed("old"), kWindowMs);
        m_first->sockets().forget(kSession, "p");
        QCOMPARE(m_second->take(3, "p"), QByteArray("new"));
    }

    void whoTookLeaveLeavesNothing()
    {
        QVERIFY(m_first->keep(kSession, "p", socketNamed("old")));
        QCOMPARE(m_second->take(2, "p"), QByteArray("old"));
        QVERIFY(m_second->keep(2, "p", socketNamed("new")));
        m_second->sockets().forget(2, "p");
        QTRY_COMPARE_WITH_TIMEOUT(m_second->sockets().count(), 0, kPatienceMs);
        QVERIFY(m_first->keep(kSession, "p", socketNamed("old"))); // it has missed all of that
        QCOMPARE(m_second->take(3, "p"), QByteArray());
    }

    void aLostOneIsForgottenInTime()
    {
        m_first->sockets().lose(kSession, "p", socketNamed("s"), 1);
        QTRY_COMPARE_WITH_TIMEOUT(m_first->sockets().count(), 0, kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(keys(), QByteArrayList{""}, kPatienceMs);
        QCOMPARE(m_second->take(2, "p"), QByteArray());
    }

    void everythingHasATimeToLive()
    {
        QVERIFY(m_first->keep(kSession, "p", socketNamed("s")));
        QCOMPARE(keys().size(), 1);
        const auto left = [this] { return m_redis.cli({u"PTTL"_s, QString::fromLatin1(keys()[0])}).toLongLong(); };
        QVERIFY(left() > kWindowMs && left() <= kWindowMs * 5 / 4);
        m_first->sockets().lose(kSession, "p", socketNamed("s"), kWindowMs);
        QTRY_COMPARE_WITH_TIMEOUT(m_first->sockets().count(), 0, kPatienceMs);
        QVERIFY(left() > 0 && left() <= kWindowMs);
    }

    void redisDoesNotTellThePrivateId()
    {
        QVERIFY(m_first->keep(kSession, "the-private-id", socketNamed("s")));
        const QByteArray key = keys()[0];
        const QByteArray content = m_redis.cli({u"HGETALL"_s, QString::fromLatin1(key)});
        QVERIFY(content.contains("operators"));
        QVERIFY(!key.contains("the-private-id") && !content.contains("the-private-id"));
    }

    void nobodyElsesTextIsBelieved()
    {
        const auto field = [this](const QByteArray& key) {
            return m_redis.cli({u"HGET"_s, QString::fromLatin1(key), u"r"_s});
        };
        const auto put = [this](const QByteArray& key, const QByteArray& text) {
            m_redis.cli({u"HSET"_s, QString::fromLatin1(key), u"r"_s, QString::fromUtf8(text)});
        };
        QVERIFY(m_first->keep(kSession, "p", socketNamed("s")));
        const QByteArray key = keys()[0];
        const QByteArray genuine = field(key);
        put(key, QByteArray(genuine).replace("\"operator\"", "\"admin\""));
        QCOMPARE(m_second->take(2, "p"), QByteArray());
        QVERIFY(m_first->keep(3, "q", socketNamed("other")));
        QByteArrayList all = keys();
        all.removeAll(key);
        put(all[0], genuine); // another's place
        QCOMPARE(m_second->take(4, "q"), QByteArray());
        put(key, genuine);
        Server stranger(m_redis, m_prefix, "another secret");
        QVERIFY(stranger.waitUntilUp());
        QCOMPARE(stranger.take(5, "p"), QByteArray());
        put(key, genuine);
        QCOMPARE(m_second->take(6, "p"), QByteArray("s"));
        put(key, "nonsense");
        QCOMPARE(m_second->take(7, "p"), QByteArray());
    }

    void anEmptiedRedisIsWrittenAgain()
    {
        constexpr qint64 kShortMs = 4000;
        QVERIFY(m_first->keep(kSession, "p", socketNamed("s"), kShortMs));
        m_redis.cli({u"FLUSHALL"_s});
        QTRY_VERIFY_WITH_TIMEOUT(keys() != QByteArrayList{""}, kPatienceMs);
        QCOMPARE(m_second->take(2, "p"), QByteArray("s"));
    }

    void withoutRedisNothingIsTakenAndWhatWasSaidIsWrittenLater()
    {
        QVERIFY(m_first->keep(kSession, "p", socketNamed("s")));
        QVERIFY(m_first->keep(2, "q", socketNamed("t")));
        m_redis.kill();
        QTRY_VERIFY_WITH_TIMEOUT(m_second->take(3, "p").isEmpty() && m_second->take(3, "p").isEmpty(), kPatienceMs);
        QVERIFY(m_first->keep(kSession, "p", socketNamed("u"))); // answered all the same
        m_first->sockets().forget(2, "q");
        QVERIFY(m_redis.start());
        QVERIFY(m_first->waitUntilUp() && m_second->waitUntilUp());
        QTRY_COMPARE_WITH_TIMEOUT(m_first->sockets().count(), 1, kPatienceMs);
        QVERIFY(QTest::qWaitFor([this] { return m_second->take(4, "p") == "u"; }, kPatienceMs));
        QCOMPARE(m_second->take(5, "q"), QByteArray());
    }
};

QTEST_GUILESS_MAIN(TestRedisSockets)
#include "tst_redissockets.moc"
