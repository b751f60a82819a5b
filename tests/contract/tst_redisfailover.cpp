// SPDX-License-Identifier: GPL-3.0-or-later
// Redis that moves: masters that sentinels replace, and slots that a cluster moves or fails over, while two servers
// publish and listen. What was accepted is delivered once and in order on both, or they say that it is lost.
#include "contract/redishouse.h"
#include "support/redisserver.h"

#include <QTimer>

#include <array>
#include <csignal>

#include <sys/prctl.h>

using namespace signalbox;
using namespace Qt::StringLiterals;
using test::RedisHouse;
using test::RedisServer;

namespace {

constexpr int kPatienceMs = 120'000; // an election waits for its turn on a busy machine
const QByteArray kPrefix = "{t}";
const QByteArrayList kChannels{"a", "b", "c"};

HostPort here(quint16 port)
{
    return {"127.0.0.1", port};
}

bool waitFor(const std::function<bool()>& enough)
{
    return QTest::qWaitFor(enough, kPatienceMs);
}

/// Publishes 1, 2, 3… in a channel, the next one when the last was accepted; what was not is tried again.
class Load final : public QObject
{
public:
    Load(RedisHouse& house, QByteArray channel)
        : m_house(house)
        , m_channel(std::move(channel))
    {
        publish();
    }
    int accepted() const { return m_accepted; }
    void stop() { m_isStopping = true; }
    bool isIdle() const { return m_isIdle; }

private:
    void publish()
    {
        const QByteArray number = m_channel + '-' + QByteArray::number(m_accepted + 1);
        m_house.broker().publish(
            {"chat.message", 1, number, {m_channel}, {}, number}, [this](const Result<Published>& result) {
                constexpr int kAgainMs = 20;
                constexpr int kNextMs = 5;
                if (result.ok())
                    ++m_accepted;
                m_isIdle = result.ok() && m_isStopping;
                if (!m_isIdle)
                    QTimer::singleShot(result.ok() ? kNextMs : kAgainMs, this, [this] { publish(); });
            });
    }

    RedisHouse& m_house;
    const QByteArray m_channel;
    int m_accepted = 0;
    bool m_isStopping = false;
    bool m_isIdle = false;
};

/// Two servers that listen, and publish in turn.
class Pair
{
public:
    explicit Pair(const RedisAddress& address)
        : one(address, kPrefix)
        , two(address, kPrefix)
    {
    }
    bool begin()
    {
        if (!waitFor([this] { return one.broker().state().isUp && two.broker().state().isUp; })) {
            qWarning("It does not come up: %s", qPrintable(one.broker().state().message));
            return false;
        }
        for (RedisHouse* house : {&one, &two}) {
            for (const QByteArray& channel : kChannels) {
                house->broker().subscribe(channel);
                if (!house->replay({channel}, std::nullopt).ok())
                    return false;
            }
        }
        for (const QByteArray& channel : kChannels)
            m_loads.push_back(std::make_unique<Load>(m_loads.size() % 2 == 0 ? one : two, channel));
        return true;
    }
    /// So many more were accepted in each channel.
    bool goesOn(int more = 50)
    {
        QList<int> wanted;
        for (const auto& load : m_loads)
            wanted.append(load->accepted() + more);
        return waitFor([&] {
            for (size_t i = 0; i < m_loads.size(); ++i) {
                if (m_loads[i]->accepted() < wanted[static_cast<qsizetype>(i)])
                    return false;
            }
            return true;
        });
    }
    /// Ends the load; nothing if all is as it should be.
    QByteArray end()
    {
        for (const auto& load : m_loads)
            load->stop();
        if (!waitFor([this] {
                return std::all_of(m_loads.begin(), m_loads.end(), [](const auto& load) { return load->isIdle(); });
            }))
            return "the load does not end";
        for (RedisHouse* house : {&one, &two}) {
            for (qsizetype i = 0; i < kChannels.size(); ++i) {
                const int accepted = m_loads[static_cast<size_t>(i)]->accepted();
                const QByteArray last = kChannels[i] + '-' + QByteArray::number(accepted);
                if (!waitFor([&] { return house->data().contains(last); }))
                    return last + " was not delivered";
                if (const QByteArray fault = faultOf(*house, kChannels[i], accepted); !fault.isEmpty())
                    return fault;
            }
        }
        return {};
    }

    RedisHouse one;
    RedisHouse two;

private:
    /// Every number once and in order; where a loss was told some may be missing, and those before may come again.
    static QByteArray faultOf(const RedisHouse& house, const QByteArray& channel, int accepted)
    {
        QList<qsizetype> cuts;
        for (qsizetype i = 0; i < house.lost().size(); ++i) {
            if (house.lost()[i] == channel)
                cuts.append(house.lostAt()[i]);
        }
        const QByteArray stem = channel + '-';
        int last = 0;
        for (qsizetype i = 0; i < house.data().size(); ++i) {
            if (!house.data()[i].startsWith(stem))
                continue;
            const int number = house.data()[i].sliced(stem.size()).toInt();
            const bool isCut = !cuts.isEmpty() && cuts.first() <= i;
            if (isCut)
                cuts.clear();
            else if (number != last + 1)
                return channel + ": " + QByteArray::number(number) + " after " + QByteArray::number(last);
            last = number;
        }
        return last == accepted ? QByteArray() : channel + " ends with " + QByteArray::number(last);
    }

    std::vector<std::unique_ptr<Load>> m_loads;
};

/// A real sentinel that watches one master.
class Sentinel
{
public:
    ~Sentinel()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    bool start(quint16 master)
    {
        m_port = test::freePort();
        QFile file(m_folder.filePath(u"sentinel.conf"_s));
        if (!file.open(QIODevice::WriteOnly))
            return false;
        file.write("bind 127.0.0.1\nport " + QByteArray::number(m_port) +
                   "\nrequirepass sesame\nsentinel monitor box " + "127.0.0.1 " + QByteArray::number(master) +
                   " 1\nsentinel down-after-milliseconds box 1000\nsentinel failover-timeout box 2000\n");
        file.close();
        m_process.setWorkingDirectory(m_folder.path());
        m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
        m_process.start(u"redis-server"_s, {file.fileName(), u"--sentinel"_s});
        return waitFor([this] { return ask({u"PING"_s}) == "PONG"; });
    }
    quint16 port() const { return m_port; }
    QByteArray ask(const QStringList& words) const
    {
        QProcess cli;
        cli.start(u"redis-cli"_s,
                  QStringList{u"--no-auth-warning"_s, u"-a"_s, u"sesame"_s, u"-p"_s, QString::number(m_port)} + words);
        cli.waitForFinished();
        return cli.readAllStandardOutput().trimmed();
    }

private:
    QTemporaryDir m_folder;
    QProcess m_process;
    quint16 m_port = 0;
};

bool waitForReplica(RedisServer& replica)
{
    return waitFor([&replica] { return replica.cli({u"INFO"_s, u"replication"_s}).contains("master_link_status:up"); });
}

RedisAddress bySentinels(const std::vector<HostPort>& sentinels, const QByteArray& password = "sesame")
{
    RedisAddress address;
    address.directory = {RedisDirectory::Kind::Sentinels, sentinels, "box", {}, password};
    return address;
}

/// Three masters and a replica of the one that has the keys.
class Cluster
{
public:
    bool start()
    {
        QStringList nodes;
        for (auto& node : m_nodes) {
            node.setArguments({u"--cluster-enabled"_s, u"yes"_s, u"--cluster-node-timeout"_s, u"2000"_s,
                               u"--cluster-port"_s, QString::number(test::freePort())});
            if (!node.start())
                return false;
            nodes.append(u"127.0.0.1:"_s + QString::number(node.port()));
        }
        QProcess create;
        create.start(u"redis-cli"_s, QStringList{u"--cluster"_s, u"create"_s} + nodes.first(kMasters) +
                                         QStringList{u"--cluster-yes"_s});
        if (!create.waitForFinished(kPatienceMs) || create.exitCode() != 0) {
            qWarning("%s", create.readAllStandardOutput().constData());
            return false;
        }
        m_slot = QString::fromUtf8(m_nodes[0].cli({u"CLUSTER"_s, u"KEYSLOT"_s, QString::fromUtf8(kPrefix)}));
        RedisServer& replica = m_nodes[kMasters];
        // --cluster create tells the masters' bus ports; a node that joins later is told them by CLUSTER MEET.
        const QByteArray busPort = busPortOf(m_nodes[0]);
        replica.cli(
            {u"CLUSTER"_s, u"MEET"_s, u"127.0.0.1"_s, QString::number(m_nodes[0].port()), QString::fromUtf8(busPort)});
        const QString owner = idOf(m_nodes[ownerIndex()]);
        return waitFor([&] {
                   return replica.cli({u"CLUSTER"_s, u"REPLICATE"_s, owner}) == "OK";
               }) &&
               waitForReplica(replica) && waitFor([&] {
                   return replica.cli({u"CLUSTER"_s, u"INFO"_s}).contains("cluster_state:ok");
               });
    }
    RedisServer& node(size_t index) { return m_nodes[index]; }
    /// Of the master that has the keys, as the first node that answers sees it.
    size_t ownerIndex()
    {
        for (RedisServer& asked : m_nodes) {
            const QByteArrayList lines = asked.cli({u"CLUSTER"_s, u"SLOTS"_s}).split('\n');
            for (qsizetype i = 0; i + 3 < lines.size(); ++i) {
                const bool isIt = lines[i + 2] == "127.0.0.1" && lines[i].toInt() <= m_slot.toInt() &&
                                  m_slot.toInt() <= lines[i + 1].toInt();
                for (size_t n = 0; isIt && n < m_nodes.size(); ++n) {
                    if (lines[i + 3].toUShort() == m_nodes[n].port())
                        return n;
                }
            }
        }
        return 0;
    }
    /// Moves the slot in two parts to another master, and lets `between` run when half of it is there.
    bool move(size_t to, const std::function<void()>& between)
    {
        RedisServer& from = m_nodes[ownerIndex()];
        RedisServer& target = m_nodes[to];
        const QString targetId = idOf(target);
        target.cli({u"CLUSTER"_s, u"SETSLOT"_s, m_slot, u"IMPORTING"_s, idOf(from)});
        from.cli({u"CLUSTER"_s, u"SETSLOT"_s, m_slot, u"MIGRATING"_s, targetId});
        const auto keys = [&] { return from.cli({u"CLUSTER"_s, u"GETKEYSINSLOT"_s, m_slot, u"100000"_s}).split('\n'); };
        QStringList all;
        for (const QByteArray& key : keys())
            all.append(QString::fromUtf8(key));
        const auto migrate = [&](const QStringList& some) {
            from.cli(QStringList{u"MIGRATE"_s, u"127.0.0.1"_s, QString::number(target.port()), u""_s, u"0"_s,
                                 u"20000"_s, u"KEYS"_s} +
                     some);
        };
        migrate(all.first(all.size() / 2));
        between();
        migrate(all.sliced(all.size() / 2));
        const bool isEmpty = keys() == QByteArrayList{""};
        for (RedisServer* node : {&target, &from})
            node->cli({u"CLUSTER"_s, u"SETSLOT"_s, m_slot, u"NODE"_s, targetId});
        return isEmpty && ownerIndex() == to;
    }

private:
    static constexpr size_t kMasters = 3;
    static QString idOf(RedisServer& node) { return QString::fromUtf8(node.cli({u"CLUSTER"_s, u"MYID"_s})); }
    static QByteArray busPortOf(RedisServer& node)
    {
        const QByteArray own = node.cli({u"CONFIG"_s, u"GET"_s, u"cluster-port"_s}).split('\n').value(1);
        return own;
    }

    std::array<RedisServer, kMasters + 1> m_nodes;
    QString m_slot;
};

RedisAddress byCluster(const std::vector<HostPort>& nodes)
{
    RedisAddress address;
    address.directory = {RedisDirectory::Kind::Cluster, nodes, kPrefix, {}, {}};
    return address;
}

} // namespace

class TestRedisFailover final : public QObject
{
    Q_OBJECT

private slots:
    void sentinelsReplaceTheMaster();
    void sentinelsThatDoNotKnow();
    void replicaIsRefused();
    void clusterMovesTheKeys();
    void clusterFailsOver();
    void plainAddressOfAClusterFollows();
};

void TestRedisFailover::sentinelsReplaceTheMaster()
{
    std::array<RedisServer, 2> redis;
    QVERIFY(redis[0].start());
    redis[1].setArguments({u"--replicaof"_s, u"127.0.0.1"_s, QString::number(redis[0].port())});
    QVERIFY(redis[1].start());
    QVERIFY(waitForReplica(redis[1]));
    Sentinel sentinel;
    QVERIFY(sentinel.start(redis[0].port()));
    QVERIFY(waitFor([&] { return sentinel.ask({u"SENTINEL"_s, u"REPLICAS"_s, u"box"_s}).contains("slave"); }));
    Pair pair(bySentinels({here(test::freePort()), here(sentinel.port())})); // nobody listens at the first
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
    Cluster cluster;
    QVERIFY(cluster.start());
    Pair pair(byCluster({here(test::freePort()), here(cluster.node(0).port())}));
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
    Cluster cluster;
    QVERIFY(cluster.start());
    const size_t owner = cluster.ownerIndex();
    Pair pair(byCluster({here(cluster.node(owner).port())})); // the others are learned
    QVERIFY(pair.begin());
    QVERIFY(pair.goesOn());
    cluster.node(owner).kill();
    QVERIFY(waitFor([&] { return !pair.one.broker().state().isUp; }));
    QVERIFY(pair.goesOn());
    QCOMPARE(pair.end(), QByteArray());
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
