// SPDX-License-Identifier: GPL-3.0-or-later
// Cut, publish, resume: exactly what was missed, in order, then live, without a gap or a double (spec sections 2 and
// 4).

#include "integration/followers.h"

#include <QRegularExpression>
#include <QTest>

#include <memory>
#include <numeric>

using namespace signalbox;
using namespace signalbox::test;

namespace {

Headers bearer(const QByteArray& token)
{
    return {{"Authorization", "Bearer " + token}};
}

QList<int> range(int first, int last)
{
    QList<int> list(last - first + 1);
    std::iota(list.begin(), list.end(), first);
    return list;
}

/// A listening client of any door: what it has seen, in order, and the place of the last thing it was told.
class Listener
{
public:
    Listener(quint16 port, const QByteArray& target, const Headers& headers = {})
        : m_isSocket(isSocket(target))
    {
        if (m_isSocket)
            m_socket = std::make_unique<WsClient>(port, target, headers);
        else
            m_stream = std::make_unique<SseClient>(port, target, headers);
    }
    static bool isSocket(const QByteArray& target)
    {
        return target.startsWith("/ws/") || target.startsWith("/channel/ws");
    }

    bool waitForGreeting()
    {
        return m_isSocket ? m_socket->waitForText("connection.established")
                          : m_stream->connection().waitForText(m_stream->status() == 200 ? "retry: " : "never");
    }
    QList<int> numbers()
    {
        QList<int> list;
        for (const QByteArray& data : messages()) {
            if (const int n = numberOf(data))
                list.append(n);
        }
        return list;
    }
    QList<int> waitForNumbers(qsizetype count)
    {
        const auto enough = [&] { return numbers().size() >= count; };
        if (m_isSocket)
            m_socket->waitFor(enough);
        else
            m_stream->connection().waitFor([&](const QByteArray&) { return enough(); });
        return numbers();
    }
    /// What the client would resume from: SSE's last `id:`, the last message's `position`.
    QByteArray place()
    {
        static const QRegularExpression id(QStringLiteral("(?:^|\n)id: (\\S+)\n"));
        static const QRegularExpression position(QStringLiteral("\"position\":\"([^\"]+)\""));
        const QByteArray all = m_isSocket ? m_socket->texts().join('\n') : m_stream->body();
        QByteArray last;
        auto match = (m_isSocket ? position : id).globalMatch(QString::fromUtf8(all));
        while (match.hasNext())
            last = match.next().captured(1).toUtf8();
        return last;
    }
    QByteArrayList messages()
    {
        if (m_isSocket)
            return m_socket->texts();
        QByteArrayList list;
        for (const SseEvent& event : m_stream->events(0, 0))
            list.append(event.type == "reset" ? "reset " + event.data : event.data);
        return list;
    }
    bool wasReset()
    {
        if (m_isSocket)
            return m_socket->waitForText("\"history_lost\"");
        return m_stream->connection().waitForText("event: reset\n");
    }
    WsClient& socket() { return *m_socket; }
    SseClient& stream() { return *m_stream; }
    bool isSocket() const { return m_isSocket; }

private:
    const bool m_isSocket;
    std::unique_ptr<WsClient> m_socket;
    std::unique_ptr<SseClient> m_stream;
};

struct Door
{
    const char* name;
    QByteArray target; ///< has a query
    QByteArray channel;
};

QList<Door> allDoors()
{
    const QByteArray anna = "access_token=" + ServerProcess::jwt(Role::Operator, "anna");
    const QByteArray session = "session=17&token=" + ServerProcess::sessionToken("17");
    const QByteArray site = "site_token=" + ServerProcess::siteToken("shop.example", "17");
    const QByteArray guest = "assistant_id=1&guest_id=" + ServerProcess::guestId("17", "1");
    return {
        {"guest socket", "/channel/ws?" + session, "dialog:17"},
        {"staff socket", "/channel/ws?type=staff&" + anna, "operators"},
        {"dialog socket", "/ws/dialogs/17?" + anna, "dialog:17"},
        {"site socket", "/ws/site/dialogs/17?" + site, "dialog:17"},
        {"guest stream", "/channel/sse?" + session, "dialog:17"},
        {"staff stream", "/channel/sse?type=staff&" + anna, "operators"},
        {"staff stream of more", "/channel/sse?type=staff&channels=order:9&" + anna, "order:9"},
        {"link", ServerProcess::linkPath("17"), "dialog:17"},
        {"dialog stream", "/api/dialogs/17/events?" + anna, "dialog:17"},
        {"site stream", "/api/site/dialogs/17/events?" + site, "dialog:17"},
        {"widget stream", "/api/widget/dialogs/17/events?" + guest, "dialog:17"},
        {"typed stream", "/api/v1/streams/deals?" + anna, "stream:deals"},
    };
}

} // namespace

class TestResume : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void bringsWhatWasMissed_data();
    void bringsWhatWasMissed();
    void goesOnFromTheGreeting_data();
    void goesOnFromTheGreeting();
    void goesOnWhenNothingWasMissed_data() { doorRows(); }
    void goesOnWhenNothingWasMissed();
    void headerWinsOverTheQuery();
    void resumeMessage_data();
    void resumeMessage();
    void oneCursorForManyChannels();
    void onePositionForManyChannels();
    void severalChannelsOnce();
    void resets_data();
    void resets();
    void resetsAfterTrimming_data() { doorRows(); }
    void resetsAfterTrimming();
    void resetsAfterARestart_data() { doorRows(Kept::InMemory); }
    void resetsAfterARestart();
    void resumesAcrossARestart_data() { doorRows(Kept::InTheDatabase); }
    void resumesAcrossARestart();
    void racesWithAPublisher_data();
    void racesWithAPublisher();

private:
    /// Where the history of a door's channel is.
    enum class Kept { InMemory, InTheDatabase, Anywhere };
    static void doorRows(Kept kept = Kept::Anywhere);
    bool publish(ServerProcess& server, int first, int last, const QByteArrayList& channels);
    bool publish(int first, int last, const QByteArrayList& channels)
    {
        return publish(*m_server, first, last, channels);
    }
    static QMap<QByteArray, QByteArray> variables();

    std::unique_ptr<ServerProcess> m_server;
    int m_number = 1000; ///< of events, so that no test takes another's for its own
};

QMap<QByteArray, QByteArray> TestResume::variables()
{
    QMap<QByteArray, QByteArray> variables;
    for (const char* limit :
         {"CONNECTIONS_PER_DIALOG", "CONNECTIONS_PER_TOKEN", "TABS_PER_GUEST", "REQUESTS_PER_SECOND"})
        variables.insert(QByteArray("SIGNALBOX_LIMIT_") + limit, "0");
    variables.insert("SIGNALBOX_DRAIN_SECONDS", "0");
    return variables;
}

void TestResume::initTestCase()
{
    m_server = std::make_unique<ServerProcess>();
    QVERIFY(m_server->start(variables()));
}

void TestResume::cleanupTestCase()
{
    QCOMPARE(m_server->stop(), 0);
}

bool TestResume::publish(ServerProcess& server, int first, int last, const QByteArrayList& channels)
{
    QByteArrayList events;
    for (int n = first; n <= last; ++n)
        events.append(eventBody(n, channels));
    return postJson(server.port(), "/api/v1/publish", '[' + events.join(',') + ']',
                    bearer(ServerProcess::webhookToken()))
               .status == 200;
}

void TestResume::doorRows(Kept kept)
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("channel");
    for (const Door& door : allDoors()) {
        const bool inMemory = door.channel.startsWith("dialog:") || door.channel.startsWith("stream:");
        if (kept == Kept::Anywhere || inMemory == (kept == Kept::InMemory))
            QTest::newRow(door.name) << door.target << door.channel;
    }
}

void TestResume::bringsWhatWasMissed_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("channel");
    QTest::addColumn<QByteArray>("how"); ///< a query parameter, or "header"
    for (const Door& door : allDoors()) {
        for (const char* how : {"header", "last_event_id", "position"}) {
            if (!Listener::isSocket(door.target) || how != QByteArray("header"))
                QTest::addRow("%s by %s", door.name, how) << door.target << door.channel << QByteArray(how);
        }
    }
}

void TestResume::bringsWhatWasMissed()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, channel);
    QFETCH(QByteArray, how);
    const int n = m_number += 10;
    auto first = std::make_unique<Listener>(m_server->port(), target);
    QVERIFY(first->waitForGreeting());
    QVERIFY(publish(n, n + 1, {channel}));
    QCOMPARE(first->waitForNumbers(2), range(n, n + 1));
    const QByteArray place = first->place();
    first.reset();
    QVERIFY(publish(n + 2, n + 4, {channel}));

    const bool byHeader = how == "header";
    Listener second(m_server->port(), byHeader ? target : target + '&' + how + '=' + place,
                    byHeader ? Headers{{"Last-Event-ID", place}} : Headers());
    QCOMPARE(second.waitForNumbers(3), range(n + 2, n + 4));
    QVERIFY(publish(n + 5, n + 5, {channel}));
    QCOMPARE(second.waitForNumbers(4), range(n + 2, n + 5));
    QVERIFY(!second.messages().join().contains("history_lost"));
    if (!target.startsWith("/api/v1/streams"))
        QVERIFY(second.messages().first().contains("\"recovered\":true"));
}

void TestResume::goesOnFromTheGreeting_data()
{
    doorRows();
}

/// A client that was cut before it saw any event.
void TestResume::goesOnFromTheGreeting()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, channel);
    const int n = m_number += 10;
    auto first = std::make_unique<Listener>(m_server->port(), target);
    QVERIFY(first->waitForGreeting());
    const QByteArray place = first->place();
    QVERIFY(!place.isEmpty());
    first.reset();
    QVERIFY(publish(n, n + 2, {channel}));
    auto second = std::make_unique<Listener>(m_server->port(), target + "&last_event_id=" + place);
    QCOMPARE(second->waitForNumbers(3), range(n, n + 2));
    second.reset();
    Listener third(m_server->port(), target + "&last_event_id=" + place); // the same again gives the same again
    QCOMPARE(third.waitForNumbers(3), range(n, n + 2));
}

void TestResume::goesOnWhenNothingWasMissed()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, channel);
    const int n = m_number += 10;
    auto first = std::make_unique<Listener>(m_server->port(), target);
    QVERIFY(first->waitForGreeting());
    QVERIFY(publish(n, n, {channel}));
    QCOMPARE(first->waitForNumbers(1), range(n, n));
    const QByteArray place = first->place();
    first.reset();
    Listener second(m_server->port(), target + "&position=" + place);
    QVERIFY(second.waitForGreeting());
    QVERIFY(publish(n + 1, n + 1, {channel}));
    QCOMPARE(second.waitForNumbers(1), range(n + 1, n + 1));
    QVERIFY(!second.messages().join().contains("history_lost"));
}

/// A browser repeats the address it was given; its header knows better.
void TestResume::headerWinsOverTheQuery()
{
    const int n = m_number += 10;
    const QByteArray target = "/channel/sse?session=17&token=" + ServerProcess::sessionToken("17");
    Listener first(m_server->port(), target);
    QVERIFY(first.waitForGreeting());
    const QByteArray early = first.place();
    QVERIFY(publish(n, n, {"dialog:17"}));
    QCOMPARE(first.waitForNumbers(1), range(n, n));
    QVERIFY(publish(n + 1, n + 1, {"dialog:17"}));
    const QByteArray late = first.waitForNumbers(2).size() == 2 ? first.place() : QByteArray();
    QVERIFY(publish(n + 2, n + 2, {"dialog:17"}));
    Listener second(m_server->port(), target + "&last_event_id=" + early, {{"Last-Event-ID", late}});
    QCOMPARE(second.waitForNumbers(1), range(n + 2, n + 2));
}

void TestResume::resumeMessage_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("channel");
    for (const Door& door : allDoors()) {
        if (Listener::isSocket(door.target))
            QTest::newRow(door.name) << door.target << door.channel;
    }
}

void TestResume::resumeMessage()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, channel);
    const int n = m_number += 10;
    auto first = std::make_unique<Listener>(m_server->port(), target);
    QVERIFY(first->waitForGreeting());
    QVERIFY(publish(n, n, {channel}));
    QCOMPARE(first->waitForNumbers(1), range(n, n));
    const QByteArray place = first->place();
    first.reset();
    QVERIFY(publish(n + 1, n + 3, {channel}));

    Listener second(m_server->port(), target);
    QVERIFY(second.waitForGreeting());
    second.socket().send(R"({"type":"resume","ref":5,"position":")" + place + "\"}");
    QCOMPARE(second.waitForNumbers(3), range(n + 1, n + 3));
    QCOMPARE(second.messages().value(1),
             R"({"type":"resumed","position":")" + place + R"(","recovered":true,"ref":5})");
    QVERIFY(publish(n + 4, n + 4, {channel}));
    QCOMPARE(second.waitForNumbers(4), range(n + 1, n + 4));

    Listener lost(m_server->port(), target);
    QVERIFY(lost.waitForGreeting());
    lost.socket().send(R"({"type":"resume","position":"gone:1"})");
    QVERIFY(lost.socket().waitForText("\"history_lost\""));
    QVERIFY(lost.messages().value(1).contains(R"("type":"resumed")"));
    QVERIFY(lost.messages().value(1).contains(R"("recovered":false)"));
    QVERIFY(publish(n + 5, n + 5, {channel}));
    QCOMPARE(lost.waitForNumbers(1), range(n + 5, n + 5));
}

void TestResume::oneCursorForManyChannels()
{
    const int n = m_number += 20;
    const QByteArray target = "/channel/sse?type=staff&channels=dialog:a,dialog:b,order:1&access_token=" +
                              ServerProcess::jwt(Role::Operator, "anna");
    auto first = std::make_unique<Listener>(m_server->port(), target);
    QVERIFY(first->waitForGreeting());
    QVERIFY(publish(n, n, {"dialog:b"}));
    QCOMPARE(first->waitForNumbers(1), range(n, n));
    const QByteArray place = first->place();
    first.reset();
    const QByteArrayList channels{"dialog:a", "staff", "order:1", "dialog:b", "operators", "dialog:c", "dialog:a"};
    for (int i = 0; i < channels.size(); ++i)
        QVERIFY(publish(n + 1 + i, n + 1 + i, {channels[i]}));
    Listener second(m_server->port(), target, {{"Last-Event-ID", place}});
    QCOMPARE(second.waitForNumbers(6), (QList<int>{n + 1, n + 2, n + 3, n + 4, n + 5, n + 7})); // dialog:c is not ours
}

/// The last event's own position resumes all channels, whichever it came through.
void TestResume::onePositionForManyChannels()
{
    const int n = m_number += 20;
    const QByteArray target = "/channel/ws?type=staff&access_token=" + ServerProcess::jwt(Role::Operator, "anna");
    auto first = std::make_unique<Listener>(m_server->port(), target);
    QVERIFY(first->waitForGreeting());
    QVERIFY(publish(n, n, {"staff"}));
    QVERIFY(publish(n + 1, n + 1, {"operators"}));
    QCOMPARE(first->waitForNumbers(2), range(n, n + 1));
    const QByteArray place = first->place();
    first.reset();
    QVERIFY(publish(n + 2, n + 2, {"staff"}));
    QVERIFY(publish(n + 3, n + 3, {"operators"}));
    QVERIFY(publish(n + 4, n + 4, {"operator:anna"}));
    Listener second(m_server->port(), target + "&position=" + place);
    QCOMPARE(second.waitForNumbers(3), range(n + 2, n + 4));
}

void TestResume::severalChannelsOnce()
{
    const int n = m_number += 20;
    const QByteArrayList channels{"staff", "operators", "dialog:once", "order:1"};
    const QByteArray anna = "access_token=" + ServerProcess::jwt(Role::Operator, "anna");
    const QByteArrayList targets{"/channel/sse?type=staff&channels=dialog:once,order:1&" + anna,
                                 "/channel/ws?type=staff&" + anna};
    for (const QByteArray& target : targets) {
        auto first = std::make_unique<Listener>(m_server->port(), target);
        QVERIFY(first->waitForGreeting());
        const int begin = m_number += 10;
        QVERIFY(publish(begin, begin + 2, channels));
        QVERIFY(publish(begin + 3, begin + 3, {"staff"}));
        QCOMPARE(first->waitForNumbers(4), range(begin, begin + 3));
        const QByteArray place = first->place();
        first.reset();
        QVERIFY(publish(begin + 4, begin + 6, channels));
        Listener second(m_server->port(), target + "&position=" + place);
        QCOMPARE(second.waitForNumbers(3), range(begin + 4, begin + 6));
        QVERIFY(publish(begin + 7, begin + 8, channels));
        QCOMPARE(second.waitForNumbers(5), range(begin + 4, begin + 8));
    }
    // A channel joined later does not bring again what came through another.
    Listener staff(m_server->port(), targets[1]);
    QVERIFY(staff.waitForGreeting());
    QVERIFY(publish(n, n + 1, {"staff", "dialog:late"}));
    QCOMPARE(staff.waitForNumbers(2), range(n, n + 1));
    const QByteArray place = text(json(staff.messages()[1]), "cursor");
    QVERIFY(publish(n + 2, n + 2, {"dialog:late"}));
    staff.socket().send(R"({"type":"subscribe","channel":"dialog:late","position":")" + place + "\"}");
    QCOMPARE(staff.waitForNumbers(3), range(n, n + 2));
    QVERIFY(publish(n + 3, n + 3, {"dialog:late", "staff"}));
    QCOMPARE(staff.waitForNumbers(4), range(n, n + 3));
}

void TestResume::resets_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("channel");
    QTest::addColumn<QByteArray>("place"); ///< "{epoch}": the channel's true one
    for (const Door& door : allDoors()) {
        for (const auto& [name, place] : {std::pair<const char*, QByteArray>{"nonsense", "what?"},
                                          {"the future", "{epoch}:99999999"},
                                          {"a huge number", "{epoch}:18446744073709551616"},
                                          {"another epoch", "k3x9:1"},
                                          {"a long text", QByteArray(300, 'x')},
                                          {"a negative number", "{epoch}:-1"}})
            QTest::addRow("%s: %s", door.name, name) << door.target << door.channel << place;
    }
}

void TestResume::resets()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, channel);
    QFETCH(QByteArray, place);
    const int n = m_number += 10;
    const HttpAnswer published =
        postJson(m_server->port(), "/api/v1/publish", eventBody(n, {channel}), bearer(ServerProcess::webhookToken()));
    const QByteArray position =
        json(published.body)[QStringLiteral("positions")][QString::fromUtf8(channel)].toString().toUtf8();
    place.replace("{epoch}", position.left(position.indexOf(':')));
    auto lost = std::make_unique<Listener>(m_server->port(), target + "&last_event_id=" + place.toPercentEncoding());
    QVERIFY(lost->wasReset());
    if (lost->isSocket()) {
        QVERIFY(lost->messages()[0].contains("\"recovered\":false"));
        const QJsonObject reset = json(lost->messages()[1]);
        QCOMPARE(text(reset, "data.code"), QByteArray("history_lost"));
        QVERIFY(text(reset, "type") == "reset" || text(reset, "event") == "reset@v1");
    } else {
        QCOMPARE(lost->stream().events(1).value(0).type, QByteArray("reset")); // the first event
        QCOMPARE(lost->stream().events(1).value(0).data, QByteArray(R"({"code":"history_lost"})"));
    }
    QVERIFY(publish(n + 1, n + 1, {channel}));
    QCOMPARE(lost->waitForNumbers(1), range(n + 1, n + 1)); // live, and nothing of before
    const QByteArray next = lost->place();
    lost.reset();
    QVERIFY(publish(n + 2, n + 2, {channel}));
    Listener back(m_server->port(), target + "&last_event_id=" + next); // the new place holds
    QCOMPARE(back.waitForNumbers(1), range(n + 2, n + 2));
}

void TestResume::resetsAfterTrimming()
{
    static ServerProcess server;
    if (!server.isRunning()) {
        auto small = variables();
        small.insert("SIGNALBOX_LIMIT_HISTORY_EVENTS", "5");
        QVERIFY(server.start(small));
    }
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, channel);
    const int n = m_number += 20;
    auto first = std::make_unique<Listener>(server.port(), target);
    QVERIFY(first->waitForGreeting());
    QVERIFY(publish(server, n, n, {channel}));
    QCOMPARE(first->waitForNumbers(1), range(n, n));
    const QByteArray place = first->place();
    first.reset();
    QVERIFY(publish(server, n + 1, n + 5, {channel})); // as many as are kept
    auto second = std::make_unique<Listener>(server.port(), target + "&last_event_id=" + place);
    QCOMPARE(second->waitForNumbers(5), range(n + 1, n + 5));
    second.reset();
    QVERIFY(publish(server, n + 6, n + 6, {channel})); // one more
    Listener third(server.port(), target + "&last_event_id=" + place);
    QVERIFY(third.wasReset());
    QVERIFY(publish(server, n + 7, n + 7, {channel}));
    QCOMPARE(third.waitForNumbers(1), range(n + 7, n + 7));
    if (QByteArray(QTest::currentDataTag()) == allDoors().last().name)
        QCOMPARE(server.stop(), 0);
}

void TestResume::resetsAfterARestart()
{
    static QMap<QByteArray, QByteArray> places; // of every door, from before one restart
    if (places.isEmpty()) {
        for (const Door& door : allDoors()) {
            Listener listener(m_server->port(), door.target);
            QVERIFY(listener.waitForGreeting());
            QVERIFY(publish(m_number, m_number, {door.channel}));
            QCOMPARE(listener.waitForNumbers(1).size(), 1);
            places.insert(door.name, listener.place());
        }
        m_server->keepPorts();
        QCOMPARE(m_server->stop(), 0);
        QVERIFY(m_server->start(variables()));
    }
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, channel);
    const int n = m_number += 10;
    QVERIFY(publish(n, n + 3, {channel}));
    Listener back(m_server->port(), target + "&last_event_id=" + places.value(QTest::currentDataTag()));
    QVERIFY(back.wasReset());
    QVERIFY(publish(n + 4, n + 4, {channel}));
    QCOMPARE(back.waitForNumbers(1), range(n + 4, n + 4));
}

/// What staff listens to is in the database: also what came while nobody was there, also after the restart.
void TestResume::resumesAcrossARestart()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, channel);
    ServerProcess server;
    QVERIFY(server.start(variables()));
    QByteArray place;
    {
        Listener listener(server.port(), target);
        QVERIFY(listener.waitForGreeting());
        QVERIFY(publish(server, 1, 1, {channel}));
        QCOMPARE(listener.waitForNumbers(1).size(), 1);
        place = listener.place();
    }
    QVERIFY(publish(server, 2, 3, {channel}));
    server.keepPorts();
    QCOMPARE(server.stop(), 0);
    QVERIFY(server.start(variables()));
    QVERIFY(publish(server, 4, 4, {channel}));
    Listener back(server.port(), target + "&last_event_id=" + place);
    QCOMPARE(back.waitForNumbers(3), range(2, 4));
    QVERIFY(publish(server, 5, 5, {channel}));
    QCOMPARE(back.waitForNumbers(4), range(2, 5));
}

void TestResume::racesWithAPublisher_data()
{
    QTest::addColumn<QByteArray>("workers");
    QTest::newRow("one worker") << QByteArray("1");
    QTest::newRow("three workers") << QByteArray("3");
}

void TestResume::racesWithAPublisher()
{
    constexpr int kEvents = 2000;
    QFETCH(QByteArray, workers);
    ServerProcess server;
    auto settings = variables();
    settings.insert("SIGNALBOX_WORKERS", workers);
    settings.insert("SIGNALBOX_LIMIT_HISTORY_EVENTS", "100000");
    QVERIFY(server.start(settings));
    const quint16 port = server.port();
    const QByteArray staff = "type=staff&access_token=" + ServerProcess::jwt(Role::Operator, "anna");
    const QByteArray session = "session=race&token=" + ServerProcess::sessionToken("race");
    const QByteArray deals = "/api/v1/streams/deals?access_token=" + ServerProcess::jwt(Role::Operator, "boris");
    std::vector<std::unique_ptr<Follower>> followers;
    followers.push_back(std::make_unique<StreamFollower>("guest stream", port, "/channel/sse?" + session));
    followers.push_back(
        std::make_unique<StreamFollower>("staff stream", port, "/channel/sse?channels=dialog:race,order:9&" + staff));
    followers.push_back(std::make_unique<StreamFollower>("typed stream", port, deals));
    followers.push_back(std::make_unique<SocketFollower>("guest socket", port, "/channel/ws?" + session));
    followers.push_back(std::make_unique<SocketFollower>("dialog socket", port, "/ws/dialogs/race?" + staff));
    followers.push_back(
        std::make_unique<SocketFollower>("subscribing socket", port, "/ws/dialogs/elsewhere?" + staff, "dialog:race"));
    for (const auto& follower : followers)
        follower->start();
    const auto all = [&](auto&& holds) { return std::all_of(followers.begin(), followers.end(), holds); };
    QVERIFY(turnLoopUntil([&] { return all([](const auto& f) { return f->isReady(); }); }, kPatienceMs));

    Flood flood(port, kEvents);
    const bool finished = turnLoopUntil(
        [&] {
            return flood.hasFailed() || !all([](const auto& f) { return f->trouble().isEmpty(); }) ||
                   all([](const auto& f) { return f->seen().size() >= kEvents; });
        },
        60'000);
    QVERIFY(!flood.hasFailed());
    for (const auto& follower : followers) {
        const QByteArray name = follower->name();
        QVERIFY2(follower->trouble().isEmpty(), QByteArray(name + ": " + follower->trouble()));
        QVERIFY2(finished || follower->seen().size() >= kEvents,
                 QByteArray(name + " saw " + QByteArray::number(follower->seen().size())));
        QVERIFY2(follower->cuts() > 5, follower->name());
        const QList<int> expected = range(1, kEvents);
        const auto [got, wanted] =
            std::mismatch(follower->seen().begin(), follower->seen().end(), expected.begin(), expected.end());
        const int seen = got == follower->seen().end() ? 0 : *got;
        const int missed = wanted == expected.end() ? 0 : *wanted;
        QVERIFY2(seen == 0 && missed == 0, QByteArray(name + ": event " + QByteArray::number(seen) + " instead of " +
                                                      QByteArray::number(missed)));
    }
}

QTEST_GUILESS_MAIN(TestResume)
#include "tst_resume.moc"
