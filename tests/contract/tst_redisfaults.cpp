// SPDX-License-Identifier: GPL-3.0-or-later
// Several brokers on one real Redis, and everything that can happen to it: what was accepted is delivered once, in
// order, on each of them, or they say that it is lost; and what is wrong is said.
#include "contract/redishouse.h"
#include "support/redisserver.h"
#include "unit/tlsfixture.h"

#include <QSslCertificate>
#include <QUuid>

using namespace signalbox;
using namespace Qt::StringLiterals;
using test::RedisHouse;

namespace {

constexpr int kPatienceMs = RedisHouse::kPatienceMs;

QByteArrayList dataOf(const Result<Replay>& replay)
{
    QByteArrayList list;
    for (const EventPtr& event : replay->events)
        list.append(event->data);
    return list;
}

QByteArrayList numbers(int from, int to)
{
    QByteArrayList list;
    for (int i = from; i <= to; ++i)
        list.append(QByteArray::number(i));
    return list;
}

} // namespace

class TestRedisFaults final : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void serversAreOne();
    void oneCursorOnAnyServer();
    void keysHoldOnEveryServer();
    void nobodyListensToChannelsWithoutSubscribers();
    void lostConnectionIsCaughtUp();
    void trimmedMeanwhileIsTold();
    void lostMessageIsReadBeforeWhatFollows();
    void lostTailIsFoundByTheProbe();
    void deadConnectionIsNoticed();
    void restartWithItsDataGoesOn();
    void restartWithoutItsDataIsTold();
    void logThatFellBehindBeginsAnew();
    void logThatWentAnotherWayBeginsAnew();
    void flushedScriptsAreLoadedAgain();
    void garbageIsDropped();
    void keyOfTheWrongTypeIsSaid();
    void fullMemoryIsSaid();
    void readOnlyIsSaid();
    void logsIn();
    void refusedLogin_data();
    void refusedLogin();
    void speaksTls();
    void absentRedisIsUnavailable();

private:
    RedisAddress address() const { return {u"127.0.0.1"_s, m_server->port(), {}, {}, 0, {}}; }
    std::unique_ptr<RedisHouse> house(RedisFeed::Settings feed = {}, RedisBroker::Limits limits = {})
    {
        auto made = std::make_unique<RedisHouse>(address(), m_prefix, feed, limits);
        if (!made->waitUntilUp())
            qWarning("It does not come up: %s", qPrintable(made->broker().state().message));
        return made;
    }
    QString key(const char* rest) const { return QString::fromUtf8(m_prefix) + QLatin1String(rest); }
    /// Subscribes and waits until it counts.
    static void listen(RedisHouse& house, const QByteArray& channel)
    {
        house.broker().subscribe(channel);
        QVERIFY(house.replay({channel}, std::nullopt).ok());
    }
    /// As if Redis did not send the second event of the channel "a": the script without its PUBLISH.
    void publishSecondUnheard();

    std::unique_ptr<test::RedisServer> m_server;
    const QByteArray m_prefix = "{t}";
};

void TestRedisFaults::init()
{
    m_server = std::make_unique<test::RedisServer>();
    QVERIFY(m_server->start());
}

void TestRedisFaults::serversAreOne()
{
    const auto one = house();
    const auto two = house();
    listen(*one, "a");
    listen(*two, "a");
    for (int i = 1; i <= 50; ++i)
        QCOMPARE((i % 2 == 0 ? one : two)->publish({"a"}, QByteArray::number(i))->event->placements[0].position.offset,
                 static_cast<quint64>(i));
    QVERIFY(one->waitForEvents(50) && two->waitForEvents(50));
    QCOMPARE(one->data(), numbers(1, 50));
    QCOMPARE(two->data(), one->data());
}

void TestRedisFaults::oneCursorOnAnyServer()
{
    const auto one = house();
    const auto two = house();
    const auto first = one->publish({"a", "b"}, "1");
    QVERIFY(two->publish({"b"}, "2").ok());
    QVERIFY(one->publish({"a"}, "3").ok());
    const auto three = house();
    for (const Position& since : {first->event->cursor.toPosition(), first->event->placements[1].position}) {
        const auto replay = three->replay({"a", "b"}, since);
        QVERIFY(replay.ok() && replay->recovered);
        QCOMPARE(dataOf(replay), numbers(2, 3));
    }
}

void TestRedisFaults::keysHoldOnEveryServer()
{
    const auto one = house();
    const auto two = house();
    const auto first = one->publish({"a"}, "1", "k\n\0 binary");
    const auto again = two->publish({"a"}, "1", "k\n\0 binary");
    QVERIFY(again.ok() && again->duplicate);
    QCOMPARE(again->event->id, first->event->id);
    QCOMPARE(two->publish({"a"}, "2", "k\n\0 binary").error().code, ErrorCode::IdempotencyConflict);
}

void TestRedisFaults::nobodyListensToChannelsWithoutSubscribers()
{
    const auto one = house({.lingerMs = 50, .probeMs = 10'000, .maxWaiting = 1000});
    for (int i = 0; i < 300; ++i)
        QVERIFY(one->publish({"c" + QByteArray::number(i)}, "1").ok());
    QCOMPARE(one->broker().channelCount(), 0);
    listen(*one, "a");
    const auto subscribers = [this] {
        return m_server->cli({u"PUBSUB"_s, u"NUMSUB"_s, key(":channel:a")}).split('\n').value(1);
    };
    QCOMPARE(subscribers(), QByteArray("1"));
    one->broker().unsubscribe("a");
    QTRY_COMPARE_WITH_TIMEOUT(subscribers(), QByteArray("0"), kPatienceMs);
    QCOMPARE(one->broker().channelCount(), 0);
    listen(*one, "a");
    QVERIFY(one->publish({"a"}, "1").ok());
    QVERIFY(one->waitForEvents(1));
}

void TestRedisFaults::lostConnectionIsCaughtUp()
{
    const auto one = house();
    const auto two = house();
    for (const char* channel : {"a", "b", "quiet"})
        listen(*one, channel);
    QVERIFY(two->publish({"a"}, "1").ok());
    QVERIFY(one->waitForEvents(1));
    m_server->cli({u"CLIENT"_s, u"KILL"_s, u"TYPE"_s, u"pubsub"_s});
    QVERIFY(one->waitUntilDown());
    for (int i = 2; i <= 40; ++i)
        QVERIFY(two->publish(i % 3 == 0 ? std::vector<QByteArray>{"a", "b"} : std::vector<QByteArray>{"b"},
                             QByteArray::number(i))
                    .ok());
    QVERIFY(one->waitUntilUp());
    QVERIFY(two->publish({"a"}, "41").ok());
    QVERIFY(one->waitForEvents(41));
    QCOMPARE(one->data(), numbers(1, 41));
    QVERIFY(one->lost().isEmpty());
}

void TestRedisFaults::trimmedMeanwhileIsTold()
{
    const RedisBroker::Limits limits{.eventsPerChannel = 5};
    const auto one = house({}, limits);
    const auto two = house({}, limits);
    listen(*one, "busy");
    listen(*one, "calm");
    m_server->cli({u"CLIENT"_s, u"KILL"_s, u"TYPE"_s, u"pubsub"_s});
    QVERIFY(one->waitUntilDown());
    for (int i = 1; i <= 10; ++i)
        QVERIFY(two->publish({"busy"}, QByteArray::number(i)).ok());
    QVERIFY(two->publish({"calm"}, "11").ok());
    QVERIFY(one->waitUntilUp());
    QCOMPARE(one->data(), QByteArrayList{"11"});
    QCOMPARE(one->lost(), QByteArrayList{"busy"});
    QVERIFY(two->publish({"busy"}, "12").ok());
    QVERIFY(one->waitForEvents(2));
}

void TestRedisFaults::publishSecondUnheard()
{
    QFile log(u":/lua/log.lua"_s);
    QFile publish(u":/lua/publish.lua"_s);
    QVERIFY(log.open(QIODevice::ReadOnly) && publish.open(QIODevice::ReadOnly));
    QByteArray script = log.readAll() + publish.readAll();
    script.replace("redis.call('PUBLISH'", "tostring('PUBLISH'");
    const QByteArray answer =
        m_server->cli({u"EVAL"_s, QString::fromUtf8(script), u"1"_s, key(":log"), QString::fromUtf8(m_prefix),
                       u"3600000"_s, u"x"_s, u"1000"_s, u"1000"_s, u"1"_s, u""_s, u""_s,
                       u"1 1700000000000 2 4 0 1  0\nidname2"_s, u""_s, u"1"_s, u"a"_s, u"y"_s});
    QVERIFY2(answer.contains("a"), answer.constData());
}

void TestRedisFaults::lostMessageIsReadBeforeWhatFollows()
{
    const auto one = house();
    const auto two = house();
    listen(*one, "a");
    QVERIFY(two->publish({"a"}, "1").ok());
    QVERIFY(one->waitForEvents(1));
    publishSecondUnheard();
    QVERIFY(two->publish({"a"}, "3").ok());
    QVERIFY(one->waitForEvents(3));
    QCOMPARE(one->data(), numbers(1, 3));
}

void TestRedisFaults::lostTailIsFoundByTheProbe()
{
    const auto one = house({.lingerMs = 5000, .probeMs = 100, .maxWaiting = 1000});
    const auto two = house();
    listen(*one, "a");
    QVERIFY(two->publish({"a"}, "1").ok());
    QVERIFY(one->waitForEvents(1));
    publishSecondUnheard();
    QVERIFY(one->waitForEvents(2));
    QCOMPARE(one->data(), numbers(1, 2));
}

void TestRedisFaults::deadConnectionIsNoticed()
{
    RedisAddress impatient = address();
    impatient.answerMs = 300;
    impatient.connectMs = 300;
    RedisHouse one(impatient, m_prefix, {.lingerMs = 5000, .probeMs = 100, .maxWaiting = 1000});
    QVERIFY(one.waitUntilUp());
    listen(one, "a");
    m_server->freeze();
    QVERIFY(one.waitUntilDown());
    QCOMPARE(one.publish({"a"}, "1").error().code, ErrorCode::Unavailable);
    m_server->thaw();
    QVERIFY(one.waitUntilUp());
    QVERIFY(one.publish({"a"}, "2").ok());
    QTRY_VERIFY_WITH_TIMEOUT(one.data().contains("2"), kPatienceMs);
}

void TestRedisFaults::restartWithItsDataGoesOn()
{
    m_server->kill();
    m_server->setArguments({u"--appendonly"_s, u"yes"_s, u"--appendfsync"_s, u"always"_s});
    QVERIFY(m_server->start());
    const auto one = house();
    listen(*one, "a");
    for (int round = 0; round < 2; ++round) {
        QVERIFY(one->publish({"a"}, QByteArray::number(round * 2 + 1)).ok());
        m_server->kill();
        QVERIFY(one->waitUntilDown());
        QCOMPARE(one->publish({"a"}, "no").error().code, ErrorCode::Unavailable);
        QVERIFY(!one->broker().state().message.isEmpty());
        QVERIFY(m_server->start());
        QVERIFY(one->waitUntilUp());
        QVERIFY(one->publish({"a"}, QByteArray::number(round * 2 + 2)).ok());
    }
    QVERIFY(one->waitForEvents(4));
    QCOMPARE(one->data(), numbers(1, 4));
    QVERIFY(one->lost().isEmpty());
}

void TestRedisFaults::restartWithoutItsDataIsTold()
{
    const auto one = house();
    listen(*one, "a");
    const auto before = one->publish({"a"}, "1");
    QVERIFY(one->waitForEvents(1));
    m_server->kill();
    QVERIFY(one->waitUntilDown());
    QVERIFY(m_server->start());
    QVERIFY(one->waitUntilUp());
    QCOMPARE(one->lost(), QByteArrayList{"a"});
    QVERIFY(!one->replay({"a"}, before->event->cursor.toPosition())->recovered);
    QVERIFY(!one->replay({"a"}, before->event->placements[0].position)->recovered);
    const auto after = one->publish({"a"}, "2");
    QVERIFY(after->event->cursor.memory.epoch != before->event->cursor.memory.epoch);
    QVERIFY(one->waitForEvents(2));
}

/// A replica that had not got everything becomes the master: the same epoch, but fewer events.
void TestRedisFaults::logThatFellBehindBeginsAnew()
{
    const auto one = house();
    listen(*one, "a");
    EventPtr last;
    for (int i = 1; i <= 5; ++i)
        last = one->publish({"a"}, QByteArray::number(i))->event;
    QVERIFY(one->waitForEvents(5));
    m_server->cli({u"HSET"_s, key(":log"), u"n"_s, u"3"_s});
    m_server->cli({u"CLIENT"_s, u"KILL"_s, u"TYPE"_s, u"pubsub"_s});
    m_server->cli({u"CLIENT"_s, u"KILL"_s, u"TYPE"_s, u"normal"_s});
    QVERIFY(one->waitUntilDown());
    QVERIFY(one->waitUntilUp());
    QCOMPARE(one->lost(), QByteArrayList{"a"});
    QVERIFY(one->publish({"a"}, "6")->event->cursor.memory.epoch != last->cursor.memory.epoch);
    QVERIFY(!one->replay({"a"}, last->cursor.toPosition())->recovered);
    QVERIFY(one->waitForEvents(6));
}

/// The same, but another server was there first and has published: there are as many events as before, others.
void TestRedisFaults::logThatWentAnotherWayBeginsAnew()
{
    const auto letIn = [this] {
        m_server->cli({u"ACL"_s, u"SETUSER"_s, u"late"_s, u"on"_s, u"nopass"_s, u"~*"_s, u"&*"_s, u"+@all"_s});
    };
    letIn();
    RedisAddress late = address();
    late.username = "late";
    late.password = "any";
    RedisHouse one(late, m_prefix);
    QVERIFY(one.waitUntilUp());
    listen(one, "a");
    for (int i = 1; i <= 3; ++i)
        QVERIFY(one.publish({"a"}, QByteArray::number(i)).ok());
    m_server->cli({u"SAVE"_s});
    EventPtr last;
    for (int i = 4; i <= 5; ++i)
        last = one.publish({"a"}, QByteArray::number(i))->event;
    QVERIFY(one.waitForEvents(5));
    m_server->kill();
    QVERIFY(one.waitUntilDown());
    QVERIFY(m_server->start()); // with the three, and without its user
    const auto two = house();
    listen(*two, "a");
    for (int i = 6; i <= 9; ++i)
        QVERIFY(two->publish({"a"}, QByteArray::number(i)).ok());
    QVERIFY(one.lost().isEmpty());
    letIn();
    QVERIFY(one.waitUntilUp());
    QCOMPARE(one.lost(), QByteArrayList{"a"});
    QVERIFY(one.publish({"a"}, "10")->event->cursor.memory.epoch != last->cursor.memory.epoch);
    QVERIFY(!one.replay({"a"}, last->cursor.toPosition())->recovered);
    QTRY_COMPARE_WITH_TIMEOUT(two->lost(), QByteArrayList{"a"}, kPatienceMs);
    QVERIFY(one.publish({"a"}, "11").ok());
    QTRY_VERIFY_WITH_TIMEOUT(two->data().contains("11"), kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(one.data(), numbers(1, 5) + numbers(10, 11), kPatienceMs);
}

void TestRedisFaults::flushedScriptsAreLoadedAgain()
{
    const auto one = house();
    listen(*one, "a");
    for (int round = 0; round < 3; ++round) {
        m_server->cli({u"SCRIPT"_s, u"FLUSH"_s});
        int answered = 0;
        for (int i = 1; i <= 20; ++i)
            one->broker().publish({"chat.message", 1, QByteArray::number(round * 20 + i), {"a"}, {}, {}},
                                  [&](const Result<Published>& result) { answered += result.ok() ? 1 : 0; });
        QTRY_COMPARE_WITH_TIMEOUT(answered, 20, kPatienceMs);
    }
    QVERIFY(one->waitForEvents(60));
    QCOMPARE(one->data(), numbers(1, 60));
}

void TestRedisFaults::garbageIsDropped()
{
    const auto one = house();
    listen(*one, "a");
    const QStringList garbage{u""_s,
                              u"{}"_s,
                              u"1 "_s,
                              u"1 e 99999999999999999999 1\n"_s,
                              u"1 e 5 1\n1 e a\n1 2 999999999 1 1 1  0\nab"_s,
                              QString(100'000, u'x'),
                              QString::fromUtf8("\xf0\x9f\x92\xa5")};
    for (const QString& text : garbage)
        m_server->cli({u"PUBLISH"_s, key(":channel:a"), text});
    QVERIFY(one->publish({"a"}, "1").ok());
    QVERIFY(one->waitForEvents(1));
    QCOMPARE(one->data(), numbers(1, 1));
    QCOMPARE(one->broker().malformed(), static_cast<quint64>(garbage.size()));
}

void TestRedisFaults::keyOfTheWrongTypeIsSaid()
{
    const auto one = house();
    QVERIFY(one->publish({"a"}, "1").ok());
    for (const char* name : {":stream:b", ":meta:b"}) {
        m_server->cli({u"SET"_s, key(name), u"text"_s});
        QCOMPARE(one->publish({"a", "b"}, "no").error().code, ErrorCode::Unavailable);
        QVERIFY(one->broker().state().isRefusing);
        QVERIFY2(one->broker().state().message.contains(u"WRONGTYPE"_s), qPrintable(one->broker().state().message));
        m_server->cli({u"DEL"_s, key(name)});
    }
    const auto next = one->publish({"a", "b"}, "2"); // nothing was half applied
    QCOMPARE(next->event->placements[0].position.offset, quint64{2});
    QCOMPARE(next->event->cursor.memory.offset, quint64{2});
    QVERIFY(!one->broker().state().isRefusing);
}

void TestRedisFaults::fullMemoryIsSaid()
{
    const auto one = house();
    m_server->cli({u"CONFIG"_s, u"SET"_s, u"maxmemory"_s, u"1"_s});
    QCOMPARE(one->publish({"a"}, "no").error().code, ErrorCode::Unavailable);
    QVERIFY2(one->broker().state().isRefusing && one->broker().state().message.contains(u"OOM"_s),
             qPrintable(one->broker().state().message));
    m_server->cli({u"CONFIG"_s, u"SET"_s, u"maxmemory"_s, u"0"_s});
    QCOMPARE(one->publish({"a"}, "1")->event->placements[0].position.offset, quint64{1});
    QVERIFY(!one->broker().state().isRefusing);
}

void TestRedisFaults::readOnlyIsSaid()
{
    const auto one = house();
    m_server->cli({u"REPLICAOF"_s, u"127.0.0.1"_s, u"1"_s});
    QCOMPARE(one->publish({"a"}, "no").error().code, ErrorCode::Unavailable);
    QVERIFY(one->waitUntilDown());
    QTRY_VERIFY_WITH_TIMEOUT(one->broker().state().message.contains(u"READONLY"_s), kPatienceMs);
    m_server->cli({u"REPLICAOF"_s, u"NO"_s, u"ONE"_s});
    QVERIFY(one->waitUntilUp());
    QVERIFY(one->publish({"a"}, "1").ok());
}

void TestRedisFaults::logsIn()
{
    m_server->cli({u"ACL"_s, u"SETUSER"_s, u"box"_s, u"on"_s, u">the\"key"_s, u"~*"_s, u"&*"_s, u"+@all"_s});
    m_server->cli({u"CONFIG"_s, u"SET"_s, u"requirepass"_s, u"a secret"_s});
    RedisAddress byPassword = address();
    byPassword.password = "a secret";
    byPassword.database = 3;
    RedisHouse one(byPassword, m_prefix);
    QVERIFY(one.waitUntilUp());
    RedisAddress byUser = byPassword;
    byUser.username = "box";
    byUser.password = "the\"key";
    RedisHouse two(byUser, m_prefix);
    QVERIFY(two.waitUntilUp());
    QVERIFY(one.publish({"a"}, "1").ok());
    QCOMPARE(two.publish({"a"}, "2")->event->placements[0].position.offset, quint64{2});
}

void TestRedisFaults::refusedLogin_data()
{
    QTest::addColumn<QByteArray>("password");
    QTest::addColumn<int>("database");
    QTest::addColumn<QString>("said");
    QTest::newRow("wrong password") << QByteArray("wrong") << 0 << u"WRONGPASS"_s;
    QTest::newRow("no password") << QByteArray() << 0 << u"NOAUTH"_s;
    QTest::newRow("no such database") << QByteArray("right") << 99 << u"SELECT 99"_s;
}

void TestRedisFaults::refusedLogin()
{
    QFETCH(QByteArray, password);
    QFETCH(int, database);
    QFETCH(QString, said);
    m_server->kill();
    m_server->setArguments({u"--requirepass"_s, u"right"_s});
    QVERIFY(m_server->start());
    RedisAddress wrong = address();
    wrong.password = password;
    wrong.database = database;
    RedisHouse one(wrong, m_prefix);
    QTRY_VERIFY_WITH_TIMEOUT(one.broker().state().message.contains(said), kPatienceMs);
    QVERIFY(!one.broker().state().message.contains(u"wrong"_s));
    QVERIFY(!one.broker().state().isUp);
}

void TestRedisFaults::speaksTls()
{
    const TlsFiles files;
    m_server->kill();
    m_server->setTls(files.certificateFile(), files.keyFile());
    QVERIFY(m_server->start());
    RedisAddress trusting = address();
    trusting.host = u"localhost"_s;
    trusting.tls = QSslConfiguration::defaultConfiguration();
    RedisHouse stranger(trusting, m_prefix);
    QTRY_VERIFY_WITH_TIMEOUT(stranger.broker().state().message.startsWith(u"TLS: "_s), kPatienceMs);
    trusting.tls->setCaCertificates(QSslCertificate::fromPath(files.certificateFile()));
    RedisHouse one(trusting, m_prefix);
    QVERIFY2(one.waitUntilUp(), qPrintable(one.broker().state().message));
    QVERIFY(one.publish({"a"}, "1").ok());
    RedisHouse plain(address(), m_prefix);
    QTRY_VERIFY_WITH_TIMEOUT(!plain.broker().state().message.isEmpty(), kPatienceMs);
    QVERIFY(!plain.broker().state().isUp);
}

void TestRedisFaults::absentRedisIsUnavailable()
{
    m_server->kill();
    RedisHouse one(address(), m_prefix);
    one.broker().subscribe("a");
    QCOMPARE(one.publish({"a"}, "no").error().code, ErrorCode::Unavailable);
    QCOMPARE(one.replay({"a"}, std::nullopt).error().code, ErrorCode::Unavailable);
    QVERIFY(m_server->start());
    QVERIFY(one.waitUntilUp());
    QVERIFY(one.publish({"a"}, "1").ok());
    QVERIFY(one.waitForEvents(1));
}

QTEST_GUILESS_MAIN(TestRedisFaults)
#include "tst_redisfaults.moc"
