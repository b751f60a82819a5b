// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "contract/redishouse.h"
#include "support/redisserver.h"
#include "unit/tlsfixture.h"

#include <QTimer>

#include <array>
#include <csignal>

#include <sys/prctl.h>

namespace signalbox::test {

// Redis that moves: sentinels and clusters, and two servers that publish and listen meanwhile.

using namespace Qt::StringLiterals;

inline constexpr int kMovingPatienceMs = 120'000; // an election waits for its turn on a busy machine
inline const QByteArray kPrefix = "{t}";
inline const QByteArrayList kChannels{"a", "b", "c"};

inline HostPort here(quint16 port)
{
    return {"127.0.0.1", port};
}

inline bool waitFor(const std::function<bool()>& enough)
{
    return QTest::qWaitFor(enough, kMovingPatienceMs);
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
    /// With TLS when there are files.
    bool start(quint16 master, const TlsFiles* files = nullptr)
    {
        m_port = freePort();
        QFile file(m_folder.filePath(u"sentinel.conf"_s));
        if (!file.open(QIODevice::WriteOnly))
            return false;
        file.write("bind 127.0.0.1\n" + portLines(files) + "requirepass sesame\nsentinel monitor box " + "127.0.0.1 " +
                   QByteArray::number(master) +
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
                  QStringList{u"--no-auth-warning"_s, u"-a"_s, u"sesame"_s, u"-p"_s, QString::number(m_port)} + m_tls +
                      words);
        cli.waitForFinished();
        return cli.readAllStandardOutput().trimmed();
    }

private:
    QByteArray portLines(const TlsFiles* files)
    {
        const QByteArray port = QByteArray::number(m_port) + '\n';
        if (!files)
            return "port " + port;
        m_tls = RedisServer::tlsWords(files->certificateFile());
        const QByteArray certificate = files->certificateFile().toUtf8() + '\n';
        return "port 0\ntls-port " + port + "tls-cert-file " + certificate + "tls-ca-cert-file " + certificate +
               "tls-key-file " + files->keyFile().toUtf8() + "\ntls-auth-clients no\ntls-replication yes\n";
    }

    QTemporaryDir m_folder;
    QProcess m_process;
    QStringList m_tls;
    quint16 m_port = 0;
};

inline bool waitForReplica(RedisServer& replica)
{
    return waitFor([&replica] { return replica.cli({u"INFO"_s, u"replication"_s}).contains("master_link_status:up"); });
}

inline RedisAddress bySentinels(const std::vector<HostPort>& sentinels, const QByteArray& password = "sesame")
{
    RedisAddress address;
    address.directory = {RedisDirectory::Kind::Sentinels, sentinels, "box", {}, password};
    return address;
}

/// Three masters and a replica of the one that has the keys.
class Cluster
{
public:
    /// With TLS when there are files.
    bool start(const TlsFiles* files = nullptr)
    {
        QStringList nodes;
        for (auto& node : m_nodes) {
            if (files)
                node.setTls(files->certificateFile(), files->keyFile());
            node.setArguments({u"--cluster-enabled"_s, u"yes"_s, u"--cluster-node-timeout"_s, u"2000"_s,
                               u"--cluster-port"_s, QString::number(freePort())});
            if (!node.start())
                return false;
            nodes.append(u"127.0.0.1:"_s + QString::number(node.port()));
        }
        QProcess create;
        create.start(u"redis-cli"_s, QStringList{u"--cluster"_s, u"create"_s} + nodes.first(kMasters) +
                                         QStringList{u"--cluster-yes"_s} +
                                         (files ? RedisServer::tlsWords(files->certificateFile()) : QStringList()));
        if (!create.waitForFinished(kMovingPatienceMs) || create.exitCode() != 0) {
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

inline RedisAddress byCluster(const std::vector<HostPort>& nodes)
{
    RedisAddress address;
    address.directory = {RedisDirectory::Kind::Cluster, nodes, kPrefix, {}, {}};
    return address;
}

/// Trusts this certificate alone.
inline RedisAddress overTls(RedisAddress address, const TlsFiles& files)
{
    address.tls = QSslConfiguration::defaultConfiguration();
    address.tls->setCaCertificates(QSslCertificate::fromPath(files.certificateFile()));
    return address;
}

} // namespace signalbox::test
