// SPDX-License-Identifier: GPL-3.0-or-later
// The routes of messages (docs/api/dialogs.md): what is said, changed, read and typed, and who hears of it.
#include "deskclient.h"

using namespace signalbox;
using namespace signalbox::test;

namespace {

/// What a follower of a dialog has been told, by name.
QByteArrayList namesIn(const QByteArrayList& messages)
{
    QByteArrayList names;
    for (const QByteArray& message : messages)
        names.append(text(json(message), "event"));
    return names;
}

} // namespace

class TestMessageRoutes : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init() { m_id = openDialog(m_server.port()); }
    void cleanupTestCase();
    void aGuestAndTheAi();
    void theHolderSpeaks();
    void theAnswerIsTheEvent();
    void onceIsEnough();
    void attachments();
    void refusesPosts_data();
    void refusesPosts();
    void onlyServicesChooseTheSender();
    void pages();
    void refusesPages_data();
    void refusesPages();
    void edits();
    void refusesEdits_data();
    void refusesEdits();
    void reads();
    void refusesReads_data();
    void refusesReads();
    void typingIsToldOnce();
    void typingEndsByItself();
    void refusesTyping_data();
    void refusesTyping();
    void wrongContentType();
    void tooLarge();

private:
    HttpAnswer ask(const QByteArray& method, const QByteArray& rest, const Headers& who, const QByteArray& body = {})
    {
        return test::ask(m_server.port(), method, "/api/dialogs/" + QByteArray::number(m_id) + rest, who, body);
    }
    HttpAnswer asGuest(const QByteArray& method, const QByteArray& rest, const QByteArray& body = {})
    {
        return test::ask(m_server.port(), method, "/chat/session/" + QByteArray::number(m_id) + rest, guest(m_id),
                         body);
    }
    HttpAnswer say(const QByteArray& text) { return asGuest("POST", "/messages", "{\"text\":\"" + text + "\"}"); }

    ServerProcess m_server;
    qint64 m_id = 0;
};

void TestMessageRoutes::initTestCase()
{
    QVERIFY(m_server.start({{"SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "0"}, {"SIGNALBOX_DESK_TYPING_SECONDS", "1"}}));
}

void TestMessageRoutes::cleanupTestCase()
{
    QCOMPARE(m_server.stop(), 0);
}

void TestMessageRoutes::aGuestAndTheAi()
{
    const HttpAnswer asked = say("Hello");
    QCOMPARE(asked.status, 201);
    QCOMPARE(text(json(asked.body), "sender"), QByteArray("client"));
    QCOMPARE(number(asked, "sequence"), 2);
    const HttpAnswer answered = ask("POST", "/messages", service(), R"({"text":"Hi","sender_name":"Bot"})");
    QCOMPARE(answered.status, 201);
    QCOMPARE(text(json(answered.body), "sender"), QByteArray("ai"));
    QCOMPARE(text(json(answered.body), "sender_name"), QByteArray("Bot"));
    QCOMPARE(number(answered, "sequence"), 3);
    const HttpAnswer operators = ask("POST", "/messages", staff(), R"({"text":"And me"})");
    QCOMPARE(operators.status, 409);
    QCOMPARE(code(operators), QByteArray("not_holder"));
    QVERIFY(json(operators.body).value(QLatin1String("holder")).isNull());
    QVERIFY(json(operators.body).contains(QLatin1String("holder")));
    QCOMPARE(number(ask("GET", "", service()), "unread_count"), 1);
}

void TestMessageRoutes::theHolderSpeaks()
{
    QCOMPARE(asGuest("POST", "/handoff").status / 100, 2);
    QCOMPARE(say("Anybody?").status, 201);
    const HttpAnswer taken = ask("POST", "/handoff/start", staff(Role::Operator, "7"), "{}");
    QCOMPARE(taken.status, 200);
    const QByteArray fencing = QByteArray::number(number(taken, "fencing"));
    const QByteArray fenced = R"({"text":"Good day","fencing":)" + fencing + '}';
    const HttpAnswer said = ask("POST", "/messages", staff(Role::Operator, "7"), fenced);
    QCOMPARE(said.status, 201);
    QCOMPARE(text(json(said.body), "sender"), QByteArray("operator"));
    const QJsonObject dialog = json(ask("GET", "", staff()).body);
    QVERIFY(!text(dialog, "handoff.answered_at").isEmpty());
    QVERIFY(dialog.value(QLatin1String("waiting_since")).isNull());
    for (const Headers& other : {service(), staff(Role::Operator, "8"), staff(Role::Admin, "1")}) {
        const HttpAnswer refused = ask("POST", "/messages", other, R"({"text":"Me too"})");
        QCOMPARE(refused.status, 409);
        QCOMPARE(code(refused), QByteArray("not_holder"));
        QCOMPARE(text(json(refused.body), "holder.id"), QByteArray("7"));
    }
    QCOMPARE(ask("POST", "/handoff/release", staff(Role::Operator, "7"), "{}").status, 200);
    QCOMPARE(code(ask("POST", "/messages", staff(Role::Operator, "7"), fenced)), QByteArray("not_holder"));
    QCOMPARE(ask("POST", "/messages", service(), R"({"text":"I am back"})").status, 201);
    QCOMPARE(ask("POST", "/handoff/start", staff(Role::Operator, "8"), "{}").status, 200);
    QCOMPARE(code(ask("POST", "/messages", staff(Role::Operator, "7"), fenced)), QByteArray("stale_fencing"));
    QCOMPARE(ask("POST", "/close", staff()).status, 200);
    QCOMPARE(text(json(ask("GET", "", staff()).body), "last_operator"), QByteArray("8"));
}

void TestMessageRoutes::theAnswerIsTheEvent()
{
    WsClient follower(m_server.port(), "/ws/dialogs/" + QByteArray::number(m_id), service());
    QVERIFY(follower.waitForCount(1));
    const HttpAnswer posted = say("Привет \\u0000 \\\"x\\\"");
    QVERIFY(follower.waitForCount(2));
    const QJsonObject event = json(follower.texts().at(1));
    QCOMPARE(text(event, "event"), QByteArray("dialog.message.created@v1"));
    const QJsonObject data = event.value(QLatin1String("data")).toObject();
    QCOMPARE(data.value(QLatin1String("sequence")).toInteger(), number(posted, "sequence"));
    QCOMPARE(data.value(QLatin1String("message")).toObject().value(QLatin1String("id")).toInteger(),
             number(posted, "id"));
    QCOMPARE(text(data, "message.text"), text(json(posted.body), "text"));
}

void TestMessageRoutes::onceIsEnough()
{
    const QByteArray body = R"({"text":"Hello","client_message_id":"c-1"})";
    const HttpAnswer first = asGuest("POST", "/messages", body);
    QCOMPARE(first.status, 201);
    const HttpAnswer again = asGuest("POST", "/messages", body);
    QCOMPARE(again.status, 200);
    QCOMPARE(again.body, first.body);
    QCOMPARE(items(asGuest("GET", "/messages")).size(), 1);
    QCOMPARE(number(say("Next"), "sequence"), 3);
}

void TestMessageRoutes::attachments()
{
    const HttpAnswer posted =
        asGuest("POST", "/messages",
                R"({"attachments":[{"url":"https://example.org/a.png","name":"a.png","size":5,"type":"image/png"}]})");
    QCOMPARE(posted.status, 201);
    const QJsonArray attachments = json(posted.body).value(QLatin1String("attachments")).toArray();
    QCOMPARE(attachments.size(), 1);
    QCOMPARE(text(attachments.at(0).toObject(), "name"), QByteArray("a.png"));
    QVERIFY(asGuest("GET", "/messages").body.contains("a.png"));
}

void TestMessageRoutes::refusesPosts_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("fieldName");
    const auto row = [](const char* name, const QByteArray& body, int status, const char* fieldName) {
        QTest::newRow(name) << body << status << QByteArray(fieldName);
    };
    row("nothing", "{}", 422, "text");
    row("null", R"({"text":null})", 422, "text");
    row("empty", R"({"text":""})", 422, "text");
    row("a number", R"({"text":1})", 422, "text");
    row("10000", R"({"text":")" + QByteArray(10'000, 'a') + "\"}", 201, "");
    row("10001", R"({"text":")" + QByteArray(10'001, 'a') + "\"}", 422, "text");
    row("client id of 128", R"({"text":"a","client_message_id":")" + QByteArray(128, 'a') + "\"}", 201, "");
    row("client id of 129", R"({"text":"a","client_message_id":")" + QByteArray(129, 'a') + "\"}", 422,
        "client_message_id");
    row("no attachments", R"({"attachments":[]})", 422, "text");
    row("bad attachment", R"({"text":"a","attachments":[{"url":"javascript:1","name":"a"}]})", 422, "attachments");
    row("fencing", R"({"text":"a","fencing":1})", 422, "fencing");
    row("sender", R"({"text":"a","sender":"operator"})", 422, "sender");
    row("unknown", R"({"text":"a","x":1})", 422, "x");
    row("twice", R"({"text":"a","text":"b"})", 400, "");
    row("no JSON", "text", 400, "");
    row("invalid UTF-8", "{\"text\":\"\xff\"}", 400, "");
}

void TestMessageRoutes::refusesPosts()
{
    QFETCH(const QByteArray, body);
    QFETCH(const int, status);
    QFETCH(const QByteArray, fieldName);
    const HttpAnswer answer = asGuest("POST", "/messages", body);
    QCOMPARE(answer.status, status);
    QCOMPARE(field(answer), fieldName);
    QCOMPARE(items(asGuest("GET", "/messages")).size(), status == 201 ? 1 : 0);
}

void TestMessageRoutes::onlyServicesChooseTheSender()
{
    QCOMPARE(text(json(ask("POST", "/messages", service(),
                           R"({"text":"Anna joined","sender":"system","system_type":"operator_joined"})")
                           .body),
                  "system_type"),
             QByteArray("operator_joined"));
    QCOMPARE(
        text(json(ask("POST", "/messages", service(), R"({"text":"a","sender":"client","sender_name":"Ivan"})").body),
             "sender"),
        QByteArray("client"));
    QCOMPARE(field(ask("POST", "/messages", service(), R"({"text":"a","sender":"operator"})")), QByteArray("sender"));
    QCOMPARE(field(ask("POST", "/messages", service(), R"({"text":"a","system_type":"x"})")),
             QByteArray("system_type"));
    QCOMPARE(field(ask("POST", "/messages", service(), R"({"text":"a","fencing":1})")), QByteArray("fencing"));
    QCOMPARE(field(ask("POST", "/messages", staff(), R"({"text":"a","sender":"ai"})")), QByteArray("sender"));
}

void TestMessageRoutes::pages()
{
    QList<qint64> ids;
    for (int i = 0; i < 5; ++i)
        ids.append(number(say(QByteArray::number(i)), "id"));
    const auto page = [this](const QByteArray& query) -> QByteArray {
        const HttpAnswer answer = asGuest("GET", "/messages?" + query);
        QByteArray texts;
        for (const QJsonValue& item : items(answer))
            texts += text(item.toObject(), "text");
        return texts + (json(answer.body).value(QLatin1String("has_more")).toBool() ? "+" : "");
    };
    const auto id = [&ids](int index) { return QByteArray::number(ids[index]); };
    QCOMPARE(page(""), QByteArray("01234"));
    QCOMPARE(page("limit=2"), QByteArray("34+"));
    QCOMPARE(page("limit=2&before=" + id(3)), QByteArray("12+"));
    QCOMPARE(page("before=" + id(0)), QByteArray(""));
    QCOMPARE(page("after=" + id(2)), QByteArray("34"));
    QCOMPARE(page("after=0&limit=2"), QByteArray("01+"));
    QCOMPARE(page("after=" + id(4)), QByteArray(""));
}

void TestMessageRoutes::refusesPages_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("fieldName");
    QTest::newRow("limit 0") << QByteArray("limit=0") << QByteArray("limit");
    QTest::newRow("limit 201") << QByteArray("limit=201") << QByteArray("limit");
    QTest::newRow("before x") << QByteArray("before=x") << QByteArray("before");
    QTest::newRow("before -1") << QByteArray("before=-1") << QByteArray("before");
    QTest::newRow("after overflow") << QByteArray("after=9223372036854775808") << QByteArray("after");
    QTest::newRow("both") << QByteArray("before=1&after=1") << QByteArray("after");
}

void TestMessageRoutes::refusesPages()
{
    QFETCH(const QByteArray, query);
    QFETCH(const QByteArray, fieldName);
    const HttpAnswer answer = asGuest("GET", "/messages?" + query);
    QCOMPARE(answer.status, 422);
    QCOMPARE(field(answer), fieldName);
}

void TestMessageRoutes::edits()
{
    const QByteArray mine = "/messages/" + QByteArray::number(number(say("Helo"), "id"));
    const HttpAnswer edited = asGuest("PATCH", mine, R"({"text":"Hello"})");
    QCOMPARE(edited.status, 200);
    QCOMPARE(text(json(edited.body), "text"), QByteArray("Hello"));
    QVERIFY(!text(json(edited.body), "edited_at").isEmpty());
    QCOMPARE(ask("PATCH", mine, staff(), R"({"text":"Hers"})").status, 403);
    QCOMPARE(ask("PATCH", mine, service(), R"({"text":"Its"})").status, 403);
    const HttpAnswer bots = ask("POST", "/messages", service(), R"({"text":"Hi"})");
    const QByteArray its = "/messages/" + QByteArray::number(number(bots, "id"));
    QCOMPARE(asGuest("PATCH", its, R"({"text":"Mine"})").status, 403);
    QCOMPARE(ask("PATCH", its, service(), R"({"text":"Hi!"})").status, 200);
    QCOMPARE(asGuest("POST", "/close").status, 200);
    QCOMPARE(code(asGuest("PATCH", mine, R"({"text":"Late"})")), QByteArray("dialog_closed"));
}

void TestMessageRoutes::refusesEdits_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::newRow("none") << QByteArray("999999") << QByteArray(R"({"text":"a"})") << 404;
    QTest::newRow("no number") << QByteArray("x") << QByteArray(R"({"text":"a"})") << 404;
    QTest::newRow("no text") << QByteArray("1") << QByteArray("{}") << 422;
    QTest::newRow("long text") << QByteArray("1") << QByteArray(R"({"text":")" + QByteArray(10'001, 'a') + "\"}")
                               << 422;
    QTest::newRow("unknown") << QByteArray("1") << QByteArray(R"({"text":"a","sender":"ai"})") << 422;
}

void TestMessageRoutes::refusesEdits()
{
    QFETCH(const QByteArray, message);
    QFETCH(const QByteArray, body);
    QFETCH(const int, status);
    QCOMPARE(asGuest("PATCH", "/messages/" + message, body).status, status);
}

void TestMessageRoutes::reads()
{
    const qint64 first = number(say("One"), "id");
    const qint64 second = number(say("Two"), "id");
    const auto mark = [](qint64 id) -> QByteArray { return "{\"last_id\":" + QByteArray::number(id) + '}'; };
    QCOMPARE(number(ask("POST", "/read", staff(), mark(first)), "last_id"), first);
    QCOMPARE(number(ask("GET", "", staff()), "unread_count"), 1);
    QCOMPARE(number(ask("POST", "/read", staff(), mark(second + 1000)), "last_id"), second);
    QCOMPARE(number(ask("POST", "/read", staff(), mark(first)), "last_id"), second);
    QCOMPARE(number(ask("GET", "", staff()), "unread_count"), 0);
    QCOMPARE(number(asGuest("POST", "/read", mark(first)), "last_id"), first);
    QCOMPARE(number(asGuest("GET", ""), "guest_read"), first);
    QCOMPARE(number(asGuest("GET", ""), "staff_read"), second);
}

void TestMessageRoutes::refusesReads_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("fieldName");
    QTest::newRow("nothing") << QByteArray("{}") << QByteArray("last_id");
    QTest::newRow("negative") << QByteArray(R"({"last_id":-1})") << QByteArray("last_id");
    QTest::newRow("half") << QByteArray(R"({"last_id":0.5})") << QByteArray("last_id");
    QTest::newRow("a text") << QByteArray(R"({"last_id":"1"})") << QByteArray("last_id");
    QTest::newRow("unknown") << QByteArray(R"({"last_id":1,"reader":"staff"})") << QByteArray("reader");
}

void TestMessageRoutes::refusesReads()
{
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, fieldName);
    const HttpAnswer answer = asGuest("POST", "/read", body);
    QCOMPARE(answer.status, 422);
    QCOMPARE(field(answer), fieldName);
}

void TestMessageRoutes::typingIsToldOnce()
{
    WsClient follower(m_server.port(), "/ws/dialogs/" + QByteArray::number(m_id), service());
    QVERIFY(follower.waitForCount(1));
    QCOMPARE(asGuest("POST", "/typing", R"({"state":"start"})").status, 204);
    QCOMPARE(asGuest("POST", "/typing", R"({"state":"start"})").status, 204);
    QCOMPARE(asGuest("POST", "/typing", R"({"state":"stop"})").status, 204);
    QCOMPARE(asGuest("POST", "/typing", R"({"state":"stop"})").status, 204);
    QCOMPARE(say("Done").status, 201);
    QVERIFY(follower.waitForCount(4));
    QCOMPARE(namesIn(follower.texts().mid(1)),
             (QByteArrayList{"typing.start@v1", "typing.stop@v1", "dialog.message.created@v1"}));
}

void TestMessageRoutes::typingEndsByItself()
{
    WsClient follower(m_server.port(), "/ws/dialogs/" + QByteArray::number(m_id), service());
    QVERIFY(follower.waitForCount(1));
    QCOMPARE(ask("POST", "/typing", service(), R"({"state":"start"})").status, 204);
    QVERIFY(follower.waitForCount(3));
    QCOMPARE(namesIn(follower.texts().mid(1)), (QByteArrayList{"typing.start@v1", "typing.stop@v1"}));
    QCOMPARE(text(json(follower.texts().at(2)), "data.actor.type"), QByteArray("ai"));
}

void TestMessageRoutes::refusesTyping_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("fieldName");
    QTest::newRow("nothing") << QByteArray("{}") << QByteArray("state");
    QTest::newRow("another word") << QByteArray(R"({"state":"begin"})") << QByteArray("state");
    QTest::newRow("a flag") << QByteArray(R"({"state":true})") << QByteArray("state");
    QTest::newRow("unknown") << QByteArray(R"({"state":"start","name":"x"})") << QByteArray("name");
}

void TestMessageRoutes::refusesTyping()
{
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, fieldName);
    const HttpAnswer answer = asGuest("POST", "/typing", body);
    QCOMPARE(answer.status, 422);
    QCOMPARE(field(answer), fieldName);
    QCOMPARE(ask("POST", "/typing", staff(), R"({"state":"start"})").status, 409); // it does not hold the dialog
}

void TestMessageRoutes::wrongContentType()
{
    Headers headers = service();
    headers.emplaceBack("Content-Type", "text/plain");
    QCOMPARE(request(m_server.port(), "POST", "/api/dialogs/" + QByteArray::number(m_id) + "/messages", headers,
                     R"({"text":"a"})")
                 .status,
             415);
}

void TestMessageRoutes::tooLarge()
{
    const HttpAnswer answer = asGuest("POST", "/messages", R"({"text":")" + QByteArray(2 << 20, 'a') + "\"}");
    QVERIFY2(answer.status == 413 || answer.status == 0, QByteArray::number(answer.status).constData());
    QCOMPARE(say("Still here").status, 201);
}

QTEST_GUILESS_MAIN(TestMessageRoutes)
#include "tst_messageroutes.moc"
