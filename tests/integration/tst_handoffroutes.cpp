// SPDX-License-Identifier: GPL-3.0-or-later
// The handoff over REST on a real server (docs/api/handoffs.md): answers, refusals, and who sees which event.

#include "integration/deskclient.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::test;

namespace {

/// Of the guest, or of staff and services.
QByteArray chat(qint64 id, const QByteArray& tail)
{
    return "/chat/session/" + QByteArray::number(id) + tail;
}
QByteArray api(qint64 id, const QByteArray& tail)
{
    return "/api/dialogs/" + QByteArray::number(id) + tail;
}

Headers director()
{
    return staff(Role::Director, "d");
}

qint64 seconds(int count)
{
    return count * 1000LL;
}

} // namespace

class TestHandoffRoutes : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void init() { m_id = openDialog(m_server.port(), R"({"guest_name":"Анна","message":"Hello"})"); }
    void wholeWay();
    void guestAsks();
    void askedTwice();
    void startedTwice();
    void oneOfManyWins();
    void assigned();
    void whoMayDoWhat_data();
    void whoMayDoWhat();
    void refusesBodies_data();
    void refusesBodies();
    void takesJsonOnly();
    void guestsMayNot_data();
    void guestsMayNot();
    void noSuchDialog_data();
    void noSuchDialog();
    void cancelled();
    void transferred();
    void takenOver();
    void whisperReachesTheHolderAlone();
    void queueListed();
    void queueLimits();
    void guestLearnsItsPlace();
    void guestSeesNoSummary();
    void leaseEnds();
    void survivesKill();

private:
    HttpAnswer post(const QByteArray& path, const Headers& who, const QByteArray& body = {})
    {
        return ask(m_server.port(), "POST", path, who, body);
    }
    HttpAnswer start(const Headers& who, const QByteArray& body = {})
    {
        return post(api(m_id, "/handoff/start"), who, body);
    }
    QByteArray status() { return text(json(ask(m_server.port(), "GET", api(m_id, ""), service()).body), "status"); }
    void leaveNobodyWaiting();

    ServerProcess m_server;
    qint64 m_id = 0;
};

void TestHandoffRoutes::initTestCase()
{
    m_server.keepPorts();
    QVERIFY(m_server.start({{"SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "0"}}));
}

void TestHandoffRoutes::cleanupTestCase()
{
    QCOMPARE(m_server.stop(), 0);
}

void TestHandoffRoutes::leaveNobodyWaiting()
{
    for (const QJsonValue& item : items(ask(m_server.port(), "GET", "/api/handoff/queue", service())))
        post(api(item.toObject().value(QLatin1String("dialog_id")).toInteger(), "/handoff/cancel"), service());
}

void TestHandoffRoutes::wholeWay()
{
    const HttpAnswer asked = post(api(m_id, "/handoff"), service(),
                                  R"({"reason":"Wants a refund","priority":100,"metadata":{"summary":"broken"}})");
    QCOMPARE(asked.status, 201);
    QCOMPARE(number(asked, "queue_position"), 1);
    QVERIFY(json(asked.body).contains(QLatin1String("estimated_wait")));
    QCOMPARE(text(json(asked.body), "handoff.status"), QByteArray("queued"));
    QCOMPARE(text(json(asked.body), "handoff.metadata.summary"), QByteArray("broken"));
    QCOMPARE(text(json(asked.body), "handoff.requested_by"), QByteArray("service:webhook"));
    QCOMPARE(status(), QByteArray("queued"));

    const HttpAnswer claim = start(staff(), R"({"metadata":{"desk":4}})");
    QCOMPARE(claim.status, 200);
    QCOMPARE(number(claim, "fencing"), 1);
    QVERIFY(text(json(claim.body), "lease_until").endsWith('Z'));
    QCOMPARE(text(json(claim.body), "dialog.status"), QByteArray("operator"));
    QCOMPARE(text(json(claim.body), "dialog.operator_id"), QByteArray("7"));
    QCOMPARE(text(json(claim.body), "handoff.status"), QByteArray("active"));

    const HttpAnswer renewed = post(api(m_id, "/handoff/renew"), staff(), R"({"fencing":1})");
    QCOMPARE(renewed.status, 200);
    QVERIFY(text(json(renewed.body), "lease_until") >= text(json(claim.body), "lease_until"));
    QCOMPARE(code(post(api(m_id, "/handoff/renew"), staff(), R"({"fencing":2})")), QByteArray("stale_fencing"));

    const HttpAnswer released =
        post(api(m_id, "/handoff/release"), staff(),
             R"({"fencing":1,"resolution":"Refunded","return_to_ai":false,"metadata":{"a":1}})");
    QCOMPARE(released.status, 200);
    QCOMPARE(text(json(released.body), "dialog.status"), QByteArray("closed"));
    QCOMPARE(text(json(released.body), "handoff.resolution"), QByteArray("Refunded"));
    const HttpAnswer again = post(api(m_id, "/handoff/release"), staff(), "{}");
    QCOMPARE(again.status, 409);
    QCOMPARE(code(again), QByteArray("dialog_closed"));
    QCOMPARE(code(start(staff())), QByteArray("dialog_closed"));
    QCOMPARE(code(post(chat(m_id, "/handoff"), guest(m_id))), QByteArray("dialog_closed"));
}

void TestHandoffRoutes::guestAsks()
{
    const HttpAnswer asked = post(chat(m_id, "/handoff"), guest(m_id), R"({"reason":"Человека!","priority":0})");
    QCOMPARE(asked.status, 201);
    const QJsonObject handoff = json(asked.body).value(QLatin1String("handoff")).toObject();
    QCOMPARE(handoff.keys(), QStringList({QStringLiteral("dialog_id"), QStringLiteral("id"), QStringLiteral("reason"),
                                          QStringLiteral("requested_at"), QStringLiteral("status")}));
    QCOMPARE(text(handoff, "reason"), QByteArray("Человека!"));
    const HttpAnswer cancelled = post(chat(m_id, "/handoff/cancel"), guest(m_id));
    QCOMPARE(cancelled.status, 200);
    QCOMPARE(text(json(cancelled.body), "dialog.status"), QByteArray("ai"));
    QVERIFY(!json(cancelled.body).value(QLatin1String("dialog")).toObject().contains(QLatin1String("metadata")));
    QCOMPARE(post(api(m_id, "/handoff"), guest(m_id)).status, 201); // one dialog, two paths
    leaveNobodyWaiting();
}

void TestHandoffRoutes::askedTwice()
{
    const HttpAnswer first = post(api(m_id, "/handoff"), service(), R"({"priority":5})");
    const HttpAnswer again = post(chat(m_id, "/handoff"), guest(m_id));
    QCOMPARE(first.status, 201);
    QCOMPARE(again.status, 200);
    QCOMPARE(json(again.body).value(QLatin1String("handoff")).toObject().value(QLatin1String("id")),
             json(first.body).value(QLatin1String("handoff")).toObject().value(QLatin1String("id")));
    QCOMPARE(start(staff()).status, 200);
    const HttpAnswer taken = post(chat(m_id, "/handoff"), guest(m_id));
    QCOMPARE(taken.status, 409);
    QCOMPARE(code(taken), QByteArray("handoff_taken"));
    QCOMPARE(text(json(taken.body), "holder.id"), QByteArray("7"));
    post(api(m_id, "/handoff/release"), staff());
}

void TestHandoffRoutes::startedTwice()
{
    WsClient follower(m_server.port(), "/channel/ws?type=staff", staff(Role::Operator, "8"));
    QVERIFY(follower.waitForText("connection.established"));
    const HttpAnswer first = start(staff());
    QVERIFY(follower.waitForText("operator_joined"));
    QVERIFY(follower.sync());
    const auto seen = follower.texts().size();
    const HttpAnswer again = start(staff());
    QCOMPARE(again.status, 200);
    QCOMPARE(number(again, "fencing"), number(first, "fencing"));
    QVERIFY(follower.sync());
    for (const QByteArray& message : follower.texts().mid(seen))
        QVERIFY2(!message.contains("handoff."), message.constData());
    post(api(m_id, "/handoff/release"), staff());
}

/// Twenty requests on connections of their own, on their way at once.
void TestHandoffRoutes::oneOfManyWins()
{
    post(api(m_id, "/handoff"), service());
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 20; ++i)
        clients.push_back(std::make_unique<RawClient>(m_server.port()));
    for (size_t i = 0; i < clients.size(); ++i) {
        clients[i]->send("POST " + api(m_id, "/handoff/start") +
                         " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nAuthorization: Bearer " +
                         ServerProcess::jwt(Role::Operator, "racer" + QByteArray::number(i)) + "\r\n\r\n");
    }
    QByteArrayList winners;
    QByteArrayList answers;
    for (size_t i = 0; i < clients.size(); ++i) {
        QVERIFY(clients[i]->waitFor([](const QByteArray& received) { return received.endsWith('}'); }));
        answers.append(clients[i]->received());
        if (answers.last().startsWith("HTTP/1.1 200"))
            winners.append("racer" + QByteArray::number(i));
    }
    QCOMPARE(winners.size(), 1);
    const QByteArray holder = "\"holder\":{\"id\":\"" + winners.first() + '"';
    for (const QByteArray& answer : std::as_const(answers)) {
        if (!answer.startsWith("HTTP/1.1 200")) {
            QVERIFY(answer.startsWith("HTTP/1.1 409"));
            QVERIFY(answer.contains("handoff_taken"));
            QVERIFY(answer.contains(holder));
        }
    }
    post(api(m_id, "/handoff/release"), director());
}

void TestHandoffRoutes::assigned()
{
    QCOMPARE(start(staff(Role::Operator, "8")).status, 200); // the desk has seen 8
    QCOMPARE(post(api(m_id, "/handoff/release"), staff(Role::Operator, "8")).status, 200);
    QCOMPARE(start(staff(), R"({"operator_id":"8"})").status, 403);
    const HttpAnswer unknown = start(director(), R"({"operator_id":"nobody"})");
    QCOMPARE(unknown.status, 422);
    QCOMPARE(field(unknown), QByteArray("operator_id"));
    const HttpAnswer claim = start(director(), R"({"operator_id":8,"force":true})");
    QCOMPARE(claim.status, 200);
    QCOMPARE(text(json(claim.body), "handoff.operator_id"), QByteArray("8"));
    QCOMPARE(post(api(m_id, "/handoff/release"), staff(Role::Operator, "8")).status, 200);
}

void TestHandoffRoutes::whoMayDoWhat_data()
{
    // Answers for a dialog that operator 7 has to: nobody, its guest, another guest, a user, operator 8, a service,
    // the director.
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QList<int>>("expected");
    const auto row = [](const QByteArray& path, const QByteArray& body, const QList<int>& expected) {
        QTest::newRow(path.constData()) << path << body << expected;
    };
    row("/chat/session/ID/handoff", {}, {401, 409, 401, 403, 409, 409, 409});
    row("/chat/session/ID/handoff/cancel", {}, {401, 409, 401, 403, 409, 409, 200});
    row("/api/dialogs/ID/handoff", {}, {401, 409, 401, 403, 409, 409, 409});
    row("/api/dialogs/ID/handoff/cancel", {}, {401, 409, 401, 403, 409, 409, 200});
    row("/api/dialogs/ID/handoff/start", {}, {401, 401, 401, 403, 409, 403, 409});
    row("/api/dialogs/ID/handoff/renew", R"({"fencing":1})", {401, 401, 401, 403, 409, 403, 409});
    row("/api/dialogs/ID/handoff/release", {}, {401, 401, 401, 403, 409, 403, 200});
    row("/api/dialogs/ID/handoff/transfer", R"({"queue":true})", {401, 401, 401, 403, 409, 403, 200});
    row("/api/dialogs/ID/handoff/take-over", {}, {401, 401, 401, 403, 403, 403, 200});
    row("/api/dialogs/ID/whisper", R"({"text":"a"})", {401, 401, 401, 403, 403, 403, 200});
}

void TestHandoffRoutes::whoMayDoWhat()
{
    QFETCH(QByteArray, path);
    QFETCH(const QByteArray, body);
    QFETCH(const QList<int>, expected);
    path.replace("ID", QByteArray::number(m_id));
    QCOMPARE(start(staff()).status, 200);
    const QList<Headers> callers{
        {}, guest(m_id), guest(m_id + 1000), staff(Role::User, "u"), staff(Role::Operator, "8"), service(), director()};
    QList<int> got;
    for (const Headers& who : callers)
        got.append(post(path, who, body).status);
    QCOMPARE(got, expected);
    post(api(m_id, "/handoff/release"), director());
    leaveNobodyWaiting();
}

void TestHandoffRoutes::refusesBodies_data()
{
    QTest::addColumn<QByteArray>("tail");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("fieldName");
    const auto row = [](const char* name, const char* tail, const QByteArray& body, int status, const char* fieldName) {
        QTest::newRow(name) << QByteArray(tail) << body << status << QByteArray(fieldName);
    };
    const auto text = [](const char* member, int length) -> QByteArray {
        return QByteArray("{\"") + member + "\":\"" + QByteArray(length, 'a') + "\"}";
    };
    const auto object = [](qsizetype bytes) -> QByteArray { // {"metadata":{"a":"…"}}, the object this long
        return R"({"metadata":{"a":")" + QByteArray(bytes - 8, 'a') + "\"}}";
    };
    row("request: no JSON", "/handoff", "{", 400, "");
    row("request: no object", "/handoff", "[]", 400, "");
    row("request: unknown field", "/handoff", R"({"status":"active"})", 422, "status");
    row("request: reason of 501", "/handoff", text("reason", 501), 422, "reason");
    row("request: reason is a number", "/handoff", R"({"reason":1})", 422, "reason");
    row("request: priority 101", "/handoff", R"({"priority":101})", 422, "priority");
    row("request: priority -1", "/handoff", R"({"priority":-1})", 422, "priority");
    row("request: priority 1.5", "/handoff", R"({"priority":1.5})", 422, "priority");
    row("request: metadata is a list", "/handoff", R"({"metadata":[]})", 422, "metadata");
    row("request: metadata too large", "/handoff", object(16 * 1024 + 1), 422, "metadata");
    row("start: unknown field", "/handoff/start", R"({"lease":1})", 422, "lease");
    row("start: operator_id is an object", "/handoff/start", R"({"operator_id":{}})", 422, "operator_id");
    row("start: operator_id is empty", "/handoff/start", R"({"operator_id":""})", 422, "operator_id");
    row("start: force is a text", "/handoff/start", R"({"force":"yes"})", 422, "force");
    row("start: metadata too large", "/handoff/start", object(16 * 1024 + 1), 422, "metadata");
    row("renew: no fencing", "/handoff/renew", "{}", 422, "fencing");
    row("renew: fencing is a text", "/handoff/renew", R"({"fencing":"1"})", 422, "fencing");
    row("renew: fencing -1", "/handoff/renew", R"({"fencing":-1})", 422, "fencing");
    row("renew: unknown field", "/handoff/renew", R"({"fencing":1,"more":1})", 422, "more");
    row("release: resolution of 2001", "/handoff/release", text("resolution", 2001), 422, "resolution");
    row("release: return_to_ai is a number", "/handoff/release", R"({"return_to_ai":0})", 422, "return_to_ai");
    row("release: metadata is a text", "/handoff/release", R"({"metadata":"a"})", 422, "metadata");
    row("release: unknown field", "/handoff/release", R"({"reason":"a"})", 422, "reason");
    row("cancel: unknown type", "/handoff/cancel", R"({"cancel_type":"because"})", 422, "cancel_type");
    row("cancel: reason of 501", "/handoff/cancel", text("reason", 501), 422, "reason");
    row("cancel: unknown field", "/handoff/cancel", R"({"note":"a"})", 422, "note");
    row("transfer: to nobody", "/handoff/transfer", "{}", 422, "operator_id");
    row("transfer: to both", "/handoff/transfer", R"({"operator_id":"8","queue":true})", 422, "operator_id");
    row("transfer: not to the queue", "/handoff/transfer", R"({"queue":false})", 422, "operator_id");
    row("transfer: queue is a text", "/handoff/transfer", R"({"queue":"yes"})", 422, "queue");
    row("transfer: unknown operator", "/handoff/transfer", R"({"operator_id":"nobody"})", 422, "operator_id");
    row("transfer: the holder", "/handoff/transfer", R"({"operator_id":"d"})", 422, "operator_id");
    row("transfer: note of 2001", "/handoff/transfer", R"({"queue":true,"note":")" + QByteArray(2001, 'a') + "\"}", 422,
        "note");
    row("transfer: other fencing", "/handoff/transfer", R"({"queue":true,"fencing":77})", 409, "");
    row("take-over: unknown field", "/handoff/take-over", R"({"force":true})", 422, "force");
    row("whisper: no text", "/whisper", "{}", 422, "text");
    row("whisper: empty text", "/whisper", R"({"text":""})", 422, "text");
    row("whisper: text of 2001", "/whisper", text("text", 2001), 422, "text");
    row("whisper: unknown field", "/whisper", R"({"text":"a","to":"7"})", 422, "to");
}

void TestHandoffRoutes::refusesBodies()
{
    QFETCH(const QByteArray, tail);
    QFETCH(const QByteArray, body);
    QFETCH(const int, status);
    QFETCH(const QByteArray, fieldName);
    QCOMPARE(start(director(), R"({"force":true})").status, 200);
    const HttpAnswer answer = post(api(m_id, tail), director(), body);
    QCOMPARE(answer.status, status);
    QCOMPARE(field(answer), fieldName);
    QCOMPARE(this->status(), QByteArray("operator"));
    QCOMPARE(post(api(m_id, "/handoff/release"), director()).status, 200);
}

void TestHandoffRoutes::takesJsonOnly()
{
    const Headers plain = Headers{{"Content-Type", "text/plain"}} + service();
    QCOMPARE(request(m_server.port(), "POST", api(m_id, "/handoff"), plain, "{}").status, 415);
    QCOMPARE(status(), QByteArray("ai"));
}

void TestHandoffRoutes::guestsMayNot_data()
{
    QTest::addColumn<QByteArray>("tail");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("fieldName");
    QTest::newRow("push forward") << QByteArray("/handoff") << QByteArray(R"({"priority":1})")
                                  << QByteArray("priority");
    QTest::newRow("write a summary") << QByteArray("/handoff") << QByteArray(R"({"metadata":{}})")
                                     << QByteArray("metadata");
    QTest::newRow("speak for the system")
        << QByteArray("/handoff/cancel") << QByteArray(R"({"cancel_type":"system"})") << QByteArray("cancel_type");
    QTest::newRow("speak for an operator")
        << QByteArray("/handoff/cancel") << QByteArray(R"({"cancel_type":"operator"})") << QByteArray("cancel_type");
}

void TestHandoffRoutes::guestsMayNot()
{
    QFETCH(const QByteArray, tail);
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, fieldName);
    const HttpAnswer answer = post(chat(m_id, tail), guest(m_id), body);
    QCOMPARE(answer.status, 422);
    QCOMPARE(field(answer), fieldName);
}

void TestHandoffRoutes::noSuchDialog_data()
{
    QTest::addColumn<QByteArray>("id");
    for (const char* id : {"999999", "0", "-1", "01", "abc", "99999999999999999999"})
        QTest::newRow(id) << QByteArray(id);
}

void TestHandoffRoutes::noSuchDialog()
{
    QFETCH(const QByteArray, id);
    for (const char* tail : {"/handoff", "/handoff/start", "/handoff/release", "/handoff/cancel", "/handoff/take-over"})
        QCOMPARE(post("/api/dialogs/" + id + tail, director()).status, 404);
    QCOMPARE(post("/api/dialogs/" + id + "/handoff/renew", director(), R"({"fencing":1})").status, 404);
    QCOMPARE(post("/api/dialogs/" + id + "/handoff/transfer", director(), R"({"queue":true})").status, 404);
    QCOMPARE(post("/api/dialogs/" + id + "/whisper", director(), R"({"text":"a"})").status, 404);
    QCOMPARE(post("/chat/session/" + id + "/handoff", service()).status, 404);
}

void TestHandoffRoutes::cancelled()
{
    const HttpAnswer nothing = post(api(m_id, "/handoff/cancel"), service());
    QCOMPARE(nothing.status, 409);
    QCOMPARE(code(nothing), QByteArray("conflict"));
    post(api(m_id, "/handoff"), service());
    const HttpAnswer cancelled =
        post(api(m_id, "/handoff/cancel"), service(), R"({"cancel_type":"timeout","reason":"Nobody came"})");
    QCOMPARE(cancelled.status, 200);
    QCOMPARE(text(json(cancelled.body), "handoff.cancel_type"), QByteArray("timeout"));
    QCOMPARE(status(), QByteArray("ai"));
}

void TestHandoffRoutes::transferred()
{
    QCOMPARE(start(staff(Role::Operator, "8")).status, 200);
    QCOMPARE(post(api(m_id, "/handoff/release"), staff(Role::Operator, "8")).status, 200);
    QCOMPARE(start(staff()).status, 200);
    const HttpAnswer moved =
        post(api(m_id, "/handoff/transfer"), staff(), R"({"operator_id":"8","note":"Speaks Finnish","fencing":2})");
    QCOMPARE(moved.status, 200);
    QCOMPARE(number(moved, "queue_position"), 1);
    QCOMPARE(text(json(moved.body), "handoff.reserved_for"), QByteArray("8"));
    const HttpAnswer refused = start(staff());
    QCOMPARE(code(refused), QByteArray("handoff_taken"));
    QCOMPARE(text(json(refused.body), "holder.id"), QByteArray("8"));
    QCOMPARE(number(start(staff(Role::Operator, "8")), "fencing"), 3);
    const HttpAnswer late = post(api(m_id, "/messages"), staff(), R"({"text":"late","fencing":2})");
    QCOMPARE(late.status, 409);
    const HttpAnswer back = post(api(m_id, "/handoff/transfer"), director(), R"({"queue":true})");
    QCOMPARE(back.status, 200);
    QVERIFY(json(back.body).value(QLatin1String("handoff")).toObject().value(QLatin1String("reserved_for")).isNull());
    leaveNobodyWaiting();
}

void TestHandoffRoutes::takenOver()
{
    QCOMPARE(start(staff()).status, 200);
    const HttpAnswer claim = post(api(m_id, "/handoff/take-over"), director(), R"({"metadata":{"a":1}})");
    QCOMPARE(claim.status, 200);
    QCOMPARE(number(claim, "fencing"), 2);
    QCOMPARE(text(json(claim.body), "dialog.operator_id"), QByteArray("d"));
    QCOMPARE(post(api(m_id, "/messages"), staff(), R"({"text":"late","fencing":1})").status, 409);
    QCOMPARE(post(api(m_id, "/messages"), director(), R"({"text":"mine now","fencing":2})").status, 201);
    QCOMPARE(number(post(api(m_id, "/handoff/take-over"), director()), "fencing"), 2);
    QCOMPARE(post(api(m_id, "/handoff/release"), director()).status, 200);
}

void TestHandoffRoutes::whisperReachesTheHolderAlone()
{
    QCOMPARE(code(post(api(m_id, "/whisper"), director(), R"({"text":"a"})")), QByteArray("conflict"));
    WsClient holder(m_server.port(), "/channel/ws?type=staff", staff());
    WsClient other(m_server.port(), "/channel/ws?type=staff", staff(Role::Operator, "8"));
    WsClient visitor(m_server.port(), "/channel/ws?session=" + QByteArray::number(m_id) +
                                          "&token=" + ServerProcess::sessionToken(QByteArray::number(m_id)));
    for (WsClient* client : {&holder, &other, &visitor})
        QVERIFY(client->waitForText("connection.established"));
    QCOMPARE(start(staff()).status, 200);
    const HttpAnswer answer = post(api(m_id, "/whisper"), director(), R"({"text":"offer ten percent"})");
    QCOMPARE(answer.status, 200);
    QCOMPARE(text(json(answer.body), "holder.id"), QByteArray("7"));
    QVERIFY(holder.waitForText("offer ten percent"));
    QCOMPARE(post(api(m_id, "/handoff/release"), staff(), R"({"resolution":"the end"})").status, 200);
    for (WsClient* client : {&other, &visitor}) {
        QVERIFY(client->waitForText("operator_left"));
        for (const QByteArray& message : client->texts())
            QVERIFY2(!message.contains("offer ten percent"), message.constData());
    }
}

void TestHandoffRoutes::queueListed()
{
    const qint64 urgent = openDialog(m_server.port(), R"({"guest_name":"Борис"})");
    post(api(m_id, "/handoff"), service());
    post(api(urgent, "/handoff"), service(), R"({"priority":9,"metadata":{"summary":"s"}})");
    const HttpAnswer queue = ask(m_server.port(), "GET", "/api/handoff/queue", staff());
    QCOMPARE(queue.status, 200);
    QCOMPARE(number(queue, "total"), 2);
    QCOMPARE(items(queue).size(), 2);
    const QJsonObject first = items(queue).at(0).toObject();
    const QJsonObject second = items(queue).at(1).toObject();
    QCOMPARE(first.value(QLatin1String("dialog_id")).toInteger(), urgent);
    QCOMPARE(first.value(QLatin1String("position")).toInteger(), 1);
    QCOMPARE(text(first, "metadata.summary"), QByteArray("s"));
    QCOMPARE(text(first, "dialog.guest.name"), QByteArray("Борис"));
    QCOMPARE(text(second, "dialog.last_message.text"), QByteArray("Hello"));
    QCOMPARE(second.value(QLatin1String("position")).toInteger(), 2);
    QVERIFY(second.contains(QLatin1String("estimated_wait")));
    QCOMPARE(items(ask(m_server.port(), "GET", "/api/handoff/queue?limit=1", service())).size(), 1);
    leaveNobodyWaiting();
    QCOMPARE(number(ask(m_server.port(), "GET", "/api/handoff/queue", staff()), "total"), 0);
}

void TestHandoffRoutes::queueLimits()
{
    for (const char* limit : {"0", "-1", "501", "x", "1.5"}) {
        const HttpAnswer answer = ask(m_server.port(), "GET", QByteArray("/api/handoff/queue?limit=") + limit, staff());
        QCOMPARE(answer.status, 422);
        QCOMPARE(field(answer), QByteArray("limit"));
    }
    QCOMPARE(ask(m_server.port(), "GET", "/api/handoff/queue?limit=500", staff()).status, 200);
    QCOMPARE(ask(m_server.port(), "GET", "/api/handoff/queue", {}).status, 401);
    QCOMPARE(ask(m_server.port(), "GET", "/api/handoff/queue", guest(m_id)).status, 401);
    QCOMPARE(ask(m_server.port(), "GET", "/api/handoff/queue", staff(Role::User, "u")).status, 403);
}

void TestHandoffRoutes::guestLearnsItsPlace()
{
    const qint64 first = openDialog(m_server.port());
    post(api(first, "/handoff"), service());
    WsClient visitor(m_server.port(), "/channel/ws?session=" + QByteArray::number(m_id) +
                                          "&token=" + ServerProcess::sessionToken(QByteArray::number(m_id)));
    QVERIFY(visitor.waitForText("connection.established"));
    QCOMPARE(number(post(chat(m_id, "/handoff"), guest(m_id)), "queue_position"), 2);
    QVERIFY(visitor.waitForText(R"("queue_position":2)"));
    QCOMPARE(post(api(first, "/handoff/start"), staff()).status, 200);
    QVERIFY(visitor.waitForText(R"("queue_position":1,"position_change":-1)"));
    post(api(first, "/handoff/release"), staff());
    leaveNobodyWaiting();
}

void TestHandoffRoutes::guestSeesNoSummary()
{
    WsClient visitor(m_server.port(), "/channel/ws?session=" + QByteArray::number(m_id) +
                                          "&token=" + ServerProcess::sessionToken(QByteArray::number(m_id)));
    QVERIFY(visitor.waitForText("connection.established"));
    post(api(m_id, "/handoff"), service(), R"({"metadata":{"summary":"between us"}})");
    QCOMPARE(start(staff()).status, 200);
    post(api(m_id, "/handoff/transfer"), staff(), R"({"queue":true,"note":"between us"})");
    QCOMPARE(start(staff()).status, 200);
    post(api(m_id, "/handoff/release"), staff(), R"({"resolution":"the end"})");
    QVERIFY(visitor.waitForText("the end"));
    for (const QByteArray& message : visitor.texts())
        QVERIFY2(!message.contains("between us"), message.constData());
}

void TestHandoffRoutes::leaseEnds()
{
    ServerProcess hasty;
    QVERIFY(hasty.start({{"SIGNALBOX_HANDOFF_LEASE_SECONDS", "1"}}));
    const qint64 id = openDialog(hasty.port());
    WsClient visitor(hasty.port(), "/channel/ws?session=" + QByteArray::number(id) +
                                       "&token=" + ServerProcess::sessionToken(QByteArray::number(id)));
    QVERIFY(visitor.waitForText("connection.established"));
    QCOMPARE(ask(hasty.port(), "POST", api(id, "/handoff/start"), staff()).status, 200);
    QVERIFY(visitor.waitForText("operator_left", static_cast<int>(seconds(30))));
    QVERIFY(visitor.waitForText("handoff.requested"));
    QCOMPARE(code(ask(hasty.port(), "POST", api(id, "/handoff/renew"), staff(), R"({"fencing":1})")),
             QByteArray("stale_fencing"));
    QVERIFY(ask(hasty.port(), "POST", api(id, "/messages"), staff(), R"({"text":"late","fencing":1})").status == 409);
    const HttpAnswer queue = ask(hasty.port(), "GET", "/api/handoff/queue", staff());
    QCOMPARE(number(queue, "total"), 1);
    QCOMPARE(items(queue).at(0).toObject().value(QLatin1String("returns")).toInteger(), 1);
    QCOMPARE(hasty.stop(), 0);
}

/// A 2xx answer outlives a kill, and so does the claim.
void TestHandoffRoutes::survivesKill()
{
    post(api(m_id, "/handoff"), service());
    QCOMPARE(number(start(staff()), "fencing"), 1);
    m_server.kill();
    QVERIFY(m_server.start({{"SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "0"}}));
    QCOMPARE(status(), QByteArray("operator"));
    QCOMPARE(post(api(m_id, "/handoff/renew"), staff(), R"({"fencing":1})").status, 200);
    QCOMPARE(code(start(staff(Role::Operator, "8"))), QByteArray("handoff_taken"));
    QCOMPARE(post(api(m_id, "/handoff/release"), staff()).status, 200);
}

QTEST_GUILESS_MAIN(TestHandoffRoutes)
#include "tst_handoffroutes.moc"
