// SPDX-License-Identifier: GPL-3.0-or-later
// What the seeds' backends publish in Redis reaches WebSocket and SSE on two servers, once and in order; what the
// servers publish is there for the seeds' consumers, once; nonsense is counted, logged and stops nothing.
#include "integration/redispair.h"
#include "support/exposition.h"
#include "support/wswire.h"

#include <QProcess>

using namespace signalbox;
using namespace signalbox::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int kLongMs = 30'000;

QByteArray chatMessage(int id, const QByteArray& session = "x17")
{
    return R"({"type":"chat.message","session_id":")" + session + R"(","data":{"id":)" + QByteArray::number(id) +
           R"(,"sender_type":"client","body":"hello","created_at":"2025-11-08T10:30:11+03:00"}})";
}

/// Whoever listens to a pattern of Pub/Sub and prints it, on redis-cli.
class Ear
{
public:
    Ear(const RedisServer& redis, const QString& pattern)
    {
        m_process.start(u"redis-cli"_s, {u"-p"_s, QString::number(redis.port()), u"PSUBSCRIBE"_s, pattern});
        m_isListening = waitFor([](const QByteArray& heard) { return heard.contains("psubscribe"); });
    }
    ~Ear()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    bool isListening() const { return m_isListening; }
    bool waitFor(const std::function<bool(const QByteArray& heard)>& enough)
    {
        return QTest::qWaitFor(
            [&] {
                m_heard += m_process.readAllStandardOutput();
                return enough(m_heard);
            },
            kLongMs);
    }
    const QByteArray& heard() const { return m_heard; }

private:
    QProcess m_process;
    QByteArray m_heard;
    bool m_isListening = false;
};

} // namespace

class TestRedisBridge final : public QObject
{
    Q_OBJECT

private slots:
    void cleanup() { m_pair.end(); }
    void chatReachesEverybodyOnce();
    void everyFormReachesADialog();
    void sameMessageTwiceIsTwoEvents();
    void orderIsKept();
    void oneOfTwoServersDies();
    void socketBroadcastInThreeRoomsIsOneEvent();
    void serversWithADeskEach();
    void writtenForOthersWithoutEcho();
    void deskIsWrittenForOthers();
    void prefixIsOfBothWays();
    void canBeSwitchedOff();
    void nonsenseIsCounted();
    void nonsenseInOurOwnChannelsIsCounted();

private:
    /// Without a desk every channel is in Redis.
    bool start(ServerProcess::Variables variables = {{"DATABASE_URL", "none"}})
    {
        return m_pair.start(variables) &&
               waitForListeners(variables.value("SIGNALBOX_REDIS_BRIDGE_PREFIX") + "socket-broadcast");
    }
    bool waitForListeners(const QByteArray& channel)
    {
        return QTest::qWaitFor(
            [&] {
                return m_pair.redis()
                           .cli({u"PUBSUB"_s, u"NUMSUB"_s, QString::fromUtf8(channel)})
                           .split('\n')
                           .value(1) == "2";
            },
            kLongMs);
    }
    void publish(const QByteArray& channel, const QByteArray& text)
    {
        m_pair.redis().cli({u"PUBLISH"_s, QString::fromUtf8(channel), QString::fromUtf8(text)});
    }
    /// A guest's WebSocket at one server and an operator's SSE of the same dialog and of the staff at the other.
    std::unique_ptr<WsWire> guest(size_t server, const QByteArray& dialog = "x17")
    {
        auto socket = std::make_unique<WsWire>(
            m_pair.port(server), "/channel/ws?session=" + dialog + "&token=" + ServerProcess::sessionToken(dialog));
        return socket->isEstablished() ? std::move(socket) : nullptr;
    }
    std::unique_ptr<SseClient> staff(size_t server, const QByteArray& channels = "dialog:x17")
    {
        auto stream = std::make_unique<SseClient>(m_pair.port(server),
                                                  "/channel/sse?type=staff&channels=" + channels +
                                                      "&access_token=" + ServerProcess::jwt(Role::Operator, "anna"));
        return stream->connection().waitForText("connection.established", kLongMs) ? std::move(stream) : nullptr;
    }
    double dropped(size_t server, const QByteArray& reason)
    {
        const Exposition metrics(get(m_pair.server(server).managementPort(), "/metrics").body);
        return metrics.value("dispatch_errors", {{"reason", reason}}).value_or(0);
    }

    RedisPair m_pair;
};

void TestRedisBridge::chatReachesEverybodyOnce()
{
    QVERIFY(start());
    const auto guestHere = guest(0);
    const auto guestThere = guest(1);
    const auto staffHere = staff(0);
    const auto staffThere = staff(1);
    QVERIFY(guestHere && guestThere && staffHere && staffThere);
    for (const char* channel : {"chat:x17", "chat:staff"})
        publish(channel, chatMessage(1));
    for (const char* channel : {"chat:staff", "chat:x17"})
        publish(channel, chatMessage(2));
    publish("chat:x17", chatMessage(3));
    for (WsWire* socket : {guestHere.get(), guestThere.get()}) {
        QVERIFY(socket->waitForText("\"id\":3,"));
        for (const char* id : {"\"id\":1,", "\"id\":2,", "\"id\":3,"})
            QCOMPARE(socket->wire().received().count(id), 1);
    }
    for (SseClient* stream : {staffHere.get(), staffThere.get()}) {
        QVERIFY(stream->connection().waitForText("\"id\":3,", kLongMs));
        for (const char* id : {"\"id\":1,", "\"id\":2,", "\"id\":3,"})
            QCOMPARE(stream->body().count(id), 1);
    }
}

void TestRedisBridge::everyFormReachesADialog()
{
    QVERIFY(start());
    const auto guestHere = guest(0);
    const auto staffThere = staff(1);
    QVERIFY(guestHere && staffThere);
    const QByteArray message = R"({"id":"%","sender":"user","text":"hi","timestamp":"2025-01-14T10:00:00Z"})";
    publish("ws:dialog:x17", R"({"type":"message:new","message":)" + QByteArray(message).replace("%", "form-1") + '}');
    publish("sse:dialog:x17", R"({"type":"message:new","message":)" + QByteArray(message).replace("%", "form-2") + '}');
    publish("ws:dialog:x17", QByteArray(message).replace("%", "form-3"));
    publish("ws:dialog:x17", R"({"type":"typing_start","timestamp":"form-4"})");
    publish("ws:dialog:x17",
            R"({"type":"handoff_started","seq":5,"timestamp":"form-5","manager":{"id":1,"name":"A"}})");
    publish("socket-broadcast",
            R"({"room":"dialog:x17","event":"notification","data":{"type":"form-6","message":"m"}})");
    QVERIFY(guestHere->waitForText("form-6"));
    QVERIFY(staffThere->connection().waitForText("form-6", kLongMs));
    for (int i = 1; i <= 6; ++i) {
        const QByteArray form = "form-" + QByteArray::number(i);
        QCOMPARE(guestHere->wire().received().count(form), 1);
        QCOMPARE(staffThere->body().count(form), 1);
    }
}

void TestRedisBridge::sameMessageTwiceIsTwoEvents()
{
    QVERIFY(start());
    const auto guestHere = guest(0);
    const auto guestThere = guest(1);
    QVERIFY(guestHere && guestThere);
    for (int i = 0; i < 3; ++i)
        publish("chat:x17", chatMessage(1));
    publish("chat:x17", chatMessage(2));
    for (WsWire* socket : {guestHere.get(), guestThere.get()}) {
        QVERIFY(socket->waitForText("\"id\":2,"));
        QCOMPARE(socket->wire().received().count("\"id\":1,"), 3);
    }
}

void TestRedisBridge::orderIsKept()
{
    QVERIFY(start());
    const auto guestHere = guest(0);
    const auto staffThere = staff(1);
    QVERIFY(guestHere && staffThere);
    constexpr int kMessages = 300;
    QProcess cli; // one connection, one after the other
    cli.start(u"redis-cli"_s, {u"-p"_s, QString::number(m_pair.redis().port())});
    for (int i = 1; i <= kMessages; ++i)
        cli.write("PUBLISH chat:x17 '" + chatMessage(i) + "'\n");
    cli.closeWriteChannel();
    QVERIFY(cli.waitForFinished(kLongMs));
    QVERIFY(guestHere->waitForText("\"id\":300,"));
    QVERIFY(staffThere->connection().waitForText("\"id\":300,", kLongMs));
    for (const QByteArray& received : {guestHere->wire().received(), staffThere->body()}) {
        qsizetype at = 0;
        for (int i = 1; i <= kMessages; ++i) {
            const QByteArray id = "\"data\":{\"id\":" + QByteArray::number(i) + ',';
            QCOMPARE(received.count(id), 1);
            const qsizetype found = received.indexOf(id);
            QVERIFY(found > at);
            at = found;
        }
    }
}

void TestRedisBridge::oneOfTwoServersDies()
{
    QVERIFY(start());
    const auto guestThere = guest(1);
    QVERIFY(guestThere);
    publish("chat:x17", chatMessage(1));
    QVERIFY(guestThere->waitForText("\"id\":1,"));
    m_pair.server(0).kill();
    publish("chat:x17", chatMessage(2));
    QVERIFY(guestThere->waitForText("\"id\":2,"));
    QCOMPARE(guestThere->wire().received().count("\"id\":1,"), 1);
}

/// Seed 001 says an order in one room after the other, and who is in two of them got it twice.
void TestRedisBridge::socketBroadcastInThreeRoomsIsOneEvent()
{
    QVERIFY(start());
    const auto both = staff(0, "operators,order:1");
    QVERIFY(both);
    for (const char* room : {"operators", "directors", "city:Omsk"})
        publish("socket-broadcast",
                R"({"room":")" + QByteArray(room) + R"(","event":"order:new","data":{"id":"first","city":"Omsk"}})");
    publish("socket-broadcast", R"({"event":"order:new","data":{"id":"second","city":"Omsk"}})");
    QVERIFY(both->connection().waitForText("second", kLongMs));
    QCOMPARE(both->body().count("\"first\""), 1);
    QCOMPARE(both->body().count("\"second\""), 1);
}

/// They share no journal: an event of a dialog in Redis is still published once.
void TestRedisBridge::serversWithADeskEach()
{
    QVERIFY(start(ServerProcess::Variables{}));
    const auto guestHere = guest(0);
    const auto guestThere = guest(1);
    QVERIFY(guestHere && guestThere);
    for (int i = 1; i <= 20; ++i)
        publish("chat:x17", chatMessage(i));
    for (WsWire* socket : {guestHere.get(), guestThere.get()}) {
        QVERIFY(socket->waitForText("\"id\":20,"));
        for (int i = 1; i <= 20; ++i)
            QCOMPARE(socket->wire().received().count(QByteArray("\"id\":" + QByteArray::number(i) + ',')), 1);
    }
}

void TestRedisBridge::writtenForOthersWithoutEcho()
{
    QVERIFY(start());
    const auto guestThere = guest(1);
    QVERIFY(guestThere);
    Ear ear(m_pair.redis(), u"chat:*"_s);
    QVERIFY(ear.isListening());
    const QByteArray event =
        R"({"event":"chat.message","channels":["dialog:x17","staff"],"data":{"id":"ours","sender_type":"ai","body":"b",)"
        R"("created_at":"n"}})";
    QCOMPARE(postJson(m_pair.port(0), "/api/v1/publish", event, serviceBearer()).status, 200);
    publish("chat:x17", chatMessage(7));
    publish("ws:dialog:x17", R"({"id":"theirs","sender":"user","text":"hi","timestamp":"t"})");
    QVERIFY(guestThere->waitForText("theirs"));
    QVERIFY(ear.waitFor([](const QByteArray& heard) { return heard.count("theirs") == 2; }));
    QTest::qWait(300); // for what must not come
    ear.waitFor([](const QByteArray&) { return true; });
    QCOMPARE(guestThere->wire().received().count("\"ours\""), 1);
    QCOMPARE(ear.heard().count("\"ours\""), 2);  // the dialog's and the staff's
    QCOMPARE(ear.heard().count("\"id\":7,"), 1); // as it was said
    QCOMPARE(ear.heard().count("theirs"), 2);
    const QByteArray stream = m_pair.redis().cli({u"XRANGE"_s, u"chat:staff"_s, u"-"_s, u"+"_s});
    for (const char* id : {"\"ours\"", "\"id\":7,", "theirs"})
        QCOMPARE(stream.count(id), 1);
}

void TestRedisBridge::deskIsWrittenForOthers()
{
    QVERIFY(start(ServerProcess::Variables{}));
    Ear ear(m_pair.redis(), u"chat:*"_s);
    QVERIFY(ear.isListening());
    const QJsonObject session = json(postJson(m_pair.port(0), "/chat/session", "{}").body);
    const QByteArray id = session.value("session_id"_L1).toVariant().toByteArray();
    const QByteArray token = text(session, "token");
    QVERIFY(!id.isEmpty());
    const HttpAnswer posted = postJson(m_pair.port(0), "/chat/session/" + id + "/messages",
                                       R"({"text":"from the desk"})", {{"X-Session-Token", token}});
    QCOMPARE(posted.status, 201);
    QVERIFY(ear.waitFor([](const QByteArray& heard) { return heard.count("from the desk") == 2; }));
    QVERIFY(ear.heard().contains(QByteArray("chat:" + id + '\n')));
    QVERIFY(ear.heard().contains(QByteArray(R"({"type":"chat.message","session_id":)" + id)));
    QTRY_COMPARE_WITH_TIMEOUT(m_pair.redis().cli({u"XRANGE"_s, u"chat:staff"_s, u"-"_s, u"+"_s}).count("from the desk"),
                              1, kLongMs);
}

void TestRedisBridge::prefixIsOfBothWays()
{
    QVERIFY(start({{"DATABASE_URL", "none"}, {"SIGNALBOX_REDIS_BRIDGE_PREFIX", "a*b:"}}));
    const auto guestHere = guest(0);
    QVERIFY(guestHere);
    Ear ear(m_pair.redis(), u"*chat:*"_s);
    QVERIFY(ear.isListening());
    publish("chat:x17", chatMessage(1));
    publish("axb:chat:x17", chatMessage(2));
    publish("a*b:chat:x17", chatMessage(3));
    QVERIFY(guestHere->waitForText("\"id\":3,"));
    QVERIFY(!guestHere->wire().received().contains("\"id\":1,"));
    QVERIFY(!guestHere->wire().received().contains("\"id\":2,"));
    const QByteArray event = R"({"event":"chat.alert","channels":["dialog:x17"],"data":{"unread_count":55}})";
    QCOMPARE(postJson(m_pair.port(0), "/api/v1/publish", event, serviceBearer()).status, 200);
    QVERIFY(ear.waitFor([](const QByteArray& heard) { return heard.count("\"unread_count\":55") == 2; }));
    QVERIFY(ear.heard().contains("a*b:chat:x17\n{\"type\":\"chat.alert\""));
}

void TestRedisBridge::canBeSwitchedOff()
{
    QVERIFY(m_pair.start({{"DATABASE_URL", "none"}, {"SIGNALBOX_REDIS_BRIDGE", "false"}}));
    const QByteArray event = R"({"event":"chat.alert","channels":["dialog:x17"],"data":{"unread_count":55}})";
    QCOMPARE(postJson(m_pair.port(0), "/api/v1/publish", event, serviceBearer()).status, 200);
    QCOMPARE(m_pair.redis().cli({u"EXISTS"_s, u"chat:staff"_s}), QByteArray("0"));
    QCOMPARE(m_pair.redis().cli({u"PUBSUB"_s, u"NUMPAT"_s}), QByteArray("0"));
}

void TestRedisBridge::nonsenseIsCounted()
{
    QVERIFY(start({{"DATABASE_URL", "none"}, {"SIGNALBOX_LIMIT_REQUEST_BODY_BYTES", "65536"}}));
    const auto guestHere = guest(0);
    QVERIFY(guestHere);
    struct Nonsense
    {
        QByteArray text;
        QByteArray reason;
    };
    const std::vector<Nonsense> all{{"hello", "bad_json"},
                                    {"[1]", "bad_json"},
                                    {"{}", "invalid_field"},
                                    {'"' + QByteArray(100'000, 'x') + '"', "payload_too_large"},
                                    {R"({"type":"no.event","event":"no.event","data":{}})", "unknown_event"}};
    QMap<QByteArray, double> expected;
    for (const char* channel : {"chat:x17", "chat:staff", "ws:dialog:x17", "sse:dialog:x17", "socket-broadcast"}) {
        for (const Nonsense& one : all) {
            publish(channel, one.text);
            expected[one.reason] += 1;
            const QByteArray line = "\"" + QByteArray(channel) + "\" was dropped: " + one.reason;
            for (const size_t server : {0U, 1U}) {
                QTRY_COMPARE_WITH_TIMEOUT(dropped(server, one.reason), expected[one.reason], kLongMs);
                QTRY_VERIFY_WITH_TIMEOUT(m_pair.server(server).log().contains(line), kLongMs);
            }
        }
    }
    publish("chat:x17", chatMessage(1));
    QVERIFY(guestHere->waitForText("\"id\":1,"));
}

void TestRedisBridge::nonsenseInOurOwnChannelsIsCounted()
{
    QVERIFY(start());
    const auto guestHere = guest(0);
    QVERIFY(guestHere);
    for (const char* channel : {"{signalbox}:channel:dialog:x17", "{signalbox}:board", "{signalbox}:last_seen"})
        publish(channel, "hello");
    QTRY_COMPARE_WITH_TIMEOUT(dropped(0, "bad_request"), 3.0, kLongMs);
    publish("chat:x17", chatMessage(1));
    QVERIFY(guestHere->waitForText("\"id\":1,"));
}

QTEST_GUILESS_MAIN(TestRedisBridge)
#include "tst_redisbridge.moc"
