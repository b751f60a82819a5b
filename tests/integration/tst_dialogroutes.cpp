// SPDX-License-Identifier: GPL-3.0-or-later
// The routes of dialogs (docs/api/dialogs.md): sessions, lists, their end, notes, tags, canned replies, the snapshot.
#include "deskclient.h"

using namespace signalbox;
using namespace signalbox::test;

class TestDialogRoutes : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void aWidgetBegins();
    void anAssistantGetsAGuestId();
    void refusesBeginnings_data();
    void refusesBeginnings();
    void aFreshToken();
    void whoMayDoWhat_data();
    void whoMayDoWhat();
    void aGuestSeesLess();
    void whatIsNotThere_data();
    void whatIsNotThere();
    void lists();
    void searches();
    void pagesHoldEachOnce();
    void refusesLists_data();
    void refusesLists();
    void closesAndReopens();
    void guestsClose();
    void refusesBodies_data();
    void refusesBodies();
    void notes();
    void tags();
    void cannedReplies();
    void refusesCannedReplies_data();
    void refusesCannedReplies();
    void aSnapshotAndWhatFollows();
    void survivesAKill();

private:
    HttpAnswer ask(const QByteArray& method, const QByteArray& target, const Headers& who, const QByteArray& body = {})
    {
        return test::ask(m_server.port(), method, target, who, body);
    }
    qint64 open(const QByteArray& body = "{}") { return openDialog(m_server.port(), body); }
    static QByteArray api(qint64 id, const QByteArray& rest = {})
    {
        return "/api/dialogs/" + QByteArray::number(id) + rest;
    }
    static QByteArray chat(qint64 id, const QByteArray& rest = {})
    {
        return "/chat/session/" + QByteArray::number(id) + rest;
    }

    ServerProcess m_server;
    qint64 m_id = 0;
};

void TestDialogRoutes::initTestCase()
{
    m_server.keepPorts();
    QVERIFY(m_server.start({{"SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "0"}}));
    m_id = open();
    QVERIFY(m_id > 0);
}

void TestDialogRoutes::cleanupTestCase()
{
    QCOMPARE(m_server.stop(), 0);
}

void TestDialogRoutes::aWidgetBegins()
{
    const HttpAnswer answer =
        ask("POST", "/chat/session", {}, R"({"guest_name":"Иван","metadata":{"page":"/cart"},"message":"Hello"})");
    QCOMPARE(answer.status, 201);
    QCOMPARE(answer.headers.value("cache-control"), QByteArray("no-store"));
    const qint64 id = number(answer, "session_id");
    QVERIFY(id > 0);
    QVERIFY(json(answer.body).value(QLatin1String("guest_id")).isNull());
    QVERIFY(text(json(answer.body), "created_at").endsWith('Z'));
    // The token opens the dialog, and nothing else.
    const Headers own{{"X-Session-Token", text(json(answer.body), "token")}};
    QCOMPARE(items(ask("GET", chat(id, "/messages"), own)).at(0).toObject().value(QLatin1String("text")).toString(),
             QStringLiteral("Hello"));
    QVERIFY(ask("GET", chat(m_id, "/messages"), own).status != 200);
    const QJsonObject staffView = json(ask("GET", api(id), service()).body);
    QCOMPARE(text(staffView, "guest.name"), QByteArray("Иван"));
    QCOMPARE(text(staffView, "metadata.page"), QByteArray("/cart"));
    QCOMPARE(text(staffView, "status"), QByteArray("ai"));
    QCOMPARE(ask("POST", "/chat/session", {}).status, 201); // nothing is required, not even a body
    for (const Headers& who : {service(), staff(), staff(Role::User, "u")})
        QCOMPARE(ask("POST", "/chat/session", who, "{}").status, 201);
    QCOMPARE(ask("POST", "/chat/session", bearer("nonsense"), "{}").status, 401);
}

void TestDialogRoutes::anAssistantGetsAGuestId()
{
    const HttpAnswer answer = ask("POST", "/chat/session", {}, R"({"assistant_id":12})");
    QCOMPARE(answer.status, 201);
    const qint64 id = number(answer, "session_id");
    const QByteArray guestId = text(json(answer.body), "guest_id");
    QCOMPARE(guestId, ServerProcess::guestId(QByteArray::number(id), "12"));
    QCOMPARE(ask("GET", chat(id, "?assistant_id=12&guest_id=" + guestId), {}).status, 200);
    QCOMPARE(ask("GET", chat(id, "?assistant_id=13&guest_id=" + guestId), {}).status, 401);
    QCOMPARE(ask("GET", chat(m_id, "?assistant_id=12&guest_id=" + guestId), {}).status, 401);
}

void TestDialogRoutes::refusesBeginnings_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("fieldName");
    const auto row = [](const char* name, const QByteArray& body, int status, const char* fieldName) {
        QTest::newRow(name) << body << status << QByteArray(fieldName);
    };
    row("no JSON", "{", 400, "");
    row("no object", "[]", 400, "");
    row("name of 201", R"({"guest_name":")" + QByteArray(201, 'a') + "\"}", 422, "guest_name");
    row("name of 200", R"({"guest_name":")" + QByteArray(200, 'a') + "\"}", 201, "");
    row("name is a number", R"({"guest_name":1})", 422, "guest_name");
    row("assistant is no id", R"({"assistant_id":"a\nb"})", 422, "assistant_id");
    row("assistant is empty", R"({"assistant_id":""})", 422, "assistant_id");
    row("metadata is a list", R"({"metadata":[]})", 422, "metadata");
    row("metadata of 8 KiB", R"({"metadata":{"a":")" + QByteArray(8192 - 8, 'a') + "\"}}", 201, "");
    row("metadata of more", R"({"metadata":{"a":")" + QByteArray(8192 - 7, 'a') + "\"}}", 422, "metadata");
    row("message of 10001", R"({"message":")" + QByteArray(10'001, 'a') + "\"}", 422, "message");
    row("unknown field", R"({"status":"closed"})", 422, "status");
}

void TestDialogRoutes::refusesBeginnings()
{
    QFETCH(const QByteArray, body);
    QFETCH(const int, status);
    QFETCH(const QByteArray, fieldName);
    const HttpAnswer answer = ask("POST", "/chat/session", {}, body);
    QCOMPARE(answer.status, status);
    QCOMPARE(field(answer), fieldName);
}

void TestDialogRoutes::aFreshToken()
{
    for (const Headers& who : {guest(m_id), staff(), service()}) {
        const HttpAnswer answer = ask("GET", chat(m_id, "/channel-token"), who);
        QCOMPARE(answer.status, 200);
        QCOMPARE(number(answer, "session_id"), m_id);
        const Headers fresh{{"X-Session-Token", text(json(answer.body), "token")}};
        QCOMPARE(ask("GET", chat(m_id), fresh).status, 200);
    }
    QCOMPARE(ask("GET", "/chat/session/999999/channel-token", guest(999999)).status, 404);
    QCOMPARE(ask("GET", chat(m_id, "/channel-token"), {}).status, 401);
}

void TestDialogRoutes::whoMayDoWhat_data()
{
    // Answers to: nobody, the guest, another guest, a user, an operator, a service.
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QList<int>>("expected");
    const auto row = [](const QByteArray& method, const QByteArray& path, const QByteArray& body,
                        const QList<int>& expected) {
        QTest::newRow(QByteArray(method + ' ' + path).constData()) << method << path << body << expected;
    };
    row("GET", "/chat/session/ID", {}, {401, 200, 401, 403, 200, 200});
    row("GET", "/chat/session/ID/channel-token", {}, {401, 200, 401, 403, 200, 200});
    row("GET", "/chat/session/ID/messages", {}, {401, 200, 401, 403, 200, 200});
    row("POST", "/chat/session/ID/messages", R"({"text":"a"})", {401, 201, 401, 403, 409, 201});
    row("POST", "/chat/session/ID/typing", R"({"state":"stop"})", {401, 204, 401, 403, 204, 204});
    row("POST", "/chat/session/ID/read", R"({"last_id":0})", {401, 200, 401, 403, 200, 403});
    row("GET", "/api/dialogs", {}, {401, 401, 401, 403, 200, 200});
    row("GET", "/api/dialogs/ID", {}, {401, 401, 401, 403, 200, 200});
    row("GET", "/api/dialogs/ID/messages", {}, {401, 401, 401, 403, 200, 200});
    row("POST", "/api/dialogs/ID/messages", R"({"text":"a"})", {401, 401, 401, 403, 409, 201});
    row("POST", "/api/dialogs/ID/typing", R"({"state":"stop"})", {401, 401, 401, 403, 204, 204});
    row("POST", "/api/dialogs/ID/read", R"({"last_id":0})", {401, 401, 401, 403, 200, 403});
    row("POST", "/api/dialogs/ID/reopen", {}, {401, 401, 401, 403, 409, 409});
    row("GET", "/api/dialogs/ID/notes", {}, {401, 401, 401, 403, 200, 200});
    row("POST", "/api/dialogs/ID/notes", R"({"text":"a"})", {401, 401, 401, 403, 201, 201});
    row("PUT", "/api/dialogs/ID/tags", R"({"tags":[]})", {401, 401, 401, 403, 200, 200});
    row("GET", "/api/canned-replies", {}, {401, 401, 401, 403, 200, 403});
    row("POST", "/api/canned-replies", R"({"shortcut":"a","text":"a"})", {401, 401, 401, 403, 201, 403});
    row("PATCH", "/api/canned-replies/999999", "{}", {401, 401, 401, 403, 404, 403});
    row("DELETE", "/api/canned-replies/999999", {}, {401, 401, 401, 403, 404, 403});
    row("GET", "/api/v1/desk/snapshot", {}, {401, 401, 401, 403, 200, 403});
}

void TestDialogRoutes::whoMayDoWhat()
{
    QFETCH(const QByteArray, method);
    QFETCH(const QByteArray, path);
    QFETCH(const QByteArray, body);
    QFETCH(const QList<int>, expected);
    const QByteArray target = QByteArray(path).replace("ID", QByteArray::number(m_id));
    QList<int> answers;
    for (const Headers& who :
         {Headers{}, guest(m_id), guest(m_id + 1), staff(Role::User, "u"), staff(Role::Operator), service()})
        answers.append(ask(method, target, who, body).status);
    QCOMPARE(answers, expected);
}

void TestDialogRoutes::aGuestSeesLess()
{
    const qint64 id = open();
    QCOMPARE(ask("PUT", api(id, "/tags"), staff(), R"({"tags":["angry"]})").status, 200);
    const HttpAnswer seen = ask("GET", chat(id), guest(id));
    QVERIFY(!seen.body.contains("angry"));
    QVERIFY(!seen.body.contains("metadata"));
    QVERIFY(!seen.body.contains("unread_count"));
    QVERIFY(ask("GET", chat(id), staff()).body.contains("angry"));
    QCOMPARE(ask("GET", chat(id, "/notes"), guest(id)).status, 404);
    QCOMPARE(ask("PUT", chat(id, "/tags"), guest(id), R"({"tags":[]})").status, 404);
}

void TestDialogRoutes::whatIsNotThere_data()
{
    QTest::addColumn<QByteArray>("id");
    for (const char* id : {"999999", "0", "-1", "01", "1x", "9223372036854775808", "%2e%2e"})
        QTest::newRow(id) << QByteArray(id);
}

void TestDialogRoutes::whatIsNotThere()
{
    QFETCH(const QByteArray, id);
    const QByteArray dialog = "/api/dialogs/" + id;
    QCOMPARE(ask("GET", dialog, service()).status, 404);
    QCOMPARE(ask("GET", dialog + "/messages", service()).status, 404);
    QCOMPARE(ask("POST", dialog + "/messages", service(), R"({"text":"a"})").status, 404);
    QCOMPARE(ask("PATCH", dialog + "/messages/1", service(), R"({"text":"a"})").status, 404);
    QCOMPARE(ask("POST", dialog + "/typing", service(), R"({"state":"start"})").status, 404);
    QCOMPARE(ask("POST", dialog + "/read", staff(), R"({"last_id":1})").status, 404);
    QCOMPARE(ask("POST", dialog + "/close", service()).status, 404);
    QCOMPARE(ask("POST", dialog + "/reopen", service()).status, 404);
    QCOMPARE(ask("GET", dialog + "/notes", service()).status, 404);
    QCOMPARE(ask("POST", dialog + "/notes", service(), R"({"text":"a"})").status, 404);
    QCOMPARE(ask("PUT", dialog + "/tags", service(), R"({"tags":[]})").status, 404);
}

void TestDialogRoutes::lists()
{
    const qint64 tagged = open();
    const qint64 closed = open();
    QCOMPARE(ask("PUT", api(tagged, "/tags"), staff(), R"({"tags":["list-test"]})").status, 200);
    QCOMPARE(ask("POST", api(closed, "/close"), staff()).status, 200);
    const auto ids = [this](const QByteArray& query) {
        QList<qint64> list;
        for (const QJsonValue& item : items(ask("GET", "/api/dialogs?" + query, staff())))
            list.append(item.toObject().value(QLatin1String("id")).toInteger());
        return list;
    };
    QVERIFY(ids({}).contains(tagged));
    QVERIFY(ids({}).contains(closed));
    QCOMPARE(ids("tag=list-test"), QList<qint64>{tagged});
    QCOMPARE(ids("tag=list-test&status=closed"), QList<qint64>());
    QVERIFY(ids("status=closed").contains(closed));
    QVERIFY(!ids("status=closed").contains(tagged));
    QVERIFY(ids("operator=me").isEmpty());
    QVERIFY(ids("operator=no-such-person").isEmpty());
    QCOMPARE(ids("limit=1").size(), 1);
}

void TestDialogRoutes::searches()
{
    const qint64 id = open(R"({"guest_name":"Xenophon","message":"Where is my zeppelin"})");
    const HttpAnswer found = ask("GET", "/api/dialogs?q=ZEPP", staff());
    QCOMPARE(found.status, 200);
    QCOMPARE(items(found).size(), 1);
    QCOMPARE(items(found).at(0).toObject().value(QLatin1String("id")).toInteger(), id);
    QCOMPARE(items(ask("GET", "/api/dialogs?q=xenophon", staff())).size(), 1);
    QCOMPARE(items(ask("GET", "/api/dialogs?q=zeppelin%20nowhere", staff())).size(), 0);
    // What could be query syntax is only text.
    for (const char* text : {"%22", "%22)%20OR%201", "a*", "-", "%25", "'%3B--", "NEAR(", "%00"})
        QCOMPARE(ask("GET", QByteArray("/api/dialogs?q=") + text, staff()).status, 200);
}

void TestDialogRoutes::pagesHoldEachOnce()
{
    QSet<qint64> made;
    for (int i = 0; i < 5; ++i) {
        const qint64 id = open();
        made.insert(id);
        QCOMPARE(ask("PUT", api(id, "/tags"), staff(), R"({"tags":["page-test"]})").status, 200);
    }
    QList<qint64> seen;
    QByteArray cursor;
    do {
        const HttpAnswer page = ask("GET", "/api/dialogs?tag=page-test&limit=2&cursor=" + cursor, staff());
        QCOMPARE(page.status, 200);
        for (const QJsonValue& item : items(page))
            seen.append(item.toObject().value(QLatin1String("id")).toInteger());
        cursor = text(json(page.body), "next_cursor");
    } while (!cursor.isEmpty() && seen.size() < 20);
    QCOMPARE(seen.size(), 5);
    QCOMPARE(QSet<qint64>(seen.begin(), seen.end()), made);
}

void TestDialogRoutes::refusesLists_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("fieldName");
    QTest::newRow("unknown status") << QByteArray("status=open") << 422 << QByteArray("status");
    QTest::newRow("limit 0") << QByteArray("limit=0") << 422 << QByteArray("limit");
    QTest::newRow("limit 101") << QByteArray("limit=101") << 422 << QByteArray("limit");
    QTest::newRow("limit x") << QByteArray("limit=x") << 422 << QByteArray("limit");
    QTest::newRow("cursor") << QByteArray("cursor=nonsense") << 400 << QByteArray("cursor");
    QTest::newRow("cursor of a list") << QByteArray("q=a&cursor=bDE6Mg") << 400 << QByteArray("cursor");
    QTest::newRow("long query") << QByteArray("q=" + QByteArray(201, 'a')) << 422 << QByteArray("q");
}

void TestDialogRoutes::refusesLists()
{
    QFETCH(const QByteArray, query);
    QFETCH(const int, status);
    QFETCH(const QByteArray, fieldName);
    const HttpAnswer answer = ask("GET", "/api/dialogs?" + query, staff());
    QCOMPARE(answer.status, status);
    QCOMPARE(field(answer), fieldName);
}

void TestDialogRoutes::closesAndReopens()
{
    const qint64 id = open();
    const HttpAnswer closed = ask("POST", api(id, "/close"), staff(), R"({"reason":"solved"})");
    QCOMPARE(closed.status, 200);
    QCOMPARE(text(json(closed.body), "status"), QByteArray("closed"));
    const HttpAnswer again = ask("POST", api(id, "/close"), staff());
    QCOMPARE(again.status, 409);
    QCOMPARE(code(again), QByteArray("dialog_closed"));
    QCOMPARE(code(ask("POST", api(id, "/messages"), service(), R"({"text":"a"})")), QByteArray("dialog_closed"));
    QCOMPARE(ask("POST", api(id, "/reopen"), service()).status, 200);
    QCOMPARE(ask("POST", api(id, "/reopen"), service()).status, 409);
}

void TestDialogRoutes::guestsClose()
{
    const qint64 id = open();
    const HttpAnswer closed = ask("POST", chat(id, "/close"), guest(id));
    QCOMPARE(closed.status, 200);
    QVERIFY(!closed.body.contains("tags"));
    QCOMPARE(ask("POST", chat(id, "/close"), guest(id)).status, 409);
    QCOMPARE(ask("POST", chat(id, "/reopen"), guest(id)).status, 404);
    QCOMPARE(ask("POST", chat(id, "/messages"), guest(id), R"({"text":"One more thing"})").status, 201);
    QCOMPARE(text(json(ask("GET", chat(id), guest(id)).body), "status"), QByteArray("ai"));
}

void TestDialogRoutes::refusesBodies_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("rest");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("fieldName");
    const auto row = [](const char* name, const char* method, const char* rest, const QByteArray& body,
                        const char* fieldName) {
        QTest::newRow(name) << QByteArray(method) << QByteArray(rest) << body << QByteArray(fieldName);
    };
    QByteArrayList many;
    for (int i = 0; i < 21; ++i)
        many.append('"' + QByteArray::number(i) + '"');
    row("close: long reason", "POST", "/close", R"({"reason":")" + QByteArray(501, 'a') + "\"}", "reason");
    row("close: unknown", "POST", "/close", R"({"x":1})", "x");
    row("reopen: unknown", "POST", "/reopen", R"({"x":1})", "x");
    row("note: no text", "POST", "/notes", "{}", "text");
    row("note: empty text", "POST", "/notes", R"({"text":""})", "text");
    row("note: long id", "POST", "/notes", R"({"text":"a","client_note_id":")" + QByteArray(129, 'x') + "\"}",
        "client_note_id");
    row("note: long text", "POST", "/notes", R"({"text":")" + QByteArray(10'001, 'a') + "\"}", "text");
    row("note: unknown", "POST", "/notes", R"({"text":"a","author":"b"})", "author");
    row("tags: none", "PUT", "/tags", "{}", "tags");
    row("tags: a text", "PUT", "/tags", R"({"tags":"a"})", "tags");
    row("tags: numbers", "PUT", "/tags", R"({"tags":[1]})", "tags");
    row("tags: empty", "PUT", "/tags", R"({"tags":[" "]})", "tags");
    row("tags: NUL", "PUT", "/tags", R"({"tags":["a\u0000b"]})", "tags");
    row("tags: long", "PUT", "/tags", R"({"tags":[")" + QByteArray(65, 'a') + "\"]}", "tags");
    row("tags: 21", "PUT", "/tags", "{\"tags\":[" + many.join(',') + "]}", "tags");
}

void TestDialogRoutes::refusesBodies()
{
    QFETCH(const QByteArray, method);
    QFETCH(const QByteArray, rest);
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, fieldName);
    const HttpAnswer answer = ask(method, api(m_id, rest), staff(), body);
    QCOMPARE(answer.status, 422);
    QCOMPARE(code(answer), QByteArray("invalid_field"));
    QCOMPARE(field(answer), fieldName);
}

void TestDialogRoutes::notes()
{
    const qint64 id = open();
    for (const char* text : {"one", "two", "three"})
        QCOMPARE(ask("POST", api(id, "/notes"), staff(), QByteArray("{\"text\":\"") + text + "\"}").status, 201);
    const HttpAnswer newest = ask("GET", api(id, "/notes?limit=2"), service());
    QCOMPARE(items(newest).size(), 2);
    QCOMPARE(text(items(newest).at(1).toObject(), "text"), QByteArray("three"));
    QCOMPARE(text(items(newest).at(1).toObject(), "author.id"), QByteArray("7"));
    QVERIFY(json(newest.body).value(QLatin1String("has_more")).toBool());
    const qint64 first = items(newest).at(0).toObject().value(QLatin1String("id")).toInteger();
    const HttpAnswer older = ask("GET", api(id, "/notes?before=" + QByteArray::number(first)), service());
    QCOMPARE(items(older).size(), 1);
    QVERIFY(!json(older.body).value(QLatin1String("has_more")).toBool());
    QCOMPARE(ask("GET", api(id, "/notes?limit=101"), service()).status, 422);

    const QByteArray once = R"({"text":"four","client_note_id":"n-1"})";
    const HttpAnswer created = ask("POST", api(id, "/notes"), staff(), once);
    QCOMPARE(created.status, 201);
    QCOMPARE(text(json(created.body), "client_note_id"), QByteArray("n-1"));
    const HttpAnswer again = ask("POST", api(id, "/notes"), staff(), once);
    QCOMPARE(again.status, 200);
    QCOMPARE(again.body, created.body);
    QCOMPARE(items(ask("GET", api(id, "/notes"), service())).size(), 4);
}

void TestDialogRoutes::tags()
{
    const qint64 id = open();
    const HttpAnswer tagged = ask("PUT", api(id, "/tags"), staff(), R"({"tags":["vip","счёт","vip"]})");
    QCOMPARE(tagged.status, 200);
    QCOMPARE(json(tagged.body).value(QLatin1String("tags")).toArray().size(), 2);
    QCOMPARE(
        items(ask("GET", QByteArray("/api/dialogs?tag=") + QByteArray("счёт").toPercentEncoding(), staff())).size(), 1);
}

void TestDialogRoutes::cannedReplies()
{
    const QByteArray path = "/api/canned-replies";
    const HttpAnswer own = ask("POST", path, staff(Role::Operator, "21"), R"({"shortcut":"hi","text":"Good day"})");
    QCOMPARE(own.status, 201);
    const QByteArray one = path + '/' + QByteArray::number(number(own, "id"));
    QCOMPARE(ask("PATCH", one, staff(Role::Operator, "22"), R"({"text":"Mine"})").status, 404);
    QCOMPARE(ask("PATCH", one, staff(Role::Operator, "21"), R"({"shared":true})").status, 403);
    const HttpAnswer changed = ask("PATCH", one, staff(Role::Operator, "21"), R"({"title":"Greeting"})");
    QCOMPARE(changed.status, 200);
    QCOMPARE(text(json(changed.body), "title"), QByteArray("Greeting"));
    QCOMPARE(text(json(changed.body), "text"), QByteArray("Good day"));
    QCOMPARE(ask("POST", path, staff(), R"({"shortcut":"a","text":"b","shared":true})").status, 403);
    const HttpAnswer shared =
        ask("POST", path, staff(Role::Director, "1"), R"({"shortcut":"bye","text":"Bye","shared":true})");
    QCOMPARE(shared.status, 201);
    QVERIFY(json(shared.body).value(QLatin1String("owner_id")).isNull());
    QCOMPARE(items(ask("GET", path, staff(Role::Operator, "21"))).size(), 2);
    QCOMPARE(items(ask("GET", path, staff(Role::Operator, "22"))).size(), 1);
    QCOMPARE(ask("DELETE", one, staff(Role::Operator, "22")).status, 404);
    QCOMPARE(ask("DELETE", one, staff(Role::Operator, "21")).status, 204);
    QCOMPARE(ask("DELETE", one, staff(Role::Operator, "21")).status, 404);
}

void TestDialogRoutes::refusesCannedReplies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("fieldName");
    QTest::newRow("nothing") << QByteArray("{}") << QByteArray("shortcut");
    QTest::newRow("no text") << QByteArray(R"({"shortcut":"a"})") << QByteArray("text");
    QTest::newRow("long shortcut") << QByteArray(R"({"text":"b","shortcut":")" + QByteArray(65, 'a') + "\"}")
                                   << QByteArray("shortcut");
    QTest::newRow("long title") << QByteArray(R"({"shortcut":"a","text":"b","title":")" + QByteArray(201, 'a') + "\"}")
                                << QByteArray("title");
    QTest::newRow("long text") << QByteArray(R"({"shortcut":"a","text":")" + QByteArray(10'001, 'a') + "\"}")
                               << QByteArray("text");
    QTest::newRow("shared is a word") << QByteArray(R"({"shortcut":"a","text":"b","shared":"yes"})")
                                      << QByteArray("shared");
    QTest::newRow("owner") << QByteArray(R"({"shortcut":"a","text":"b","owner_id":"9"})") << QByteArray("owner_id");
}

void TestDialogRoutes::refusesCannedReplies()
{
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, fieldName);
    const HttpAnswer answer = ask("POST", "/api/canned-replies", staff(Role::Admin, "1"), body);
    QCOMPARE(answer.status, 422);
    QCOMPARE(field(answer), fieldName);
}

void TestDialogRoutes::aSnapshotAndWhatFollows()
{
    const qint64 id = open(R"({"message":"before"})");
    const HttpAnswer answer = ask("GET", "/api/v1/desk/snapshot", staff());
    QCOMPARE(answer.status, 200);
    const QJsonObject snapshot = json(answer.body);
    QCOMPARE(snapshot.value(QLatin1String("dialogs")).toArray().at(0).toObject().value(QLatin1String("id")).toInteger(),
             id);
    QCOMPARE(text(snapshot, "me.id"), QByteArray("7"));
    for (const char* list : {"queue", "operators", "canned_replies"})
        QVERIFY2(snapshot.value(QLatin1String(list)).isArray(), list);
    // From its position on a console misses nothing and gets nothing twice.
    QCOMPARE(ask("POST", api(id, "/messages"), service(), R"({"text":"after"})").status, 201);
    SseClient stream(m_server.port(), "/channel/sse?type=staff&last_event_id=" + text(snapshot, "position"), staff());
    const auto events = stream.waitForEvents([](const QList<SseEvent>& list) {
        return std::any_of(list.begin(), list.end(),
                           [](const SseEvent& event) { return event.data.contains("after"); });
    });
    for (const SseEvent& event : events)
        QVERIFY2(!event.data.contains("before") && event.type != "reset", event.data.constData());
    QVERIFY(stream.body().contains("after"));
}

void TestDialogRoutes::survivesAKill()
{
    const qint64 id = open(R"({"message":"keep me"})");
    m_server.kill();
    QVERIFY(m_server.start({{"SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "0"}}));
    const HttpAnswer answer = ask("GET", chat(id, "/messages"), guest(id));
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.body.contains("keep me"));
    QCOMPARE(number(ask("POST", chat(id, "/messages"), guest(id), R"({"text":"and go on"})"), "sequence"), 3);
    QVERIFY(open() > id);
}

QTEST_GUILESS_MAIN(TestDialogRoutes)
#include "tst_dialogroutes.moc"
