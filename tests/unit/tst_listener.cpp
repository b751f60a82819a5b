// SPDX-License-Identifier: GPL-3.0-or-later
// Listening on several addresses with one port, and doing it without descriptors.
// links: server_net
#include "net/listener.h"

#include "qtundertsan.h"
#include "streamfixture.h"

#include <vector>

#include <sys/resource.h>

using namespace signalbox;

namespace {

int connectTo(const char* address, quint16 port)
{
    sockaddr_storage storage{};
    socklen_t length = sizeof(sockaddr_in);
    auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    if (::inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
    } else {
        storage = {};
        ::inet_pton(AF_INET6, address, &v6->sin6_addr);
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        length = sizeof(sockaddr_in6);
    }
    const int fd = ::socket(storage.ss_family, SOCK_STREAM, 0);
    if (fd < 0 || ::connect(fd, reinterpret_cast<sockaddr*>(&storage), length) == 0) {
        if (fd >= 0)
            ::fcntl(fd, F_SETFL, O_NONBLOCK);
        return fd;
    }
    ::close(fd);
    return -1;
}

bool hasIpv6()
{
    const int fd = ::socket(AF_INET6, SOCK_STREAM, 0);
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    const bool works = fd >= 0 && ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    if (fd >= 0)
        ::close(fd);
    return works;
}

struct Accepted
{
    std::vector<int> fds;
    ~Accepted()
    {
        for (const int fd : fds)
            ::close(fd);
    }
};

} // namespace

class TestListener : public QObject
{
    Q_OBJECT
private slots:
    void acceptsOnAnIpv4Address();
    void onePortOnBothFamilies();
    void addressInUse();
    void badAddress_data();
    void badAddress();
    void pausedClientsWait();
    void closedPortRefuses();
    void handlerMayClose();
    void portCanBeTakenAgain();
    void floodIsAcceptedWhole();
    void withoutDescriptorsClientsAreShed();
};

void TestListener::acceptsOnAnIpv4Address()
{
    Accepted accepted;
    auto listener = Listener::open({"127.0.0.1"}, 0, [&](int fd) { accepted.fds.push_back(fd); });
    QVERIFY(listener.ok());
    QVERIFY(listener.value()->port() > 0);
    RawClient client(connectTo("127.0.0.1", listener.value()->port()));
    QTRY_COMPARE(accepted.fds.size(), size_t(1));
    QVERIFY((::fcntl(accepted.fds[0], F_GETFL) & O_NONBLOCK) != 0);
    QVERIFY((::fcntl(accepted.fds[0], F_GETFD) & FD_CLOEXEC) != 0);
    QCOMPARE(::send(accepted.fds[0], "hi", 2, 0), 2);
    QTRY_VERIFY(client.has("hi"));
}

void TestListener::onePortOnBothFamilies()
{
    if (!hasIpv6())
        QSKIP("This machine has no IPv6.");
    Accepted accepted;
    auto listener = Listener::open({"0.0.0.0", "::"}, 0, [&](int fd) { accepted.fds.push_back(fd); });
    QVERIFY(listener.ok());
    QCOMPARE(listener.value()->addresses(), (QList<QByteArray>{"0.0.0.0", "::"}));
    RawClient v4(connectTo("127.0.0.1", listener.value()->port()));
    QTRY_COMPARE(accepted.fds.size(), size_t(1));
    RawClient v6(connectTo("::1", listener.value()->port()));
    QTRY_COMPARE(accepted.fds.size(), size_t(2));
}

void TestListener::addressInUse()
{
    auto first = Listener::open({"127.0.0.1"}, 0, [](int fd) { ::close(fd); });
    QVERIFY(first.ok());
    const quint16 port = first.value()->port();
    const auto second = Listener::open({"127.0.0.1"}, port, [](int fd) { ::close(fd); });
    QVERIFY(!second.ok());
    QCOMPARE(second.error().message,
             QStringLiteral("Cannot listen on 127.0.0.1 port %1: the address is in use.").arg(port));
}

void TestListener::badAddress_data()
{
    QTest::addColumn<QList<QByteArray>>("addresses");
    QTest::newRow("name") << QList<QByteArray>{"localhost"};
    QTest::newRow("empty") << QList<QByteArray>{""};
    QTest::newRow("foreign") << QList<QByteArray>{"192.0.2.1"};
    QTest::newRow("second bad") << QList<QByteArray>{"127.0.0.1", "1.2.3"};
    QTest::newRow("none") << QList<QByteArray>{};
}

void TestListener::badAddress()
{
    QFETCH(QList<QByteArray>, addresses);
    const auto listener = Listener::open(addresses, 0, [](int fd) { ::close(fd); });
    QVERIFY(!listener.ok());
    QVERIFY(!listener.error().message.isEmpty());
}

void TestListener::pausedClientsWait()
{
    Accepted accepted;
    auto listener = Listener::open({"127.0.0.1"}, 0, [&](int fd) { accepted.fds.push_back(fd); });
    QVERIFY(listener.ok());
    listener.value()->pause();
    RawClient client(connectTo("127.0.0.1", listener.value()->port()));
    letPass();
    QCOMPARE(accepted.fds.size(), size_t(0));
    listener.value()->resume();
    QTRY_COMPARE(accepted.fds.size(), size_t(1));
}

void TestListener::closedPortRefuses()
{
    auto listener = Listener::open({"127.0.0.1"}, 0, [](int fd) { ::close(fd); });
    QVERIFY(listener.ok());
    const quint16 port = listener.value()->port();
    listener.value()->close();
    QCOMPARE(connectTo("127.0.0.1", port), -1);
    listener.value()->resume();
    letPass();
}

void TestListener::handlerMayClose()
{
    Accepted accepted;
    Listener* self = nullptr;
    auto listener = Listener::open({"127.0.0.1"}, 0, [&](int fd) {
        accepted.fds.push_back(fd);
        self->close();
    });
    QVERIFY(listener.ok());
    self = listener.value().get();
    RawClient first(connectTo("127.0.0.1", self->port()));
    RawClient second(connectTo("127.0.0.1", self->port()));
    QTRY_COMPARE(accepted.fds.size(), size_t(1));
    letPass();
    QCOMPARE(accepted.fds.size(), size_t(1));
}

void TestListener::portCanBeTakenAgain()
{
    quint16 port = 0;
    {
        Accepted accepted;
        auto listener = Listener::open({"127.0.0.1"}, 0, [&](int fd) { accepted.fds.push_back(fd); });
        QVERIFY(listener.ok());
        port = listener.value()->port();
        RawClient client(connectTo("127.0.0.1", port));
        QTRY_COMPARE(accepted.fds.size(), size_t(1));
    }
    // The server's end was closed first and lingers in TIME_WAIT.
    QVERIFY(Listener::open({"127.0.0.1"}, port, [](int fd) { ::close(fd); }).ok());
}

void TestListener::floodIsAcceptedWhole()
{
    Accepted accepted;
    auto listener = Listener::open({"127.0.0.1"}, 0, [&](int fd) { accepted.fds.push_back(fd); });
    QVERIFY(listener.ok());
    Accepted clients;
    for (int i = 0; i < Listener::kMaxAccepts + 50; ++i)
        clients.fds.push_back(connectTo("127.0.0.1", listener.value()->port()));
    QTRY_COMPARE(accepted.fds.size(), clients.fds.size());
}

void TestListener::withoutDescriptorsClientsAreShed()
{
    Accepted accepted;
    auto listener = Listener::open({"127.0.0.1"}, 0, [&](int fd) { accepted.fds.push_back(fd); });
    QVERIFY(listener.ok());
    letPass();
    RawClient early(connectTo("127.0.0.1", listener.value()->port()));
    RawClient late(connectTo("127.0.0.1", listener.value()->port()));

    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
    Accepted hoard;
    int fd = 0;
    while ((fd = ::dup(0)) >= 0 && hoard.fds.size() < 200)
        hoard.fds.push_back(fd);
    if (fd >= 0)
        hoard.fds.push_back(fd);
    rlimit low = before;
    low.rlim_cur = static_cast<rlim_t>(hoard.fds.back()) + 1;
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &low), 0);
    QTRY_COMPARE(listener.value()->shedCount(), quint64(2));
    ::setrlimit(RLIMIT_NOFILE, &before);
    QTRY_VERIFY(early.ended() && late.ended());
    QCOMPARE(accepted.fds.size(), size_t(0));

    RawClient next(connectTo("127.0.0.1", listener.value()->port()));
    QTRY_COMPARE(accepted.fds.size(), size_t(1));
}

QTEST_GUILESS_MAIN(TestListener)
#include "tst_listener.moc"
