// SPDX-License-Identifier: GPL-3.0-or-later
// A TCP socket as a Stream: reading, writing, back pressure, and every way it can end.
// links: server_net
#include "net/epolleventdispatcher.h"
#include "net/plainstream.h"

#include "qtundertsan.h"
#include "streamfixture.h"

#include <climits>
#include <vector>

#include <netinet/tcp.h>

using namespace signalbox;

class TestPlainStream : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void readsWhatCame();
    void tellsTheEndOnce();
    void endIsToldAgainToANewOwner();
    void writesPartsInOrder();
    void writesMoreThanIovMaxParts();
    void shortWriteIsFollowedByWritable();
    void noReadableWhileReadingIsStopped();
    void resetIsNoticedWhileReadingIsStopped();
    void finIsNoBreakWhileReadingIsStopped();
    void urgentDataDoesNotSpin();
    void resetAfterTheEndIsNoticed();
    void failedWriteIsReportedOnceFromTheLoop();
    void shutdownWriteEndsOurDirectionOnly();
    void mayBeDestroyedInAnyCallback_data();
    void mayBeDestroyedInAnyCallback();
    void destroyedBeforeThePostedReport();
    void nagleIsOff();
    void peerAddress();

private:
    std::unique_ptr<TcpPair> m_pair;
    std::unique_ptr<PlainStream> m_stream;
    std::unique_ptr<RawClient> m_client;
    std::unique_ptr<StreamDiary> m_diary;
    QByteArray m_read;

    int readOnce();
};

void TestPlainStream::init()
{
    m_pair = std::make_unique<TcpPair>();
    m_stream = std::make_unique<PlainStream>(m_pair->takeServer());
    m_client = std::make_unique<RawClient>(m_pair->takeClient());
    m_diary = std::make_unique<StreamDiary>();
    m_stream->setListener(m_diary.get());
    m_read.clear();
}

void TestPlainStream::cleanup()
{
    m_stream.reset();
    m_client.reset();
}

int TestPlainStream::readOnce()
{
    std::array<char, 64> buffer;
    const qint64 got = m_stream->read(buffer.data(), buffer.size());
    if (got > 0)
        m_read.append(buffer.data(), got);
    return static_cast<int>(got);
}

void TestPlainStream::readsWhatCame()
{
    QCOMPARE(readOnce(), 0);
    m_diary->onReadable = [this] { readOnce(); };
    m_client->send(QByteArray(200, 'x') + "end");
    QTRY_COMPARE(m_read.size(), 203);
    QVERIFY(m_diary->readables >= 4);
    QCOMPARE(readOnce(), 0);
}

void TestPlainStream::tellsTheEndOnce()
{
    m_diary->onReadable = [this] { readOnce(); };
    m_client->send("last");
    m_client->shutdownWrite();
    QTRY_COMPARE(m_read, QByteArray("last"));
    QTRY_COMPARE(readOnce(), -1);
    const int before = m_diary->readables;
    letPass();
    QCOMPARE(m_diary->readables, before);
    QCOMPARE(m_diary->closed, 0);
    QCOMPARE(writeTo(*m_stream, "answer"), 6);
    QTRY_VERIFY(m_client->has("answer"));
}

void TestPlainStream::endIsToldAgainToANewOwner()
{
    m_client->shutdownWrite();
    QTRY_COMPARE(readOnce(), -1);
    StreamDiary other;
    m_stream->setListener(&other);
    m_stream->setReading(true);
    other.onReadable = [this] { readOnce(); };
    QTRY_COMPARE(other.readables, 1);
    QCOMPARE(readOnce(), -1);
}

void TestPlainStream::writesPartsInOrder()
{
    QByteArray a("one ");
    QByteArray b("two ");
    QByteArray c("three");
    const std::array<iovec, 3> parts{{{a.data(), 4}, {b.data(), 4}, {c.data(), 5}}};
    QCOMPARE(m_stream->write(parts.data(), 3), 13);
    QTRY_COMPARE((m_client->poll(), m_client->received), QByteArray("one two three"));
}

void TestPlainStream::writesMoreThanIovMaxParts()
{
    QByteArray letters;
    for (int i = 0; i < IOV_MAX + 500; ++i)
        letters += static_cast<char>('a' + i % 26);
    std::vector<iovec> parts;
    for (char& letter : letters)
        parts.push_back({&letter, 1});
    QCOMPARE(m_stream->write(parts.data(), static_cast<int>(parts.size())), letters.size());
    QTRY_COMPARE((m_client->poll(), m_client->received), letters);
}

void TestPlainStream::shortWriteIsFollowedByWritable()
{
    const QByteArray much(64 * 1024 * 1024, 'x');
    const qint64 taken = writeTo(*m_stream, much);
    QVERIFY(taken > 0 && taken < much.size());
    letPass();
    QCOMPARE(m_diary->writables, 0);
    QTRY_VERIFY((m_client->poll(), m_diary->writables > 0));
    QCOMPARE(m_diary->writables, 1);
    QTRY_COMPARE((m_client->poll(), m_client->received.size()), taken);
    letPass();
    QCOMPARE(m_diary->writables, 1);
}

void TestPlainStream::noReadableWhileReadingIsStopped()
{
    m_stream->setReading(false);
    m_client->send("x");
    letPass();
    QCOMPARE(m_diary->readables, 0);
    m_diary->onReadable = [this] { readOnce(); };
    m_stream->setReading(true);
    QTRY_COMPARE(m_read, QByteArray("x"));
}

void TestPlainStream::resetIsNoticedWhileReadingIsStopped()
{
    m_stream->setReading(false);
    m_client->send("unread");
    letPass();
    m_client->reset();
    QTRY_COMPARE(m_diary->closed, 1);
    letPass();
    QCOMPARE(m_diary->closed, 1);
    QCOMPARE(m_diary->readables, 0);
    QCOMPARE(readOnce(), -1);
    QCOMPARE(writeTo(*m_stream, "x"), -1);
}

void TestPlainStream::finIsNoBreakWhileReadingIsStopped()
{
    m_stream->setReading(false);
    m_client->shutdownWrite();
    letPass();
    QCOMPARE(m_diary->closed, 0);
    QCOMPARE(writeTo(*m_stream, "answer"), 6);
    QTRY_VERIFY(m_client->has("answer"));
}

void TestPlainStream::urgentDataDoesNotSpin()
{
    TcpPair pair;
    PlainStream stream(pair.takeServer());
    stream.setListener(m_diary.get());
    stream.setReading(false);
    QCOMPARE(::send(pair.client, "!", 1, MSG_OOB), 1);
    letPass();
    int turns = 0;
    QObject::connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::awake, this,
                     [&turns] { ++turns; });
    letPass();
    QVERIFY2(turns < 100, QByteArray::number(turns).constData());
    QCOMPARE(m_diary->closed, 0);
    QAbstractEventDispatcher::instance()->disconnect(this);
}

void TestPlainStream::resetAfterTheEndIsNoticed()
{
    m_client->shutdownWrite();
    QTRY_COMPARE(readOnce(), -1);
    writeTo(*m_stream, "never read");
    letPass();
    m_client->reset();
    QTRY_COMPARE(m_diary->closed, 1);
}

void TestPlainStream::failedWriteIsReportedOnceFromTheLoop()
{
    m_stream->setReading(false);
    m_client->reset();
    QTRY_VERIFY_WITH_TIMEOUT(writeTo(*m_stream, "x") == -1, 5000);
    QCOMPARE(writeTo(*m_stream, "x"), -1);
    QTRY_COMPARE(m_diary->closed, 1);
    letPass();
    QCOMPARE(m_diary->closed, 1);
}

void TestPlainStream::shutdownWriteEndsOurDirectionOnly()
{
    m_diary->onReadable = [this] { readOnce(); };
    writeTo(*m_stream, "bye");
    m_stream->shutdownWrite();
    QTRY_VERIFY(m_client->ended());
    QVERIFY(!m_client->wasReset());
    QCOMPARE(m_client->received, QByteArray("bye"));
    m_client->send("late");
    QTRY_COMPARE(m_read, QByteArray("late"));
}

void TestPlainStream::mayBeDestroyedInAnyCallback_data()
{
    QTest::addColumn<QString>("callback");
    QTest::newRow("readable") << QStringLiteral("readable");
    QTest::newRow("writable") << QStringLiteral("writable");
    QTest::newRow("closed") << QStringLiteral("closed");
}

void TestPlainStream::mayBeDestroyedInAnyCallback()
{
    QFETCH(QString, callback);
    const auto destroy = [this] { m_stream.reset(); };
    if (callback == QLatin1String("readable")) {
        m_diary->onReadable = destroy;
        m_client->send("x");
    } else if (callback == QLatin1String("writable")) {
        m_diary->onWritable = destroy;
        writeTo(*m_stream, QByteArray(64 * 1024 * 1024, 'x'));
    } else {
        m_diary->onClosed = destroy;
        m_stream->setReading(false);
        m_client->reset();
    }
    QTRY_VERIFY((m_client->poll(), !m_stream));
    QTRY_VERIFY(callback == QLatin1String("closed") || m_client->ended());
}

void TestPlainStream::destroyedBeforeThePostedReport()
{
    m_stream->setReading(false);
    m_client->reset();
    letPass();
    m_diary->closed = 0;
    while (writeTo(*m_stream, "x") != -1) {
    }
    m_stream.reset();
    letPass();
    QCOMPARE(m_diary->closed, 0);
}

void TestPlainStream::nagleIsOff()
{
    TcpPair pair;
    const int fd = pair.takeServer();
    const PlainStream stream(fd);
    int on = 0;
    socklen_t length = sizeof on;
    QCOMPARE(::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &length), 0);
    QVERIFY(on != 0);
    QVERIFY((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
}

void TestPlainStream::peerAddress()
{
    QCOMPARE(m_stream->peerAddress(), QByteArray("127.0.0.1"));
    QVERIFY(!m_stream->isEncrypted());
}

// The server's own event loop; tst_httpconnection runs on Qt's.
int main(int argc, char** argv)
{
#ifdef Q_OS_LINUX
    QCoreApplication::setEventDispatcher(new EpollEventDispatcher);
#endif
    QCoreApplication app(argc, argv);
    TestPlainStream test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_plainstream.moc"
