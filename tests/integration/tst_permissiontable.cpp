// SPDX-License-Identifier: GPL-3.0-or-later
// Who may listen and publish where, at every door (spec section 5).

#include "support/serverprocess.h"
#include "support/wsclient.h"

#include <QTest>

#include <array>
#include <map>
#include <memory>

using namespace signalbox;
using namespace signalbox::test;

namespace {

/// One who knocks. Guests come with a session token, the others with a bearer token.
struct Actor
{
    const char* name;
    bool isGuest;
    QByteArray subject;
    QByteArray dialog; ///< guests: theirs
    QByteArray token;

    QByteArray own(const char* kind) const { return kind + QByteArray(":") + subject; }
};

QByteArray utf8(const char* s)
{
    return QByteArray(s);
}

std::vector<Actor> makeActors()
{
    const auto jwt = [](const char* name, Role role, const char* sub, const QList<QByteArray>& cities = {},
                        const QList<QByteArray>& channels = {}) {
        return Actor{name, false, sub, {}, ServerProcess::jwt(role, sub, cities, channels)};
    };
    return {
        {"guest of 17", true, "guest:17", "17", ServerProcess::sessionToken("17")},
        {"guest of 18", true, "guest:18", "18", ServerProcess::sessionToken("18")},
        jwt("user", Role::User, "ulla"),
        jwt("operator", Role::Operator, "anna"),
        jwt("operator of a city", Role::Operator, "olga", {utf8("Саратов")}),
        jwt("director", Role::Director, "dora"),
        jwt("admin", Role::Admin, "ada"),
        jwt("service", Role::Service, "shop"),
        {"webhook token", false, "webhook", {}, ServerProcess::webhookToken()},
        jwt("operator of one stream", Role::Operator, "nina", {}, {"stream:deals", "custom:room"}),
        jwt("operator who claims too much", Role::Operator, "gina", {},
            {"directors", "operator:boris", "user:boris", utf8("city:Казань"), "system"}),
        jwt("user with claims", Role::User, "uta", {},
            {"dialog:17", "stream:tasks", "staff", utf8("city:Казань"), "order:9", "system", "custom:room",
             "directors"}),
        jwt("service of one stream", Role::Service, "till", {}, {"stream:payments"}),
    };
}

/// The table: `+` may join, `F` forbidden, `U` no such channel; a column per actor, in their order.
struct Rule
{
    const char* channel; ///< "{me}" is the actor's subject
    const char* verdicts;
};

constexpr std::array kRules{
    //                          guest17 guest18 user operator city director admin service webhook stream greedy claims
    //                          till
    Rule{"dialog:17", "+FF"
                      "++++++"
                      "++++"},
    Rule{"dialog:18", "F+F"
                      "++++++"
                      "++F+"},
    Rule{"staff", "FFF"
                  "++++++"
                  "++++"},
    Rule{"operators", "FFF"
                      "++++++"
                      "++F+"},
    Rule{"directors", "FFF"
                      "FF++FF"
                      "FFFF"},
    Rule{"operator:{me}", "FFF"
                          "++++FF"
                          "++FF"},
    Rule{"operator:boris", "FFF"
                           "FFFFFF"
                           "FFFF"},
    Rule{"city:Саратов", "FFF"
                         "F+++FF"
                         "FFFF"},
    Rule{"city:Казань", "FFF"
                        "FF++FF"
                        "F++F"},
    Rule{"order:9", "FFF"
                    "++++++"
                    "++++"},
    Rule{"user:{me}", "FF+"
                      "++++++"
                      "++++"},
    Rule{"user:boris", "FFF"
                       "FFFFFF"
                       "FFFF"},
    Rule{"stream:deals", "FFF"
                         "++++++"
                         "++FF"},
    Rule{"stream:tasks", "FFF"
                         "++++++"
                         "F++F"},
    Rule{"stream:notifications", "FFF"
                                 "++++++"
                                 "F+FF"},
    Rule{"stream:payments", "FFF"
                            "++++++"
                            "F+F+"},
    Rule{"system", "FFF"
                   "++++++"
                   "++++"},
    Rule{"stream:weather", "FFU"
                           "UUUUUU"
                           "UUUU"},
    Rule{"custom:room", "FFU"
                        "UUUUUU"
                        "+U+U"},
    Rule{"dialog", "FFU"
                   "UUUUUU"
                   "UUUU"},
};

constexpr size_t kPlainUser = 2;
constexpr size_t kUserWithClaims = 11;

QByteArray percent(const QByteArray& text)
{
    return text.toPercentEncoding();
}

QByteArray channelFor(const Rule& rule, const Actor& actor)
{
    return QByteArray(rule.channel).replace("{me}", actor.subject);
}

Headers bearer(const QByteArray& token)
{
    return {{"Authorization", "Bearer " + token}};
}

/// How a stream door answered: "+" it is open, "F" the error event and the end, else the status.
QByteArray verdictOf(SseClient& stream)
{
    if (stream.status() != 200)
        return QByteArray::number(stream.status());
    stream.connection().waitFor([&](const QByteArray&) { return stream.body().contains("\n\n"); });
    const bool refused = stream.body().contains("event: error\n");
    if (!refused)
        return "+";
    const bool ended = stream.connection().waitForClose();
    return ended && stream.body().contains("data: {\"code\":\"forbidden\"}\n\n") ? "F" : "malformed refusal";
}

/// How a WebSocket door answered: "+" or the close code.
QByteArray verdictOf(WsClient& socket)
{
    const QByteArray first = socket.nextText();
    if (first.contains("connection.established"))
        return "+";
    return first.contains("connection.closed") ? QByteArray::number(socket.closeCode()) : "no answer: " + first;
}

} // namespace

class TestPermissionTable : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void subscribing_data() { rows(); }
    void subscribing();
    void deliversToThoseOnly();
    void channelsOfAStream_data() { rows(); }
    void channelsOfAStream();
    void typedStreams_data() { rows(); }
    void typedStreams();
    void publishing_data() { rows(); }
    void publishing();
    void door_data();
    void door();

private:
    void rows();
    WsClient& socketOf(size_t actor);
    QByteArray verdict(const QByteArray& target, const Headers& headers);

    ServerProcess m_server;
    std::vector<Actor> m_actors = makeActors();
    std::map<size_t, std::unique_ptr<WsClient>> m_sockets;
};

void TestPermissionTable::initTestCase()
{
    ServerProcess::Variables variables;
    for (const char* limit : {"CONNECTIONS", "CONNECTIONS_PER_DIALOG", "CONNECTIONS_PER_TOKEN", "STREAMS_PER_USER",
                              "TABS_PER_GUEST", "OPERATORS", "REQUESTS_PER_SECOND", "MESSAGES_PER_SECOND"})
        variables.insert(QByteArray("SIGNALBOX_LIMIT_") + limit, "0");
    QVERIFY(m_server.start(variables));
}

void TestPermissionTable::cleanupTestCase()
{
    m_sockets.clear();
    QCOMPARE(m_server.stop(), 0);
}

void TestPermissionTable::rows()
{
    QTest::addColumn<int>("actor");
    QTest::addColumn<QByteArray>("channel");
    QTest::addColumn<char>("verdict");
    for (size_t a = 0; a < m_actors.size(); ++a) {
        for (const Rule& rule : kRules) {
            const Actor& actor = m_actors[a];
            QTest::addRow("%s: %s", actor.name, rule.channel)
                << static_cast<int>(a) << channelFor(rule, actor) << rule.verdicts[a];
        }
    }
}

WsClient& TestPermissionTable::socketOf(size_t index)
{
    auto& socket = m_sockets[index];
    if (socket)
        return *socket;
    const Actor& actor = m_actors[index];
    if (actor.isGuest)
        socket = std::make_unique<WsClient>(m_server.port(),
                                            "/channel/ws?session=" + actor.dialog + "&token=" + actor.token);
    else if (index == kUserWithClaims) // a user is no staff: its claim of the dialog is its way in
        socket = std::make_unique<WsClient>(m_server.port(), "/ws/dialogs/17", bearer(actor.token));
    else
        socket = std::make_unique<WsClient>(m_server.port(), "/channel/ws?type=staff", bearer(actor.token));
    socket->nextText();
    return *socket;
}

void TestPermissionTable::subscribing()
{
    QFETCH(int, actor);
    QFETCH(QByteArray, channel);
    QFETCH(char, verdict);
    WsClient& socket = socketOf(static_cast<size_t>(actor));
    if (actor == kPlainUser) {
        QCOMPARE(socket.closeCode(), 4403); // no door to ask at
        return;
    }
    socket.send("{\"type\":\"subscribe\",\"channel\":\"" + channel + "\",\"ref\":\"" + channel + "\"}");
    QJsonObject answer = socket.next();
    while (!answer.isEmpty() && !answer.contains(QLatin1String("ref"))) // the staff comes, and is told so
        answer = socket.next();
    QCOMPARE(text(answer, "ref"), channel);
    if (verdict == '+') {
        QCOMPARE(text(answer, "type"), QByteArray("subscribed"));
        QCOMPARE(text(answer, "channel"), channel);
    } else {
        QCOMPARE(text(answer, "type"), QByteArray("error"));
        QCOMPARE(text(answer, "code"), QByteArray(verdict == 'F' ? "forbidden" : "unknown_channel"));
    }
}

/// After the subscriptions above: an event of each channel comes to those whom the table names, and to nobody else.
void TestPermissionTable::deliversToThoseOnly()
{
    QMap<QByteArray, QSet<size_t>> listeners;
    for (const Rule& rule : kRules) {
        for (size_t a = 0; a < m_actors.size(); ++a) {
            QSet<size_t>& of = listeners[channelFor(rule, m_actors[a])];
            if (rule.verdicts[a] == '+' && a != kPlainUser)
                of.insert(a);
        }
    }
    QByteArrayList events;
    for (auto it = listeners.cbegin(); it != listeners.cend(); ++it)
        events.append("{\"event\":\"notification\",\"channels\":[\"" + it.key() +
                      "\"],\"data\":{\"type\":\"t\",\"message\":\"m\"}}");
    events.append(
        R"({"event":"notification","channels":["dialog:17","dialog:18"],"data":{"type":"last","message":"m"}})");
    const HttpAnswer answer = postJson(m_server.port(), "/api/v1/publish", '[' + events.join(',') + ']',
                                       bearer(ServerProcess::webhookToken()));
    QCOMPARE(answer.status, 200);
    for (auto& [actor, socket] : m_sockets) {
        if (actor == kPlainUser)
            continue;
        QVERIFY2(socket->waitForText("\"type\":\"last\""), m_actors[actor].name);
        QMap<QByteArray, int> got;
        while (socket->waitForCount(1, 0)) {
            const QJsonObject message = socket->next(0);
            if (message.isEmpty())
                break;
            if (text(message, "data.type") == "t")
                ++got[text(message, "channel")];
        }
        for (auto it = listeners.cbegin(); it != listeners.cend(); ++it) {
            const QByteArray what = m_actors[actor].name + QByteArray(" in ") + it.key();
            QVERIFY2(got.value(it.key()) == (it->contains(actor) ? 1 : 0), what);
        }
    }
}

void TestPermissionTable::channelsOfAStream()
{
    QFETCH(int, actor);
    QFETCH(QByteArray, channel);
    QFETCH(char, verdict);
    const Actor& who = m_actors[static_cast<size_t>(actor)];
    const QByteArray query =
        who.isGuest ? QByteArray("session=" + who.dialog + "&token=") : QByteArray("type=staff&access_token=");
    SseClient stream(m_server.port(), "/channel/sse?" + query + who.token + "&channels=" + percent(channel));
    const bool isUser = actor == kPlainUser || actor == kUserWithClaims;
    QCOMPARE(verdictOf(stream), verdict == '+' && !isUser ? QByteArray("+") : QByteArray("F"));
}

void TestPermissionTable::typedStreams()
{
    QFETCH(int, actor);
    QFETCH(QByteArray, channel);
    QFETCH(char, verdict);
    const Actor& who = m_actors[static_cast<size_t>(actor)];
    const bool isStream = channel.startsWith("stream:");
    SseClient stream(m_server.port(), "/api/v1/streams/" + percent(isStream ? channel.mid(7) : channel),
                     bearer(who.token));
    QByteArray expected(1, verdict);
    if (!isStream || channel == "stream:weather")
        expected = "404";
    else if (who.isGuest)
        expected = "401";
    QCOMPARE(verdictOf(stream), expected);
}

void TestPermissionTable::publishing()
{
    QFETCH(int, actor);
    QFETCH(QByteArray, channel);
    const Actor& who = m_actors[static_cast<size_t>(actor)];
    const QByteArrayList publishers{"admin", "service", "webhook token", "service of one stream"};
    const QByteArray data = R"("data":{"type":"p","message":"m"}})";
    const HttpAnswer answer =
        postJson(m_server.port(), "/api/v1/publish",
                 R"({"event":"notification","channels":["staff",")" + channel + "\"]," + data, bearer(who.token));
    if (who.isGuest) {
        QCOMPARE(answer.status, 401);
    } else if (publishers.contains(who.name)) {
        QCOMPARE(answer.status, 200);
        QVERIFY(json(answer.body)[QStringLiteral("positions")].toObject().contains(QString::fromUtf8(channel)));
    } else {
        QCOMPARE(answer.status, 403);
        QCOMPARE(text(json(answer.body), "code"), QByteArray("forbidden"));
    }
}

void TestPermissionTable::door_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("verdict");
    const auto row = [](const char* name, const QByteArray& target, const QByteArray& token, const char* verdict) {
        QTest::addRow("%s %s", target.left(target.indexOf('?')).constData(), name)
            << target << token << QByteArray(verdict);
    };
    const QByteArray session = ServerProcess::sessionToken("17");
    const QByteArray otherSession = ServerProcess::sessionToken("18");
    const QByteArray site = ServerProcess::siteToken("shop.example", "17");
    const QByteArray otherSite = ServerProcess::siteToken("shop.example", "18");
    const QByteArray wholeSite = ServerProcess::siteToken("shop.example");
    const QByteArray guest = ServerProcess::guestId("17", "1");
    const QByteArray otherGuest = ServerProcess::guestId("18", "1");
    const QByteArray jwt = m_actors[3].token;
    const QByteArray broken = jwt.chopped(4) + "AAAA";

    for (const QByteArray& door : {QByteArray("/channel/ws"), QByteArray("/channel/sse")}) {
        const bool ws = door.endsWith("ws");
        const char* bad = ws ? "4401" : "401";
        const char* foreign = ws ? "4403" : "F";
        for (size_t a = 0; a < m_actors.size(); ++a) {
            const bool isUser = a == kPlainUser || a == kUserWithClaims;
            row(m_actors[a].name, door + "?type=staff", m_actors[a].token,
                m_actors[a].isGuest ? bad
                : isUser            ? foreign
                                    : "+");
        }
        row("bearer without type", door, jwt, "+");
        row("access_token", door + "?type=staff&access_token=" + jwt, {}, "+");
        row("nobody", door, {}, bad);
        row("nobody as staff", door + "?type=staff", {}, bad);
        row("broken signature", door + "?type=staff", broken, bad);
        row("guest", door + "?session=17&token=" + session, {}, "+");
        row("guest of another", door + "?session=17&token=" + otherSession, {}, bad);
        row("guest without token", door + "?session=17", {}, bad);
        row("guest with a bearer", door + "?session=17&token=" + jwt, {}, bad);
        row("guest with a site token", door + "?session=17&token=" + site, {}, bad);
    }

    const QByteArray ws = "/ws/dialogs/17";
    const QByteArray events = "/api/dialogs/17/events";
    for (size_t a = 0; a < m_actors.size(); ++a) {
        const bool isUser = a == kPlainUser;
        const bool isGuest = m_actors[a].isGuest;
        row(m_actors[a].name, ws, m_actors[a].token, isGuest ? "4401" : isUser ? "4403" : "+");
        row(m_actors[a].name, events, m_actors[a].token, isGuest ? "401" : isUser ? "F" : "+");
    }
    row("user with the other dialog's claim", "/ws/dialogs/18", m_actors[kUserWithClaims].token, "4403");
    row("user with the other dialog's claim", "/api/dialogs/18/events", m_actors[kUserWithClaims].token, "F");
    row("token in the query", ws + "?token=" + jwt, {}, "+");
    row("access_token", ws + "?access_token=" + jwt, {}, "+");
    row("site token", ws + "?site_token=" + site, {}, "4401");
    row("session token", ws + "?token=" + session, {}, "4401");
    row("guest id", ws + "?assistant_id=1&guest_id=" + guest, {}, "4401");
    row("nobody", ws, {}, "4401");

    const QByteArray siteWs = "/ws/site/dialogs/17";
    row("site token", siteWs + "?site_token=" + site, {}, "+");
    row("site token of the whole site", siteWs + "?site_token=" + wholeSite, {}, "+");
    row("site token of another dialog", siteWs + "?site_token=" + otherSite, {}, "4403");
    row("broken site token", siteWs + "?site_token=" + site.chopped(3), {}, "4401");
    row("bearer", siteWs, jwt, "4401");
    row("session token", siteWs + "?site_token=" + session, {}, "4401");
    row("nobody", siteWs, {}, "4401");

    row("access_token", events + "?access_token=" + jwt, {}, "+");
    row("site token", events + "?site_token=" + site, {}, "+");
    row("site token of another dialog", events + "?site_token=" + otherSite, {}, "F");
    row("guest id", events + "?assistant_id=1&guest_id=" + guest, {}, "+");
    row("guest id of another dialog", events + "?assistant_id=1&guest_id=" + otherGuest, {}, "401");
    row("nobody", events, {}, "401");

    const QByteArray siteEvents = "/api/site/dialogs/17/events";
    row("site token", siteEvents + "?site_token=" + site, {}, "+");
    row("site token of the whole site", siteEvents + "?site_token=" + wholeSite, {}, "+");
    row("site token of another dialog", siteEvents + "?site_token=" + otherSite, {}, "F");
    row("empty site token", siteEvents + "?site_token=", {}, "401");
    row("bearer", siteEvents, jwt, "401");
    row("guest id", siteEvents + "?assistant_id=1&guest_id=" + guest, {}, "401");
    row("nobody", siteEvents, {}, "401");

    const QByteArray widget = "/api/widget/dialogs/17/events";
    row("guest id", widget + "?assistant_id=1&guest_id=" + guest, {}, "+");
    row("guest id at another assistant", widget + "?assistant_id=2&guest_id=" + guest, {}, "401");
    row("guest id of another dialog", widget + "?assistant_id=1&guest_id=" + otherGuest, {}, "401");
    row("guest id without assistant", widget + "?guest_id=" + guest, {}, "401");
    row("empty guest id", widget + "?assistant_id=1&guest_id=", {}, "401");
    row("bearer", widget, jwt, "401");
    row("site token", widget + "?site_token=" + site, {}, "401");
    row("nobody", widget, {}, "401");

    const QByteArray link = ServerProcess::linkPath("17");
    row("link", link, {}, "+");
    row("link of another dialog", ServerProcess::linkPath("18").replace("/18/", "/17/"), {}, "401");
    row("link with a later end", QByteArray(link).replace("exp=", "exp=1"), {}, "401");
    row("link that has ended", ServerProcess::linkPath("17", -5), {}, "401");
    row("link that ends in two days", ServerProcess::linkPath("17", 2 * 86400), {}, "401");
    row("no signature", link.left(link.indexOf("&sig")), {}, "401");
    row("bearer", "/chat/17/stream", jwt, "401");
    row("session token", "/chat/17/stream?token=" + session, {}, "401");
}

QByteArray TestPermissionTable::verdict(const QByteArray& target, const Headers& headers)
{
    const bool isSocket = target.startsWith("/ws/") || target.startsWith("/channel/ws");
    if (isSocket) {
        WsClient socket(m_server.port(), target, headers);
        return verdictOf(socket);
    }
    SseClient stream(m_server.port(), target, headers);
    return verdictOf(stream);
}

void TestPermissionTable::door()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, token);
    QFETCH(QByteArray, verdict);
    QCOMPARE(this->verdict(target, token.isEmpty() ? Headers() : bearer(token)), verdict);
}

QTEST_GUILESS_MAIN(TestPermissionTable)
#include "tst_permissiontable.moc"
