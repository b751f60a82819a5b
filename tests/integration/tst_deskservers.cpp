// SPDX-License-Identifier: GPL-3.0-or-later
// One desk on two servers: a PostgreSQL, a Redis, and whoever comes to either server sees the same, once and in order.
#include "integration/redispair.h"
#include "support/postgresserver.h"
#include "support/rawclient.h"

#include "deskclient.h"

#include <QSet>

using namespace signalbox;
using namespace signalbox::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int kLongMs = 60'000;

QByteArray staffTarget(const QByteArray& subject)
{
    return "/channel/ws?type=staff&access_token=" + ServerProcess::jwt(Role::Operator, subject);
}

QByteArray guestTarget(qint64 dialog)
{
    const QByteArray id = QByteArray::number(dialog);
    return "/channel/ws?session=" + id + "&token=" + ServerProcess::sessionToken(id);
}

QByteArray pathOf(qint64 dialog, const QByteArray& rest)
{
    return "/api/dialogs/" + QByteArray::number(dialog) + rest;
}

/// What the client has been told of this kind, by this member of the data: "body".
QByteArrayList told(const WsClient& client, const QByteArray& type, const char* member)
{
    QByteArrayList list;
    for (const QByteArray& message : client.texts()) {
        const QJsonObject event = json(message);
        if (text(event, "type") != type)
            continue;
        const QJsonValue value = event.value("data"_L1).toObject().value(QLatin1String(member));
        list.append(value.isString() ? value.toString().toUtf8() : QByteArray::number(value.toInteger()));
    }
    return list;
}

QByteArrayList numbered(const QByteArray& stem, int first, int last)
{
    QByteArrayList list;
    for (int i = first; i <= last; ++i)
        list.append(stem + QByteArray::number(i));
    return list;
}

} // namespace

class TestDeskServers final : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_pair.end(); }
    void aDialogIsAtBothAtOnce();
    void messagesOfBothInOneOrder();
    void eventsOfBothKindsComeOnce();
    void resumesAtTheOther();
    void aClaimHasOneWinner();
    void bothOutliveTheDatabase();
    void bothGoOnWithoutRedis();
    void eachIsWrittenForOthersOnce();
    void whoAnswersAtOneIsNotAway();
    void whoWasThereBeforeIsOffline();

private:
    bool say(size_t server, qint64 dialog, const QByteArray& text)
    {
        return ask(m_pair.port(server), "POST", pathOf(dialog, "/messages"), service(),
                   "{\"text\":\"" + text + "\",\"client_message_id\":\"" + text + "\"}")
                   .status == 201;
    }
    /// As a client does that wants to be sure: the same message until it is taken.
    bool insist(size_t server, qint64 dialog, const QByteArray& text)
    {
        return QTest::qWaitFor(
            [&] {
                const int status = ask(m_pair.port(server), "POST", pathOf(dialog, "/messages"), service(),
                                       "{\"text\":\"" + text + "\",\"client_message_id\":\"" + text + "\"}")
                                       .status;
                return status == 200 || status == 201;
            },
            kLongMs);
    }
    QByteArray relayed() { return m_pair.redis().cli({u"XRANGE"_s, u"chat:staff"_s, u"-"_s, u"+"_s}); }

    PostgresServer m_postgres; ///< of all tests: making one takes long
    QByteArray m_url;
    RedisPair m_pair;
};

void TestDeskServers::init()
{
    QVERIFY(m_postgres.isRunning() || m_postgres.start());
    m_url = m_postgres.createDatabase();
    QVERIFY(m_pair.start({{"DATABASE_URL", m_url},
                          {"SIGNALBOX_REDIS_SERVER_TTL_SECONDS", "2"},
                          {"SIGNALBOX_DESK_OFFLINE_SECONDS", "2"},
                          {"SIGNALBOX_DESK_SILENT_SECONDS", "4s"},
                          {"SIGNALBOX_HEARTBEAT_STAFF_PING_MS", "300"},
                          {"SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "0"}}));
}

/// A guest may come to the other server before that has heard of the dialog.
void TestDeskServers::aDialogIsAtBothAtOnce()
{
    for (int i = 0; i < 30; ++i) {
        const qint64 dialog = openDialog(m_pair.port(0));
        QVERIFY(dialog > 0);
        WsClient guest(m_pair.port(1), guestTarget(dialog));
        QVERIFY(guest.waitForText("connection.established"));
        QVERIFY(say(0, dialog, "from the first"));
        QVERIFY(say(1, dialog, "from the second"));
        QVERIFY(guest.waitForText("from the second"));
        QCOMPARE(told(guest, "chat.message", "body"), QByteArrayList({"from the first", "from the second"}));
        const HttpAnswer published =
            postJson(m_pair.port(1), "/api/v1/publish",
                     R"({"event":"notification","channels":["dialog:)" + QByteArray::number(dialog + 1) +
                         R"("],"data":{"type":"t","message":"of nobody's dialog"}})",
                     service());
        QCOMPARE(published.status, 200); // not the desk's: it lies in Redis
    }
}

void TestDeskServers::messagesOfBothInOneOrder()
{
    const qint64 dialog = openDialog(m_pair.port(0));
    WsClient here(m_pair.port(0), guestTarget(dialog));
    WsClient there(m_pair.port(1), guestTarget(dialog));
    WsClient staff(m_pair.port(1), staffTarget("7"));
    for (WsClient* client : {&here, &there, &staff})
        QVERIFY(client->waitForText("connection.established"));
    constexpr int kMessages = 60;
    for (int i = 1; i <= kMessages; ++i)
        QVERIFY(say(static_cast<size_t>(i % 2), dialog, "m" + QByteArray::number(i)));
    for (WsClient* client : {&here, &there, &staff}) {
        QVERIFY(client->waitForText("\"m60\""));
        QCOMPARE(told(*client, "chat.message", "body"), numbered("m", 1, kMessages));
    }
    const auto positions = [](const WsClient& client) {
        QByteArrayList list;
        for (const QByteArray& message : client.texts()) {
            if (message.contains("\"chat.message\""))
                list.append(text(json(message), "position"));
        }
        return list;
    };
    QCOMPARE(positions(here), positions(there));
}

/// To a channel of the journal and to one of Redis: who listens to both gets it once, at either server, and neither
/// channel is out of order.
void TestDeskServers::eventsOfBothKindsComeOnce()
{
    std::array<std::unique_ptr<WsClient>, 2> clients;
    for (size_t i : {0U, 1U}) {
        clients[i] = std::make_unique<WsClient>(m_pair.port(i), staffTarget("7"));
        QVERIFY(clients[i]->waitForText("connection.established"));
        clients[i]->send(R"({"type":"subscribe","channel":"order:9","ref":1})");
        clients[i]->send(R"({"type":"subscribe","channel":"stream:deals","ref":2})");
        QVERIFY(clients[i]->waitForText("\"ref\":2"));
    }
    constexpr int kRounds = 40;
    for (int i = 1; i <= kRounds; ++i) {
        const QByteArray channels =
            i % 3 == 0 ? R"("stream:deals")" : (i % 3 == 1 ? R"("order:9","stream:deals")" : R"("order:9")");
        const HttpAnswer answer =
            postJson(m_pair.port(static_cast<size_t>(i / 2 % 2)), "/api/v1/publish",
                     "{\"event\":\"notification\",\"channels\":[" + channels +
                         "],\"data\":{\"type\":\"t\",\"message\":\"n" + QByteArray::number(i) + "\"}}",
                     service());
        QVERIFY2(answer.status == 200, answer.body);
    }
    for (const auto& client : clients) {
        QVERIFY(client->waitForText("\"n39\"") && client->waitForText("\"n40\""));
        QVERIFY(client->sync());
        const QByteArrayList all = told(*client, "notification", "message");
        QCOMPARE(QSet<QByteArray>(all.begin(), all.end()).size(), all.size());
        QCOMPARE(all.size(), kRounds);
        for (const int other : {0, 2}) { // of each channel
            QByteArrayList ofOne;
            for (const QByteArray& one : all) {
                const int number = one.mid(1).toInt();
                if (number % 3 == other || number % 3 == 1)
                    ofOne.append(one);
            }
            QByteArrayList sorted = ofOne;
            std::sort(sorted.begin(), sorted.end(),
                      [](const QByteArray& a, const QByteArray& b) { return a.mid(1).toInt() < b.mid(1).toInt(); });
            QCOMPARE(ofOne, sorted);
        }
    }
}

void TestDeskServers::resumesAtTheOther()
{
    const qint64 dialog = openDialog(m_pair.port(0));
    QByteArray position;
    {
        WsClient guest(m_pair.port(0), guestTarget(dialog));
        QVERIFY(guest.waitForText("connection.established"));
        QVERIFY(say(1, dialog, "m1"));
        QVERIFY(guest.waitForText("\"m1\""));
        for (const QByteArray& message : guest.texts()) {
            if (message.contains("\"m1\""))
                position = text(json(message), "position");
        }
    }
    for (int i = 2; i <= 9; ++i)
        QVERIFY(say(static_cast<size_t>(i % 2), dialog, "m" + QByteArray::number(i)));
    WsClient again(m_pair.port(1), guestTarget(dialog) + "&position=" + position);
    QVERIFY(again.waitForText("\"m9\""));
    QCOMPARE(told(again, "chat.message", "body"), numbered("m", 2, 9));
}

void TestDeskServers::aClaimHasOneWinner()
{
    for (int i = 0; i < 20; ++i) {
        const qint64 dialog = openDialog(m_pair.port(i % 2 == 0 ? 0 : 1));
        QCOMPARE(ask(m_pair.port(1), "POST", pathOf(dialog, "/handoff"), service()).status, 201);
        RawClient first(m_pair.port(0));
        RawClient second(m_pair.port(1));
        const auto claim = [&](RawClient& client, const QByteArray& subject) {
            client.send("POST " + pathOf(dialog, "/handoff/start") +
                        " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                        ServerProcess::jwt(Role::Operator, subject) + "\r\nContent-Length: 0\r\n\r\n");
        };
        claim(first, "a" + QByteArray::number(i));
        claim(second, "b" + QByteArray::number(i));
        QVERIFY(first.waitForText("\r\n\r\n") && second.waitForText("\r\n\r\n"));
        const auto status = [](RawClient& client) { return client.received().mid(9, 3); };
        QByteArrayList both{status(first), status(second)};
        std::sort(both.begin(), both.end());
        QCOMPARE(both, QByteArrayList({"200", "409"}));
    }
}

/// What is said while it is away is refused; afterwards both hear each other as before.
void TestDeskServers::bothOutliveTheDatabase()
{
    const qint64 dialog = openDialog(m_pair.port(0));
    WsClient here(m_pair.port(0), guestTarget(dialog));
    WsClient there(m_pair.port(1), guestTarget(dialog));
    QVERIFY(here.waitForText("connection.established") && there.waitForText("connection.established"));
    for (int round = 0; round < 2; ++round) {
        m_postgres.crash();
        QVERIFY(!say(0, dialog, "lost"));
        QVERIFY(m_postgres.start());
        for (size_t server : {0U, 1U})
            QVERIFY(insist(server, dialog, "r" + QByteArray::number(2 * round + static_cast<int>(server))));
    }
    for (WsClient* client : {&here, &there}) {
        QVERIFY(client->waitForText("\"r3\""));
        QByteArrayList bodies = told(*client, "chat.message", "body");
        bodies.removeAll("lost"); // a commit whose answer was cut off may have happened
        QCOMPARE(bodies, numbered("r", 0, 3));
    }
}

/// The desk's own events come from the database.
void TestDeskServers::bothGoOnWithoutRedis()
{
    const qint64 dialog = openDialog(m_pair.port(0));
    WsClient there(m_pair.port(1), guestTarget(dialog));
    QVERIFY(there.waitForText("connection.established"));
    for (int round = 0; round < 2; ++round) {
        m_pair.redis().kill();
        QVERIFY(m_pair.waitForRedis(0, "down") && m_pair.waitForRedis(1, "down"));
        QVERIFY(say(0, dialog, "w" + QByteArray::number(2 * round)));
        QVERIFY(there.waitForText("\"w" + QByteArray::number(2 * round) + '"'));
        QVERIFY(m_pair.redis().start());
        QVERIFY(m_pair.waitForRedis(0, "ok") && m_pair.waitForRedis(1, "ok"));
        QVERIFY(say(0, dialog, "w" + QByteArray::number(2 * round + 1)));
        QVERIFY2(there.waitForText("\"w" + QByteArray::number(2 * round + 1) + '"'), there.texts().join('\n'));
    }
    QCOMPARE(told(there, "chat.message", "body"), numbered("w", 0, 3));
}

/// Whatever dies meanwhile: the server that does it, Redis, the database.
void TestDeskServers::eachIsWrittenForOthersOnce()
{
    const qint64 dialog = openDialog(m_pair.port(0));
    QVERIFY(insist(0, dialog, "o1-"));
    QTRY_COMPARE_WITH_TIMEOUT(relayed().count("\"body\":\"o1-"), 1, kLongMs);
    for (int i = 2; i <= 20; ++i)
        QVERIFY(insist(static_cast<size_t>(i % 2), dialog, "o" + QByteArray::number(i) + '-'));
    m_pair.server(0).kill();
    for (int i = 21; i <= 40; ++i)
        QVERIFY(insist(1, dialog, "o" + QByteArray::number(i) + '-'));
    m_postgres.crash();
    QVERIFY(m_postgres.start());
    for (int i = 41; i <= 60; ++i)
        QVERIFY(insist(1, dialog, "o" + QByteArray::number(i) + '-'));
    QTRY_VERIFY_WITH_TIMEOUT(relayed().contains("o60-"), kLongMs);
    const QByteArray all = relayed();
    qsizetype last = -1;
    for (int i = 1; i <= 60; ++i) {
        const QByteArray mark = 'o' + QByteArray::number(i) + '-';
        const QByteArray said = "\"body\":\"" + mark;
        QCOMPARE(all.count(said), 1);
        QVERIFY(all.indexOf(mark) > last);
        last = all.indexOf(mark);
    }
}

/// One console hangs, another of the same operator is well at the other server.
void TestDeskServers::whoAnswersAtOneIsNotAway()
{
    WsClient watcher(m_pair.port(0), staffTarget("9"));
    QVERIFY(watcher.waitForText("connection.established"));
    auto well = std::make_unique<WsClient>(m_pair.port(0), staffTarget("7"));
    QVERIFY(well->waitForText("connection.established"));
    RawClient hangs(m_pair.port(1)); // reads and answers nothing
    hangs.send("GET " + staffTarget("7") +
               " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    QVERIFY(hangs.waitForText("connection.established"));
    const auto seen = [&watcher] {
        QByteArrayList statuses;
        for (const QByteArray& each : watcher.texts()) {
            const QJsonObject event = json(each);
            if (text(event, "type") == "operator.presence.updated" && text(event, "data.operator_id") == "7")
                statuses.append(text(event, "data.status"));
        }
        return statuses;
    };
    QVERIFY(watcher.waitFor([&] { return seen().contains("online"); }));
    QTest::qWait(8'000); // twice as long as one may be silent
    QCOMPARE(seen(), QByteArrayList({"online"}));
    well.reset();
    QVERIFY(watcher.waitFor([&] { return seen().contains("away"); }));
    QCOMPARE(seen(), QByteArrayList({"online", "away"}));
}

/// All servers died at once; nobody is left to say that somebody has gone.
void TestDeskServers::whoWasThereBeforeIsOffline()
{
    const auto status = [this](size_t server) {
        return text(json(ask(m_pair.port(server), "GET", "/api/operators/me", staff()).body), "status");
    };
    {
        WsClient here(m_pair.port(0), staffTarget("7"));
        QVERIFY(here.waitForText("connection.established"));
        QTRY_COMPARE_WITH_TIMEOUT(status(1), QByteArray("online"), kLongMs);
        m_pair.server(0).kill();
        m_pair.server(1).kill();
    }
    ServerProcess fresh;
    QVERIFY(fresh.start({{"DATABASE_URL", m_url},
                         {"REDIS_HOST", "127.0.0.1"},
                         {"REDIS_PORT", QByteArray::number(m_pair.redis().port())},
                         {"SIGNALBOX_DESK_OFFLINE_SECONDS", "2"}}));
    const auto statusThere = [&] {
        return text(json(ask(fresh.port(), "GET", "/api/operators/me", staff()).body), "status");
    };
    QTRY_COMPARE_WITH_TIMEOUT(statusThere(), QByteArray("offline"), kLongMs);
}

QTEST_GUILESS_MAIN(TestDeskServers)
#include "tst_deskservers.moc"
