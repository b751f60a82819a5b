// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/echoprocess.h"
#include "support/rawclient.h"

#include <QProcess>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>
#include <QUrl>
#include <QWebSocket>

#include <memory>
#include <vector>

using namespace signalbox::test;

namespace {

constexpr qint64 kMiB = 1024 * 1024;
constexpr qint64 kLongest = 16 * kMiB;

/// The judge: Qt's own client, which is strict about frames.
class Client
{
public:
    explicit Client(const QUrl& url)
    {
        m_socket.setMaxAllowedIncomingMessageSize(2 * kLongest);
        m_socket.setMaxAllowedIncomingFrameSize(2 * kLongest);
        QObject::connect(&m_socket, &QWebSocket::textMessageReceived, &m_socket, [this](const QString& text) {
            m_messages.append({true, text.toUtf8()});
        });
        QObject::connect(&m_socket, &QWebSocket::binaryMessageReceived, &m_socket, [this](const QByteArray& bytes) {
            m_messages.append({false, bytes});
        });
        m_socket.open(url);
        static_cast<void>(QTest::qWaitFor([this] { return isOpen() || m_socket.error() >= 0; }, kPatienceMs));
    }
    Q_DISABLE_COPY_MOVE(Client)

    struct Message
    {
        bool isText = false;
        QByteArray bytes;
        bool operator==(const Message&) const = default;
    };

    QWebSocket& socket() { return m_socket; }
    bool isOpen() const { return m_socket.state() == QAbstractSocket::ConnectedState; }
    void send(const Message& message)
    {
        if (message.isText)
            m_socket.sendTextMessage(QString::fromUtf8(message.bytes));
        else
            m_socket.sendBinaryMessage(message.bytes);
    }
    /// All messages so far, when `count` have come.
    QList<Message> messages(qsizetype count)
    {
        static_cast<void>(QTest::qWaitFor([&] { return m_messages.size() >= count || !isOpen(); }, 4 * kPatienceMs));
        return m_messages;
    }
    bool waitForClose()
    {
        return QTest::qWaitFor([this] { return m_socket.state() == QAbstractSocket::UnconnectedState; }, kPatienceMs);
    }

private:
    QWebSocket m_socket;
    QList<Message> m_messages;
};

/// Bytes that are no simple repetition, so that a lost or doubled piece shows.
QByteArray noise(qint64 size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    quint32 state = 1;
    for (char& byte : bytes) {
        state = state * 1664525U + 1013904223U;
        byte = static_cast<char>(state >> 24);
    }
    return bytes;
}

QByteArray letters(qint64 size)
{
    QByteArray text = noise(size);
    for (char& byte : text)
        byte = static_cast<char>('a' + static_cast<quint8>(byte) % 26);
    return text;
}

/// A masked frame; `first` is FIN, RSV and the opcode.
QByteArray frame(int first, const QByteArray& payload)
{
    const QByteArray key = "\x11\x22\x33\x44";
    QByteArray bytes(1, static_cast<char>(first));
    bytes += static_cast<char>(0x80 | payload.size());
    bytes += key;
    for (qsizetype i = 0; i < payload.size(); ++i)
        bytes += static_cast<char>(payload[i] ^ key[i % 4]);
    return bytes;
}

QByteArray closePayload(int code, const QByteArray& reason = {})
{
    return QByteArray(1, static_cast<char>(code >> 8)) + static_cast<char>(code & 0xFF) + reason;
}

/// A client that writes frames by hand, its handshake done.
class FrameClient
{
public:
    explicit FrameClient(quint16 port)
        : m_raw(port)
    {
        m_raw.send("GET /echo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                   "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        m_isOpen = m_raw.waitForText("\r\n\r\n") && m_raw.takeReceived().startsWith("HTTP/1.1 101 ");
    }

    bool isOpen() const { return m_isOpen; }
    void send(const QByteArray& bytes) { m_raw.send(bytes); }
    /// The next bytes, as many as these; they should be these.
    QByteArray answer(const QByteArray& expected)
    {
        m_raw.waitFor([&](const QByteArray& received) { return received.size() >= expected.size(); });
        return m_raw.takeReceived();
    }
    /// Everything up to the end of the connection; nothing when it does not end.
    QByteArray lastWords() { return m_raw.waitForClose() ? m_raw.takeReceived() : QByteArray(); }

private:
    RawClient m_raw;
    bool m_isOpen = false;
};

} // namespace

Q_DECLARE_METATYPE(Client::Message)

class TestEchod : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void echoesMessages_data();
    void echoesMessages();
    void keepsTheOrderOfManyMessages();
    void joinsFragments();
    void takesAFragmentPerByte();
    void answersPingsBetweenFragments();
    void repeatsTheCloseCode_data();
    void repeatsTheCloseCode();
    void answersAnEmptyClose();
    void refusesALongerMessage();
    void listensOnAnotherPath();
    void servesOnSeveralWorkers();
    void refusesWrongOptions_data();
    void refusesWrongOptions();
    void endsOnSigterm();

private:
    std::unique_ptr<EchoProcess> m_echod;
};

void TestEchod::initTestCase()
{
    m_echod = std::make_unique<EchoProcess>();
    QVERIFY(m_echod->port() != 0);
}

void TestEchod::cleanupTestCase()
{
    QVERIFY(m_echod->stop());
}

void TestEchod::echoesMessages_data()
{
    QTest::addColumn<Client::Message>("message");
    QTest::newRow("text") << Client::Message{true, "Gr\xC3\xBC\xC3\x9Fz \xF0\x9F\x9A\xA6"};
    QTest::newRow("binary") << Client::Message{false, QByteArray("\0\xFF\x80 bytes", 9)};
    QTest::newRow("empty text") << Client::Message{true, ""};
    QTest::newRow("empty binary") << Client::Message{false, ""};
    for (const qint64 size : {125, 126, 65535, 65536})
        QTest::addRow("binary of %lld", static_cast<long long>(size)) << Client::Message{false, noise(size)};
    QTest::newRow("text of 1 MiB") << Client::Message{true, letters(kMiB)};
    QTest::newRow("binary of 1 MiB") << Client::Message{false, noise(kMiB)};
    QTest::newRow("text of 16 MiB") << Client::Message{true, letters(kLongest)};
    QTest::newRow("binary of 16 MiB") << Client::Message{false, noise(kLongest)};
}

void TestEchod::echoesMessages()
{
    QFETCH(const Client::Message, message);
    Client client(m_echod->url());
    QVERIFY(client.isOpen());
    client.send(message);
    const QList<Client::Message> echoed = client.messages(1);
    QCOMPARE(echoed.size(), 1);
    QCOMPARE(echoed.first().isText, message.isText);
    QVERIFY(echoed.first().bytes == message.bytes);
}

void TestEchod::keepsTheOrderOfManyMessages()
{
    constexpr int kMessages = 2000;
    Client client(m_echod->url());
    QVERIFY(client.isOpen());
    QList<Client::Message> sent;
    for (int i = 0; i < kMessages; ++i)
        sent.append({i % 3 != 0, QByteArray::number(i)});
    for (const Client::Message& message : sent)
        client.send(message);
    QVERIFY(client.messages(kMessages) == sent);
}

void TestEchod::joinsFragments()
{
    FrameClient client(m_echod->port());
    QVERIFY(client.isOpen());
    client.send(frame(0x01, "one \xC3") + frame(0x00, "\xBC two ") + frame(0x00, "") + frame(0x80, "three"));
    const QByteArray joined = QByteArray("\x81\x10") + "one \xC3\xBC two three";
    QCOMPARE(client.answer(joined), joined);
}

void TestEchod::takesAFragmentPerByte()
{
    constexpr int kFragments = 5000;
    QByteArray frames = frame(0x02, "x");
    for (int i = 2; i < kFragments; ++i)
        frames += frame(0x00, "x");
    frames += frame(0x80, "x");
    FrameClient client(m_echod->port());
    QVERIFY(client.isOpen());
    client.send(frames);
    const QByteArray joined = QByteArray("\x82\x7E\x13\x88") + QByteArray(kFragments, 'x');
    QCOMPARE(client.answer(joined), joined);
}

void TestEchod::answersPingsBetweenFragments()
{
    FrameClient client(m_echod->port());
    QVERIFY(client.isOpen());
    client.send(frame(0x02, "one ") + frame(0x89, "ping") + frame(0x80, "two"));
    const QByteArray answers = QByteArray("\x8A\x04ping") + "\x82\x07one two";
    QCOMPARE(client.answer(answers), answers);

    Client judge(m_echod->url());
    QSignalSpy pongs(&judge.socket(), &QWebSocket::pong);
    judge.socket().ping("payload");
    QVERIFY(pongs.wait(kPatienceMs));
    QCOMPARE(pongs.first().at(1).toByteArray(), QByteArray("payload"));
}

void TestEchod::repeatsTheCloseCode_data()
{
    QTest::addColumn<int>("sent");
    QTest::addColumn<int>("answered");
    for (const int code : {1000, 1001, 1003, 1007, 1011, 3000, 3999, 4000, 4999})
        QTest::addRow("%d", code) << code << code;
    for (const int code : {0, 999, 1004, 1005, 1006, 1015, 2999, 5000})
        QTest::addRow("%d is not allowed", code) << code << 1002;
}

void TestEchod::repeatsTheCloseCode()
{
    QFETCH(const int, sent);
    QFETCH(const int, answered);
    FrameClient client(m_echod->port());
    QVERIFY(client.isOpen());
    client.send(frame(0x88, closePayload(sent, "a reason")) + frame(0x81, "nobody hears this"));
    const QByteArray answer = client.lastWords();
    QCOMPARE(answer.left(1), QByteArray("\x88"));
    QCOMPARE(answer.mid(2, 2), closePayload(answered));
    QCOMPARE(answer.size(), 2 + answer.at(1));
}

void TestEchod::answersAnEmptyClose()
{
    FrameClient client(m_echod->port());
    QVERIFY(client.isOpen());
    client.send(frame(0x88, {}));
    QCOMPARE(client.lastWords(), QByteArray("\x88\0", 2));
}

void TestEchod::refusesALongerMessage()
{
    EchoProcess echod({QStringLiteral("--max-message"), QStringLiteral("1000")});
    Client client(echod.url());
    QVERIFY(client.isOpen());
    const Client::Message longest{false, noise(1000)};
    client.send(longest);
    QVERIFY(client.messages(1) == QList{longest});
    client.send({false, noise(1001)});
    QVERIFY(client.waitForClose());
    QCOMPARE(client.socket().closeCode(), QWebSocketProtocol::CloseCodeTooMuchData);
    QVERIFY(echod.stop());
}

void TestEchod::listensOnAnotherPath()
{
    EchoProcess echod({QStringLiteral("--path"), QStringLiteral("/over/there")});
    Client client(echod.url(QStringLiteral("/over/there")));
    QVERIFY(client.isOpen());
    client.send({true, "here"});
    QCOMPARE(client.messages(1).size(), 1);
    QCOMPARE(get(echod.port(), "/echo").status, 404);
    QCOMPARE(get(echod.port(), "/over/there").status, 426);
    QVERIFY(echod.stop());
}

void TestEchod::servesOnSeveralWorkers()
{
    constexpr int kClients = 8;
    EchoProcess echod({QStringLiteral("--workers"), QStringLiteral("2")});
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < kClients; ++i) {
        clients.push_back(std::make_unique<Client>(echod.url()));
        QVERIFY(clients.back()->isOpen());
    }
    for (int i = 0; i < kClients; ++i)
        clients[static_cast<size_t>(i)]->send({true, QByteArray::number(i)});
    for (int i = 0; i < kClients; ++i) {
        const QList<Client::Message> expected{{true, QByteArray::number(i)}};
        QVERIFY(clients[static_cast<size_t>(i)]->messages(1) == expected);
    }
    QVERIFY(echod.stop());
}

void TestEchod::refusesWrongOptions_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::newRow("port") << QStringList{QStringLiteral("--port"), QStringLiteral("65536")};
    QTest::newRow("no message") << QStringList{QStringLiteral("--max-message"), QStringLiteral("0")};
    QTest::newRow("no worker") << QStringList{QStringLiteral("--workers"), QStringLiteral("0")};
    QTest::newRow("path") << QStringList{QStringLiteral("--path"), QStringLiteral("echo")};
    QTest::newRow("host") << QStringList{QStringLiteral("--host"), QStringLiteral("no.address")};
}

void TestEchod::refusesWrongOptions()
{
    QFETCH(const QStringList, options);
    QProcess process;
    process.start(QStringLiteral(ECHOD_PATH), options);
    QVERIFY(process.waitForFinished(kPatienceMs));
    QCOMPARE(process.exitCode(), 1);
    QVERIFY(process.readAllStandardError().startsWith("error: "));
}

void TestEchod::endsOnSigterm()
{
    EchoProcess echod;
    Client client(echod.url());
    QVERIFY(client.isOpen());
    QVERIFY(echod.stop());
    QVERIFY(client.waitForClose());
}

QTEST_GUILESS_MAIN(TestEchod)

#include "tst_echod.moc"
