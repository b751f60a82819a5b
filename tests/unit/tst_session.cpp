// SPDX-License-Identifier: GPL-3.0-or-later
// One client's session: what waits for it, when it asks for a turn, and how it fails.
// links: server_core
#include "hubworld.h"

#include <QTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

Session::Settings settingsOf(qint64 maxQueueBytes, SlowPolicy policy, int maxPending = 10'000)
{
    return {maxQueueBytes, policy, maxPending};
}

EventPtr bigEvent(const char* id, quint64 offset, const QByteArray& conflateKey = {})
{
    auto event = std::make_shared<Event>(*makeEvent(id, {{"a", offset}}));
    event->conflateKey = conflateKey;
    return event;
}

} // namespace

class TestSession : public QObject
{
    Q_OBJECT

private slots:
    void knowsWhatItWasMadeOf();
    void asksForOneTurn();
    void controlFramesKeepTheirPlace();
    void countsWhatItSends();
    void remembersThatItWasSlow();
    void slowCloses();
    void slowDropsOldest();
    void slowConflates();
    void slowConflatesThenCloses();
    void controlFramesOverTheBoundFail();
    void lastWordsAfterFailure();
    void nothingAfterFailure();
    void pendingIsBounded();
    void pendingBoundIsOfTheSession();
    void versionFilter_data();
    void versionFilter();
    void versionFilterKeepsOffsets();
    void replayLargerThanTheQueue();
    void burstOfOneTurnIsNoSlowness();
    void frameLargerThanTheQueue();
    void leavingForgetsWhatWaits();
    void liveBehindAReplayIsBounded();
    void leavesWhenDestroyed();

private:
    const Catalog m_catalog;
    const PlainEncoder m_encoder{};
};

void TestSession::knowsWhatItWasMadeOf()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub, kChannelSse);
    QCOMPARE(client.session.format().index(), kChannelSse.index());
    QVERIFY(client.session.channels().empty());
    QVERIFY(!client.session.failure());
    QCOMPARE(client.session.wantedVersion(), 0);
    QCOMPARE(&client.session.identity(), client.session.metaPtr()->identity.get());
    QCOMPARE(client.turns, 0);
}

void TestSession::asksForOneTurn()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    listen(hub, client, {{"a", 0}});
    QCOMPARE(client.turns, 0);
    hub.dispatch(makeEvent("1", {{"a", 1}}));
    hub.dispatch(makeEvent("2", {{"a", 2}}));
    client.session.send("x ");
    QCOMPARE(client.turns, 1);
    client.session.turnTaken();
    hub.dispatch(makeEvent("3", {{"a", 3}}));
    QCOMPARE(client.turns, 2);
}

void TestSession::controlFramesKeepTheirPlace()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    listen(hub, client, {{"a", 0}});
    client.session.send("hello ");
    hub.dispatch(makeEvent("1", {{"a", 1}}));
    client.session.send("ping ");
    QCOMPARE(client.text(), "hello 1@a:1 ping"_ba);
}

void TestSession::countsWhatItSends()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    listen(hub, client, {{"a", 0}});
    client.session.send("ping ");
    for (quint64 i = 1; i <= 3; ++i)
        hub.dispatch(makeEvent("x", {{"a", i}}));
    QCOMPARE(client.session.meta().messagesOut.load(), quint64{3});
    QCOMPARE(hub.deliveries(), quint64{3});
}

void TestSession::remembersThatItWasSlow()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    QVERIFY(!client.session.meta().slow);
    client.session.setBlocked(false);
    QVERIFY(!client.session.meta().slow);
    client.session.setBlocked(true);
    client.session.setBlocked(false);
    QVERIFY(client.session.meta().slow);
}

void TestSession::slowCloses()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub, kChannelWs, settingsOf(13, SlowPolicy::Close));
    listen(hub, client, {{"a", 0}});
    client.session.setBlocked(true);
    hub.dispatch(bigEvent("1", 1));
    hub.dispatch(bigEvent("2", 2));
    QVERIFY(!client.session.failure());
    client.session.turnTaken();
    const int turns = client.turns;
    hub.dispatch(bigEvent("3", 3));
    QVERIFY(client.failedWith(ErrorCode::SlowConsumer));
    QCOMPARE(client.turns, turns + 1);
    QCOMPARE(client.text(), "1@a:1 2@a:2"_ba);
}

void TestSession::slowDropsOldest()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub, kChannelWs, settingsOf(13, SlowPolicy::DropOldest));
    listen(hub, client, {{"a", 0}});
    client.session.setBlocked(true);
    for (quint64 i = 1; i <= 9; ++i)
        hub.dispatch(bigEvent(QByteArray::number(i).constData(), i));
    QVERIFY(!client.session.failure());
    QCOMPARE(client.session.queue().takeDropped(), 7);
    QCOMPARE(client.text(), "8@a:8 9@a:9"_ba);
}

void TestSession::slowConflates()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub, kChannelWs, settingsOf(10'000, SlowPolicy::Conflate));
    listen(hub, client, {{"a", 0}});
    hub.dispatch(bigEvent("1", 1, "anna"));
    hub.dispatch(bigEvent("2", 2, "anna")); // the reader keeps up: both
    client.session.setBlocked(true);
    hub.dispatch(bigEvent("3", 3, "anna"));
    hub.dispatch(bigEvent("4", 4, "olga"));
    hub.dispatch(bigEvent("5", 5));
    hub.dispatch(bigEvent("6", 6, "anna"));
    hub.dispatch(bigEvent("7", 7));
    QCOMPARE(client.text(), "1@a:1 4@a:4 5@a:5 6@a:6 7@a:7"_ba);
}

void TestSession::slowConflatesThenCloses()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub, kChannelWs, settingsOf(13, SlowPolicy::Conflate));
    listen(hub, client, {{"a", 0}});
    client.session.setBlocked(true);
    for (quint64 i = 1; i <= 50; ++i)
        hub.dispatch(bigEvent("x", i > 9 ? 9 : i, "anna"));
    QVERIFY(!client.session.failure());
    hub.dispatch(bigEvent("a", 10));
    hub.dispatch(bigEvent("b", 11));
    QVERIFY(client.failedWith(ErrorCode::SlowConsumer));
}

void TestSession::controlFramesOverTheBoundFail()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub, kChannelWs, settingsOf(10, SlowPolicy::Close));
    client.session.send("123456789 ");
    client.session.send("x ");
    QVERIFY(client.failedWith(ErrorCode::SlowConsumer));
}

void TestSession::lastWordsAfterFailure()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub, kChannelWs, settingsOf(4, SlowPolicy::Close));
    client.session.send("abc ");
    client.session.send("x ");
    QVERIFY(client.session.failure());
    client.session.sendLast("bye ");
    QCOMPARE(client.text(), "abc bye"_ba);
}

void TestSession::nothingAfterFailure()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub, kChannelWs, settingsOf(7, SlowPolicy::Close));
    listen(hub, client, {{"a", 0}});
    client.session.setBlocked(true);
    hub.dispatch(bigEvent("1", 1));
    hub.dispatch(bigEvent("2", 2));
    QVERIFY(client.failedWith(ErrorCode::SlowConsumer));
    QCOMPARE(client.text(), "1@a:1"_ba);
    hub.dispatch(bigEvent("3", 3)); // there would be room, but 2 is missing
    client.session.send("ping ");
    QCOMPARE(client.text(), QByteArray());
}

void TestSession::pendingIsBounded()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub, kChannelWs, settingsOf(1000, SlowPolicy::Close, 3));
    hub.join(client.session, "a");
    for (quint64 i = 1; i <= 3; ++i)
        hub.dispatch(makeEvent("x", {{"a", i}}));
    QVERIFY(!client.session.failure());
    QCOMPARE(client.turns, 0);
    hub.dispatch(makeEvent("x", {{"a", 4}}));
    QVERIFY(client.failedWith(ErrorCode::Unavailable));
    QCOMPARE(client.turns, 1);
    client.session.goLive(makeReplay({{"a", 0}}));
    QCOMPARE(client.text(), QByteArray());
}

/// All awaited channels of a session share the bound.
void TestSession::pendingBoundIsOfTheSession()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub, kChannelWs, settingsOf(1000, SlowPolicy::Close, 3));
    hub.join(client.session, "a");
    hub.join(client.session, "b");
    hub.dispatch(makeEvent("1", {{"a", 1}, {"b", 1}}));
    hub.dispatch(makeEvent("2", {{"b", 2}}));
    QVERIFY(!client.session.failure());
    hub.dispatch(makeEvent("3", {{"a", 2}}));
    QVERIFY(client.failedWith(ErrorCode::Unavailable));
}

void TestSession::versionFilter_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<int>("version");
    QTest::addColumn<int>("wanted");
    QTest::addColumn<bool>("isSent");
    QTest::newRow("all") << "deal.updated"_ba << 1 << 0 << true;
    QTest::newRow("the one") << "deal.updated"_ba << 1 << 1 << true;
    QTest::newRow("no higher known") << "deal.updated"_ba << 1 << 2 << true;
    QTest::newRow("higher event, all") << "deal.updated"_ba << 2 << 0 << true;
    QTest::newRow("higher event") << "deal.updated"_ba << 2 << 1 << false;
    QTest::newRow("not the served version") << "deal.updated"_ba << 2 << 2 << false;
    QTest::newRow("unknown name") << "weather"_ba << 1 << 1 << true;
    QTest::newRow("unknown name, below") << "weather"_ba << 1 << 2 << true;
    QTest::newRow("unknown name, above") << "weather"_ba << 2 << 1 << false;
}

void TestSession::versionFilter()
{
    QFETCH(QByteArray, name);
    QFETCH(int, version);
    QFETCH(int, wanted);
    QFETCH(bool, isSent);
    auto event = std::make_shared<Event>(*makeEvent("1", {{"a", 1}}));
    event->name = name;
    event->version = version;
    for (const bool live : {true, false}) {
        Hub hub(m_encoder, m_catalog);
        HubClient client(hub);
        client.session.setWantedVersion(wanted);
        hub.join(client.session, "a");
        client.session.goLive(live ? makeReplay({{"a", 0}}) : makeReplay({{"a", 1}}, {event}));
        if (live)
            hub.dispatch(event);
        QCOMPARE(client.text(), isSent ? "1@a:1"_ba : QByteArray());
    }
}

/// An event that is not served is still the next of its channel: no hole.
void TestSession::versionFilterKeepsOffsets()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    client.session.setWantedVersion(1);
    listen(hub, client, {{"a", 0}});
    auto higher = std::make_shared<Event>(*makeEvent("1", {{"a", 1}}));
    higher->version = 2;
    hub.dispatch(higher);
    hub.dispatch(makeEvent("2", {{"a", 2}}));
    QVERIFY(!client.session.failure());
    QCOMPARE(client.text(), "2@a:2"_ba);
}

void TestSession::replayLargerThanTheQueue()
{
    constexpr quint64 kMissed = 500;
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub, kChannelWs, {.maxQueueBytes = 200});
    hub.join(client.session, "a");
    std::vector<EventPtr> missed;
    QByteArrayList expected;
    for (quint64 i = 1; i <= kMissed; ++i) {
        missed.push_back(makeEvent("m", {{"a", i}}));
        expected.append("m@a:" + QByteArray::number(i));
    }
    client.session.goLive(makeReplay({{"a", kMissed}}, missed));
    QVERIFY(client.session.queue().bytes() <= 200);
    hub.dispatch(makeEvent("live", {{"a", kMissed + 1}})); // goes behind what still waits
    expected.append("live@a:501");
    QCOMPARE(client.read(), expected);
    QVERIFY(!client.session.failure());
    hub.dispatch(makeEvent("next", {{"a", kMissed + 2}}));
    QCOMPARE(client.text(), "next@a:502"_ba);
}

void TestSession::burstOfOneTurnIsNoSlowness()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub, kChannelWs, {.maxQueueBytes = 100});
    listen(hub, client, {{"a", 0}});
    QByteArrayList expected;
    for (quint64 i = 1; i <= 300; ++i) {
        hub.dispatch(makeEvent("b", {{"a", i}}));
        expected.append("b@a:" + QByteArray::number(i));
    }
    QVERIFY(!client.session.failure());
    QVERIFY(client.session.queue().bytes() <= 100);
    QCOMPARE(client.read(), expected);
}

void TestSession::frameLargerThanTheQueue()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub, kChannelWs, {.maxQueueBytes = 10});
    hub.join(client.session, "a");
    const QByteArray longId(50, 'x');
    client.session.goLive(
        makeReplay({{"a", 2}}, {makeEvent(longId.constData(), {{"a", 1}}), makeEvent("m", {{"a", 2}})}));
    QCOMPARE(client.read(), (QByteArrayList{longId + "@a:1", "m@a:2"}));
    QVERIFY(!client.session.failure());
}

void TestSession::leavingForgetsWhatWaits()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub, kChannelWs, {.maxQueueBytes = 40});
    hub.join(client.session, "a");
    hub.join(client.session, "b");
    std::vector<EventPtr> missed;
    for (quint64 i = 1; i <= 20; ++i) {
        missed.push_back(makeEvent("a", {{"a", i}}));
        missed.push_back(makeEvent("b", {{"b", i}}));
    }
    client.session.goLive(makeReplay({{"a", 20}, {"b", 20}}, missed));
    const auto queued = static_cast<std::ptrdiff_t>(client.session.queue().frames());
    hub.leave(client.session, "a");
    const QByteArrayList got = client.read();
    QVERIFY(std::count_if(got.begin(), got.end(), [](const QByteArray& f) { return f.startsWith("b@"); }) == 20);
    QVERIFY(std::count_if(got.begin(), got.end(), [](const QByteArray& f) { return f.startsWith("a@"); }) <= queued);
}

void TestSession::liveBehindAReplayIsBounded()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub, kChannelWs, {.maxQueueBytes = 40, .maxPendingEvents = 3});
    hub.join(client.session, "a");
    std::vector<EventPtr> missed;
    for (quint64 i = 1; i <= 20; ++i)
        missed.push_back(makeEvent("m", {{"a", i}}));
    client.session.goLive(makeReplay({{"a", 20}}, missed));
    for (quint64 i = 21; i <= 25; ++i) // two of the replay have left, three more may wait than it had
        hub.dispatch(makeEvent("live", {{"a", i}}));
    QVERIFY(!client.session.failure());
    hub.dispatch(makeEvent("live", {{"a", 26}}));
    QVERIFY(client.failedWith(ErrorCode::SlowConsumer));
}

void TestSession::leavesWhenDestroyed()
{
    Hub hub(m_encoder, m_catalog);
    HubClient other(hub);
    listen(hub, other, {{"a", 0}});
    {
        HubClient client(hub);
        listen(hub, client, {{"a", 0}, {"b", 0}});
        QCOMPARE(hub.channelCount(), qsizetype{2});
    }
    QCOMPARE(hub.channelCount(), qsizetype{1});
    hub.dispatch(makeEvent("1", {{"a", 1}, {"b", 1}}));
    QCOMPARE(other.text(), "1@a:1"_ba);
}

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
