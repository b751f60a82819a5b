// SPDX-License-Identifier: GPL-3.0-or-later
// What redis-cli, a Python and a Node client publish as the seeds' backends do reaches WebSocket and SSE on two servers
// and the console, once each; and what the servers publish reaches such clients once, without an echo of their own.
#include "consolehouse.h"
#include "integration/redispair.h"
#include "support/wswire.h"

#include <QProcess>

using namespace signalbox;
using namespace signalbox::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int kLongMs = 60'000;

QString clientFile(const char* name)
{
    return QStringLiteral(REDIS_CLIENTS "/") + QLatin1String(name);
}

/// A program that listens, and what it has said.
class Listener
{
public:
    Listener(const QString& program, const QStringList& arguments)
    {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(program, arguments);
        m_isReady = waitFor("ready\n", 1);
    }
    ~Listener()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    bool isReady() const { return m_isReady; }
    bool waitFor(const QByteArray& text, int times)
    {
        return QTest::qWaitFor([&] { return count(text) >= times; }, kLongMs);
    }
    qsizetype count(const QByteArray& text)
    {
        m_said += m_process.readAllStandardOutput();
        return m_said.count(text);
    }

private:
    QProcess m_process;
    QByteArray m_said;
    bool m_isReady = false;
};

/// Of seed 002's dispatcher, in both of its channels.
QByteArray chatLines(const QByteArray& dialog, const QByteArray& id, const QByteArray& body)
{
    const QByteArray message = R"({"type":"chat.message","session_id":")" + dialog + R"(","data":{"id":)" + id +
                               R"(,"sender_type":"client","body":")" + body +
                               R"(","created_at":"2025-11-08T10:30:11+03:00"}})";
    return "chat:" + dialog + ' ' + message + "\nchat:staff " + message + '\n';
}

/// Of seed 003's backend, and an order of seed 001's to whoever may care.
QByteArray otherLines(const QByteArray& dialog, const QByteArray& who)
{
    const QByteArray text = R"("sender":"user","text":"hi","timestamp":"2025-01-14T10:00:00Z"})";
    QByteArray lines = "ws:dialog:" + dialog + R"( {"type":"message:new","message":{"id":")" + who + "-ws\"," + text +
                       R"(,"timestamp":"2025-01-14T10:00:00Z","dialog_id":")" + dialog + R"(","source":"backend"})" +
                       "\nsse:dialog:" + dialog + R"( {"id":")" + who + "-sse\"," + text + '\n';
    for (const char* room : {"operators", "directors", "city:Omsk"})
        lines += R"(socket-broadcast {"room":")" + QByteArray(room) + R"(","event":"order:new","data":{"id":")" + who +
                 R"(-order","city":"Omsk"},"originInstanceId":"i-1"})" + '\n';
    return lines;
}

} // namespace

class TestForeignClients final : public QObject, protected ConsoleHouse
{
    Q_OBJECT

private slots:
    void cleanup() { m_pair.end(); }
    void publishersReachEverybody_data();
    void publishersReachEverybody();
    void publishersReachTheConsole();
    void listenersAndBotsGetEachOnce();

private:
    /// Runs one of the publishers on these lines.
    static bool publish(const QString& who, quint16 redis, const QByteArray& lines)
    {
        QProcess process;
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        const QString port = QString::number(redis);
        if (who == u"node"_s)
            process.start(QStringLiteral(NODE), {clientFile("publish.js"), port});
        else if (who == u"python"_s)
            process.start(QStringLiteral(PYTHON), {clientFile("publish.py"), port});
        else
            process.start(u"redis-cli"_s, {u"-p"_s, port});
        for (const QByteArray& line : lines.trimmed().split('\n')) {
            if (who == u"redis-cli"_s) {
                const qsizetype space = line.indexOf(' ');
                process.write("PUBLISH " + line.left(space) + " '" + line.mid(space + 1) + "'\n");
            } else {
                process.write(line + '\n');
            }
        }
        process.closeWriteChannel();
        return process.waitForFinished(kLongMs) && process.exitStatus() == QProcess::NormalExit &&
               process.exitCode() == 0;
    }
    /// Until that many servers listen to what others publish.
    static bool waitForServers(RedisServer& redis, const QByteArray& count)
    {
        return QTest::qWaitFor(
            [&] {
                return redis.cli({u"PUBSUB"_s, u"NUMSUB"_s, u"socket-broadcast"_s}).split('\n').value(1) == count;
            },
            kLongMs);
    }

    RedisPair m_pair;
};

void TestForeignClients::publishersReachEverybody_data()
{
    QTest::addColumn<QString>("who");
    for (const char* who : {"redis-cli", "python", "node"})
        QTest::newRow(who) << QString::fromUtf8(who);
}

void TestForeignClients::publishersReachEverybody()
{
    QFETCH(QString, who);
    QVERIFY(m_pair.start({{"DATABASE_URL", "none"}}));
    QVERIFY(waitForServers(m_pair.redis(), "2"));
    std::vector<std::unique_ptr<WsWire>> guests;
    std::vector<std::unique_ptr<SseClient>> staff;
    for (size_t server : {0U, 1U}) {
        guests.push_back(std::make_unique<WsWire>(m_pair.port(server), "/channel/ws?session=x17&token=" +
                                                                           ServerProcess::sessionToken("x17")));
        QVERIFY(guests.back()->isEstablished());
        staff.push_back(std::make_unique<SseClient>(
            m_pair.port(server), "/channel/sse?type=staff&channels=dialog:x17,staff,operators&access_token=" +
                                     ServerProcess::jwt(Role::Operator, "anna")));
        QVERIFY(staff.back()->connection().waitForText("connection.established", kLongMs));
    }
    const QByteArray lines = chatLines("x17", "1", "one") + otherLines("x17", "a") + chatLines("x17", "2", "two") +
                             chatLines("x17", "3", "last");
    QVERIFY(publish(who, m_pair.redis().port(), lines));
    const QByteArrayList ofDialog{"\"one\"", "\"two\"", "\"last\"", "\"a-ws\"", "\"a-sse\""};
    for (const auto& guest : guests) {
        for (const QByteArray& text : ofDialog) {
            QVERIFY(guest->waitForText(text, kLongMs));
            QCOMPARE(guest->wire().received().count(text), 1);
        }
    }
    for (const auto& stream : staff) {
        for (const QByteArray& text : ofDialog + QByteArrayList{"\"a-order\""}) {
            QVERIFY(stream->connection().waitForText(text, kLongMs));
            QCOMPARE(stream->body().count(text), 1);
        }
    }
}

/// A server with a desk: dialogs and staff are the database's, and Redis is where others publish.
void TestForeignClients::publishersReachTheConsole()
{
    RedisServer redis;
    QVERIFY(redis.start());
    openHouse({{"REDIS_HOST", "127.0.0.1"}, {"REDIS_PORT", QByteArray::number(redis.port())}});
    QVERIFY(waitForServers(redis, "1"));
    const QByteArray dialog = QByteArray::number(guestComes());
    HeadlessConsole anna(port(), u"anna"_s);
    QVERIFY(anna.goLive());
    QVERIFY(anna.settle());
    QByteArrayList events;
    connect(&anna->backend(), &console::Backend::eventReceived, this,
            [&events](const QByteArray& json) { events.append(json); });
    const QByteArrayList publishers{"redis-cli", "python", "node"};
    qint64 id = 9000;
    QByteArrayList bodies;
    for (const QByteArray& who : publishers) {
        for (int i = 0; i < 3; ++i) {
            bodies.append(who + '-' + QByteArray::number(i));
            QVERIFY(publish(QString::fromUtf8(who), redis.port(),
                            chatLines(dialog, QByteArray::number(++id), bodies.last())));
        }
    }
    const auto lastText = [&] { return anna.dialog(dialog.toLongLong())->lastText; };
    QTRY_COMPARE_WITH_TIMEOUT(lastText(), QString::fromUtf8(bodies.last()), kLongMs);
    for (const QByteArray& body : bodies) {
        const QByteArray quoted = '"' + body + '"';
        QCOMPARE(
            std::count_if(events.begin(), events.end(), [&](const QByteArray& json) { return json.contains(quoted); }),
            1);
    }
    QCOMPARE(anna.dialog(dialog.toLongLong())->unreadCount, 1 + static_cast<int>(bodies.size()));
    QCOMPARE(m_server.stop(), 0);
}

void TestForeignClients::listenersAndBotsGetEachOnce()
{
    QVERIFY(m_pair.start({{"DATABASE_URL", "none"}}));
    QVERIFY(waitForServers(m_pair.redis(), "2"));
    const QString port = QString::number(m_pair.redis().port());
    Listener node(QStringLiteral(NODE), {clientFile("listen.js"), port, u"chat:*"_s});
    Listener python(QStringLiteral(PYTHON), {clientFile("listen.py"), port, u"chat:*"_s});
    Listener bot(QStringLiteral(PYTHON), {clientFile("bot.py"), port, u"chat:staff"_s});
    QVERIFY(node.isReady() && python.isReady() && bot.isReady());
    const auto publishHere = [this](size_t server, const QByteArray& body) {
        const QByteArray event = R"({"event":"chat.message","channels":["dialog:x17","staff"],"data":{"id":"1",)"
                                 R"("sender_type":"ai","body":")" +
                                 body + R"(","created_at":"n"}})";
        return postJson(m_pair.port(server), "/api/v1/publish", event, serviceBearer()).status;
    };
    WsWire guest(m_pair.port(1), "/channel/ws?session=x17&token=" + ServerProcess::sessionToken("x17"));
    QVERIFY(guest.isEstablished());
    QCOMPARE(publishHere(0, "ours"), 200);
    const QByteArray theirs =
        chatLines("x17", "7", "theirs") + R"(ws:dialog:x17 {"id":"8","sender":"user","text":"form","timestamp":"t"})";
    QVERIFY(publish(u"node"_s, m_pair.redis().port(), theirs));
    for (const char* text : {"\"ours\"", "\"theirs\"", "\"form\""})
        QVERIFY(guest.waitForText(text, kLongMs));
    // An echo would come before these.
    for (size_t server : {0U, 1U})
        QCOMPARE(publishHere(server, "end"), 200);
    for (Listener* listener : {&node, &python}) {
        QVERIFY(listener->waitFor("\"end\"", 4) && listener->waitFor("\"form\"", 2));
        QCOMPARE(listener->count("\"ours\""), 2);   // the dialog's and the staff's
        QCOMPARE(listener->count("\"theirs\""), 2); // as it was said
        QCOMPARE(listener->count("\"form\""), 2);   // said in another channel, written in these
        QCOMPARE(listener->count("\"end\""), 4);
    }
    QVERIFY(bot.waitFor("\"end\"", 2) && bot.waitFor("\"form\"", 1));
    for (const char* text : {"\"ours\"", "\"theirs\"", "\"form\""})
        QCOMPARE(bot.count(text), 1);
    QCOMPARE(bot.count("\"end\""), 2);
}

QTEST_GUILESS_MAIN(TestForeignClients)
#include "tst_foreignclients.moc"
