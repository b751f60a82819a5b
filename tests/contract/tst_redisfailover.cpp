// SPDX-License-Identifier: GPL-3.0-or-later
// Redis that moves: masters that sentinels replace, and slots that a cluster moves or fails over, while two servers
// publish and listen. What was accepted is delivered once and in order on both, or they say that it is lost.
#include "contract/redismoving.h"

using namespace signalbox;
using namespace signalbox::test;

class TestRedisFailover final : public QObject
{
    Q_OBJECT

private slots:
    void sentinelsReplaceTheMaster_data() { withAndWithoutTls(); }
    void sentinelsReplaceTheMaster();
    void sentinelsThatDoNotKnow();
    void replicaIsRefused();
    void clusterMovesTheKeys_data() { withAndWithoutTls(); }
    void clusterMovesTheKeys();
    void clusterFailsOver_data() { withAndWithoutTls(); }
    void clusterFailsOver();
    void certificatesMustBeTrusted();
    void certificatesMustNameTheMaster();
    void plainAddressOfAClusterFollows();

private:
    static void withAndWithoutTls()
    {
        QTest::addColumn<bool>("hasTls");
        QTest::newRow("TCP") << false;
        QTest::newRow("TLS") << true;
    }
};

void TestRedisFailover::sentinelsReplaceTheMaster()
{
    QFETCH(bool, hasTls);
    const TlsFiles files(TlsFiles::Names::LocalhostAndAddress);
    std::array<RedisServer, 2> redis;
    for (RedisServer& one : redis) {
        if (hasTls)
            one.setTls(files.certificateFile(), files.keyFile());
    }
    QVERIFY(redis[0].start());
    redis[1].setArguments({u"--replicaof"_s, u"127.0.0.1"_s, QString::number(redis[0].port())});
    QVERIFY(redis[1].start());
    QVERIFY(waitForReplica(redis[1]));
    Sentinel sentinel;
    QVERIFY(sentinel.start(redis[0].port(), hasTls ? &files : nullptr));
    QVERIFY(waitFor([&] { return sentinel.ask({u"SENTINEL"_s, u"REPLICAS"_s, u"box"_s}).contains("slave"); }));
    const RedisAddress address = bySentinels({here(freePort()), here(sentinel.port())}); // nobody listens at the first
    Pair pair(hasTls ? overTls(address, files) : address);
    QVERIFY(pair.begin());
    for (size_t round = 0; round < 2; ++round) {
        QVERIFY(pair.goesOn());
        redis[round].kill();
        QVERIFY(waitFor([&] { return !pair.one.broker().state().isUp; }));
        QVERIFY(pair.goesOn());
        const QByteArray master = sentinel.ask({u"SENTINEL"_s, u"get-master-addr-by-name"_s, u"box"_s});
        QVERIFY(master.endsWith(QByteArray::number(redis[1 - round].port())));
        redis[round].setArguments({});
        QVERIFY(redis[round].start());
        QVERIFY(waitForReplica(redis[round])); // the sentinel has told it
    }
    QCOMPARE(pair.end(), QByteArray());
}

void TestRedisFailover::sentinelsThatDoNotKnow()
{
    RedisServer redis;
    QVERIFY(redis.start());
    Sentinel sentinel;
    QVERIFY(sentinel.start(redis.port()));
    RedisHouse stranger(bySentinels({here(sentinel.port())}, "wrong"), kPrefix);
    const auto said = [](RedisHouse& house, const QString& what) {
        return waitFor([&] { return house.broker().state().message.contains(what); });
    };
    QVERIFY(said(stranger, u"WRONGPASS"_s));
    QVERIFY(!stranger.broker().state().message.contains(u"wrong"_s));
    RedisAddress unknown = bySentinels({here(sentinel.port())});
    unknown.directory.name = "other";
    RedisHouse lost(unknown, kPrefix);
    QVERIFY(said(lost, u"knows no master other"_s));
    QVERIFY(!lost.broker().state().isUp);
}

/// A sentinel may name one that has become a replica.
void TestRedisFailover::replicaIsRefused()
{
    RedisServer redis;
    QVERIFY(redis.start());
    redis.cli({u"REPLICAOF"_s, u"127.0.0.1"_s, u"1"_s});
    Sentinel sentinel;
    QVERIFY(sentinel.start(redis.port()));
    RedisHouse house(bySentinels({here(sentinel.port())}), kPrefix);
    QVERIFY(waitFor([&] { return house.broker().state().message.contains(u"It is no master: slave"_s); }));
    redis.cli({u"REPLICAOF"_s, u"NO"_s, u"ONE"_s});
    QVERIFY(waitFor([&] { return house.broker().state().isUp; }));
}

void TestRedisFailover::clusterMovesTheKeys()
{
    QFETCH(bool, hasTls);
    const TlsFiles files(TlsFiles::Names::LocalhostAndAddress);
    Cluster cluster;
    QVERIFY(cluster.start(hasTls ? &files : nullptr));
    const RedisAddress address = byCluster({here(freePort()), here(cluster.node(0).port())});
    Pair pair(hasTls ? overTls(address, files) : address);
    QVERIFY(pair.begin());
    for (int round = 0; round < 2; ++round) {
        QVERIFY(pair.goesOn());
        const size_t target = (cluster.ownerIndex() + 1) % 3;
        bool wasRefused = false;
        QVERIFY(cluster.move(target, [&] {
            wasRefused =
                waitFor([&] { return pair.one.broker().state().isRefusing || !pair.one.broker().state().isUp; });
        }));
        QVERIFY(wasRefused);
        QVERIFY(pair.goesOn());
        QVERIFY(waitFor([&] { return pair.one.broker().state() == RedisBroker::State{true, false, {}}; }));
    }
    QCOMPARE(pair.end(), QByteArray());
    QVERIFY(pair.one.lost().isEmpty() && pair.two.lost().isEmpty()); // nothing was lost
}

void TestRedisFailover::clusterFailsOver()
{
    QFETCH(bool, hasTls);
    const TlsFiles files(TlsFiles::Names::LocalhostAndAddress);
    Cluster cluster;
    QVERIFY(cluster.start(hasTls ? &files : nullptr));
    const size_t owner = cluster.ownerIndex();
    const RedisAddress address = byCluster({here(cluster.node(owner).port())}); // the others are learned
    Pair pair(hasTls ? overTls(address, files) : address);
    QVERIFY(pair.begin());
    QVERIFY(pair.goesOn());
    cluster.node(owner).kill();
    QVERIFY(waitFor([&] { return !pair.one.broker().state().isUp; }));
    QVERIFY(pair.goesOn());
    QCOMPARE(pair.end(), QByteArray());
}

/// Of sentinels and of nodes that are asked, as of Redis itself.
void TestRedisFailover::certificatesMustBeTrusted()
{
    const TlsFiles files(TlsFiles::Names::LocalhostAndAddress);
    const TlsFiles others(TlsFiles::Names::LocalhostAndAddress);
    RedisServer redis;
    redis.setTls(files.certificateFile(), files.keyFile());
    QVERIFY(redis.start());
    Sentinel sentinel;
    QVERIFY(sentinel.start(redis.port(), &files));
    for (const RedisAddress& address : {bySentinels({here(sentinel.port())}), byCluster({here(redis.port())})}) {
        RedisHouse house(overTls(address, others), kPrefix);
        QVERIFY(waitFor([&] { return house.broker().state().message.contains(u"TLS: "_s); }));
        QVERIFY(!house.broker().state().isUp);
    }
    RedisHouse plain(bySentinels({here(sentinel.port())}), kPrefix);
    QVERIFY(waitFor([&] { return !plain.broker().state().message.isEmpty(); }));
    QVERIFY(!plain.broker().state().isUp);
}

/// A sentinel names addresses.
void TestRedisFailover::certificatesMustNameTheMaster()
{
    const TlsFiles files;
    RedisServer redis;
    redis.setTls(files.certificateFile(), files.keyFile());
    QVERIFY(redis.start());
    Sentinel sentinel;
    QVERIFY(sentinel.start(redis.port(), &files));
    const RedisAddress address = bySentinels({{"localhost", sentinel.port()}});
    RedisHouse house(overTls(address, files), kPrefix);
    QVERIFY(waitFor([&] { return house.broker().state().message.contains(u"TLS: The host name did not match"_s); }));
    QVERIFY(!house.broker().state().isUp);
}

void TestRedisFailover::plainAddressOfAClusterFollows()
{
    Cluster cluster;
    QVERIFY(cluster.start());
    RedisAddress address;
    address.host = u"127.0.0.1"_s;
    address.port = cluster.node((cluster.ownerIndex() + 1) % 3).port();
    Pair pair(address);
    QVERIFY(pair.begin());
    QVERIFY(pair.goesOn());
    QCOMPARE(pair.end(), QByteArray());
}

QTEST_GUILESS_MAIN(TestRedisFailover)
#include "tst_redisfailover.moc"
