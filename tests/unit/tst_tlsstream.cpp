// SPDX-License-Identifier: GPL-3.0-or-later
// TLS as a Stream: handshake, bytes both ways, its bounds, and its ends.
// links: server_net OpenSSL::Crypto
#include "net/tlsstream.h"

#include "qtundertsan.h"
#include "streamfixture.h"
#include "tlsfixture.h"

#include <QSslSocket>

using namespace signalbox;

class TestTlsStream : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup();
    void loadsFiles_data();
    void loadsFiles();
    void carriesBytesBothWays();
    void negotiatesHttp11();
    void refusesOldProtocols();
    void plainTextIsClosed();
    void peerLeavingInTheHandshakeIsClosed();
    void largeTransferKeepsItsBound();
    void stoppedReadingIsBounded();
    void readingResumes();
    void readsTheRestAndThenTheEnd();
    void breakWhileReadingIsStopped();
    void shutdownWriteSendsWhatWasWritten();
    void shutdownWriteInTheHandshakeCloses();
    void writeAfterTheEndFails();
    void mayBeDestroyedInAnyCallback_data();
    void mayBeDestroyedInAnyCallback();
    void peerAddress();

private:
    void connectClient(QSsl::SslProtocol protocol = QSsl::TlsV1_2OrLater);
    QByteArray readAll();

    std::unique_ptr<TlsFiles> m_files;
    QSslConfiguration m_configuration;
    std::unique_ptr<TcpPair> m_pair;
    std::unique_ptr<TlsStream> m_stream;
    std::unique_ptr<QSslSocket> m_client;
    std::unique_ptr<StreamDiary> m_diary;
    bool m_sawEnd = false;
};

void TestTlsStream::initTestCase()
{
    if (!QSslSocket::supportsSsl())
        QFAIL("This Qt has no TLS.");
    m_files = std::make_unique<TlsFiles>();
    const auto loaded = loadTlsConfiguration(m_files->certificateFile(), m_files->keyFile());
    QVERIFY2(loaded.ok(), loaded.ok() ? "" : qPrintable(loaded.error().message));
    m_configuration = *loaded;
}

void TestTlsStream::init()
{
    m_pair = std::make_unique<TcpPair>();
    m_stream = std::make_unique<TlsStream>(m_pair->takeServer(), m_configuration);
    m_diary = std::make_unique<StreamDiary>();
    m_stream->setListener(m_diary.get());
    m_sawEnd = false;
}

void TestTlsStream::cleanup()
{
    m_stream.reset();
    m_client.reset();
}

void TestTlsStream::connectClient(QSsl::SslProtocol protocol)
{
    m_client = std::make_unique<QSslSocket>();
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    configuration.setProtocol(protocol);
    configuration.setAllowedNextProtocols({"h2", "http/1.1"});
    m_client->setSslConfiguration(configuration);
    m_client->setSocketDescriptor(m_pair->takeClient());
    m_client->startClientEncryption();
}

QByteArray TestTlsStream::readAll()
{
    QByteArray all;
    std::array<char, 4096> buffer;
    qint64 got = 0;
    while ((got = m_stream->read(buffer.data(), buffer.size())) > 0)
        all.append(buffer.data(), got);
    m_sawEnd = m_sawEnd || got < 0;
    return all;
}

void TestTlsStream::loadsFiles_data()
{
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("named");
    const QString crt = m_files->certificateFile();
    const QString key = m_files->keyFile();
    const QString none = m_files->path(QStringLiteral("none.pem"));
    QTest::newRow("no certificate") << none << key << none;
    QTest::newRow("no key") << crt << none << none;
    QTest::newRow("key as certificate") << key << key << key;
    QTest::newRow("certificate as key") << crt << crt << crt;
}

void TestTlsStream::loadsFiles()
{
    QFETCH(QString, certificate);
    QFETCH(QString, key);
    QFETCH(QString, named);
    const auto loaded = loadTlsConfiguration(certificate, key);
    QVERIFY(!loaded.ok());
    QVERIFY2(loaded.error().message.contains(named), qPrintable(loaded.error().message));
}

void TestTlsStream::carriesBytesBothWays()
{
    QByteArray received;
    m_diary->onReadable = [&] {
        const QByteArray bytes = readAll();
        received += bytes;
        writeTo(*m_stream, bytes.toUpper());
    };
    connectClient();
    QTRY_VERIFY(m_client->isEncrypted());
    QCOMPARE(m_diary->readables, 0);
    m_client->write("hello");
    QTRY_COMPARE(received, QByteArray("hello"));
    QTRY_COMPARE(m_client->bytesAvailable(), 5);
    QCOMPARE(m_client->readAll(), QByteArray("HELLO"));
    QVERIFY(m_stream->isEncrypted());
}

void TestTlsStream::negotiatesHttp11()
{
    connectClient();
    QTRY_VERIFY(m_client->isEncrypted());
    // A server of Qt 6.4 may leave ALPN unanswered; then the client speaks HTTP/1.1 all the same.
    const QByteArray chosen = m_client->sslConfiguration().nextNegotiatedProtocol();
    QVERIFY2(chosen.isEmpty() || chosen == "http/1.1", chosen.constData());
}

void TestTlsStream::refusesOldProtocols()
{
    QT_WARNING_PUSH
    QT_WARNING_DISABLE_DEPRECATED
    connectClient(QSsl::TlsV1_1);
    QT_WARNING_POP
    QTRY_COMPARE(m_client->state(), QAbstractSocket::UnconnectedState);
    QVERIFY(!m_client->isEncrypted());
    QTRY_COMPARE(m_diary->closed, 1);
    QVERIFY(readAll().isEmpty());
}

void TestTlsStream::plainTextIsClosed()
{
    RawClient client(m_pair->takeClient());
    m_diary->onReadable = [this] { QVERIFY(readAll().isEmpty()); };
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    QTRY_COMPARE(m_diary->closed, 1);
    letPass();
    QCOMPARE(m_diary->closed, 1);
    QTRY_VERIFY(client.ended());
}

void TestTlsStream::peerLeavingInTheHandshakeIsClosed()
{
    m_diary->onReadable = [this] { readAll(); };
    m_pair.reset();
    QTRY_COMPARE(m_diary->closed, 1);
}

void TestTlsStream::largeTransferKeepsItsBound()
{
    QByteArray pattern;
    for (int i = 0; i < 3'000'000; ++i)
        pattern += static_cast<char>(i % 251);
    qsizetype sent = 0;
    qint64 most = 0;
    const auto push = [&] {
        while (sent < pattern.size()) {
            const qint64 taken = writeTo(*m_stream, pattern.mid(sent, 300'000));
            most = std::max(most, taken);
            sent += taken;
            if (taken < std::min<qsizetype>(300'000, pattern.size() - sent + taken))
                return;
        }
    };
    m_diary->onWritable = push;
    connectClient();
    QTRY_VERIFY(m_client->isEncrypted());
    push();
    QVERIFY(sent < pattern.size());
    QByteArray received;
    QTRY_VERIFY_WITH_TIMEOUT((received += m_client->readAll(), received.size() == pattern.size()), 20'000);
    QVERIFY(received == pattern);
    QVERIFY(most <= TlsStream::kMaxUnsent);
}

void TestTlsStream::stoppedReadingIsBounded()
{
    connectClient();
    QTRY_VERIFY(m_client->isEncrypted());
    m_stream->setReading(false);
    m_client->write(QByteArray(32 * 1024 * 1024, 'x'));
    // The kernel's buffers, both of Qt's, and the client's own queue: the last one must stay filled.
    QTest::qWait(300);
    QVERIFY(m_client->encryptedBytesToWrite() + m_client->bytesToWrite() > 8 * 1024 * 1024);
    QCOMPARE(m_diary->readables, 0);
}

void TestTlsStream::readingResumes()
{
    connectClient();
    QTRY_VERIFY(m_client->isEncrypted());
    m_stream->setReading(false);
    const QByteArray much(2'000'000, 'x');
    m_client->write(much);
    letPass();
    QByteArray received;
    m_diary->onReadable = [&] { received += readAll(); };
    m_stream->setReading(true);
    QTRY_COMPARE_WITH_TIMEOUT(received.size(), much.size(), 20'000);
}

void TestTlsStream::readsTheRestAndThenTheEnd()
{
    QByteArray received;
    m_diary->onReadable = [&] {
        std::array<char, 10> buffer;
        const qint64 got = m_stream->read(buffer.data(), buffer.size());
        if (got > 0)
            received.append(buffer.data(), got);
        QCOMPARE(m_diary->closed, 0);
    };
    connectClient();
    QTRY_VERIFY(m_client->isEncrypted());
    m_client->write(QByteArray(95, 'x'));
    m_client->disconnectFromHost();
    QTRY_COMPARE(m_diary->closed, 1);
    QCOMPARE(received.size(), 95);
    QVERIFY(readAll().isEmpty());
    QVERIFY(m_sawEnd);
}

void TestTlsStream::breakWhileReadingIsStopped()
{
    connectClient();
    QTRY_VERIFY(m_client->isEncrypted());
    m_stream->setReading(false);
    m_client->abort();
    QTRY_COMPARE(m_diary->closed, 1);
    QCOMPARE(m_diary->readables, 0);
}

void TestTlsStream::shutdownWriteSendsWhatWasWritten()
{
    connectClient();
    m_diary->onReadable = [this] {
        readAll();
        QCOMPARE(writeTo(*m_stream, QByteArray(30'000, 'x')), 30'000);
        m_stream->shutdownWrite();
    };
    m_client->write("go");
    QTRY_COMPARE(m_client->state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(m_client->bytesAvailable(), 30'000);
    QTRY_COMPARE(m_diary->closed, 1);
}

void TestTlsStream::shutdownWriteInTheHandshakeCloses()
{
    RawClient client(m_pair->takeClient());
    writeTo(*m_stream, "never sent");
    m_stream->shutdownWrite();
    QTRY_VERIFY(client.ended());
    QTRY_COMPARE(m_diary->closed, 1);
}

void TestTlsStream::writeAfterTheEndFails()
{
    m_diary->onReadable = [this] { readAll(); };
    connectClient();
    QTRY_VERIFY(m_client->isEncrypted());
    m_client->abort();
    QTRY_COMPARE(m_diary->closed, 1);
    QCOMPARE(writeTo(*m_stream, "x"), -1);
    letPass();
    QCOMPARE(m_diary->closed, 1);
}

void TestTlsStream::mayBeDestroyedInAnyCallback_data()
{
    QTest::addColumn<QString>("callback");
    QTest::newRow("readable") << QStringLiteral("readable");
    QTest::newRow("writable") << QStringLiteral("writable");
    QTest::newRow("closed") << QStringLiteral("closed");
}

void TestTlsStream::mayBeDestroyedInAnyCallback()
{
    QFETCH(QString, callback);
    const auto destroy = [this] { m_stream.reset(); };
    connectClient();
    QTRY_VERIFY(m_client->isEncrypted());
    if (callback == QLatin1String("readable")) {
        m_diary->onReadable = destroy;
        m_client->write("x");
    } else if (callback == QLatin1String("writable")) {
        m_diary->onWritable = destroy;
        writeTo(*m_stream, QByteArray(200'000, 'x'));
    } else {
        m_diary->onClosed = destroy;
        m_stream->setReading(false);
        m_client->abort();
    }
    QTRY_VERIFY(!m_stream);
    QTRY_COMPARE(m_client->state(), QAbstractSocket::UnconnectedState);
}

void TestTlsStream::peerAddress()
{
    QCOMPARE(m_stream->peerAddress(), QByteArray("127.0.0.1"));
}

QTEST_GUILESS_MAIN(TestTlsStream)
#include "tst_tlsstream.moc"
