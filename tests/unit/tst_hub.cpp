// SPDX-License-Identifier: GPL-3.0-or-later
// The fan-out of one worker: each event once, in order, live and on resume, whatever comes when.
// links: server_core
#include "hubhouse.h"
#include "hubworld.h"

#include <QRandomGenerator>
#include <QTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

class TestHub : public QObject
{
    Q_OBJECT

private slots:
    void joinsAndLeaves();
    void leaveAllNamesTheAbandoned();
    void dispatchReachesOnlyMembers();
    void encodesOncePerFormat();
    void encodesOncePerChannelToo();
    void severalChannelsOnceLive();
    void severalChannelsOnceOnReplay();
    void severalChannelsOnceWhenKept();
    void joiningLaterDoesNotRepeat();
    void joiningLaterRepeatsWhatWasNotSeen();
    void leavingOneOfTwoChannels();
    void replayThenEarlyThenLive();
    void replayHasTheEarlyOnes();
    void answersForDifferentChannels_data();
    void answersForDifferentChannels();
    void answerForALeftChannel();
    void answerForAnEarlierJoin();
    void leavingForgetsWhatWasKept();
    void answerForALiveChannel();
    void notRecovered();
    void oldEventsArePassedOver();
    void holeFailsLive();
    void holeFailsEarly();
    void holeFailsOnlyItsSessions();
    void newEpochFailsLive();
    void newEpochInAnAnswerFailsTheOthers();
    void newEpochServesWhoJoinsAnew();
    void sessionsComeAndGo();
    void anyInterleaving_data();
    void anyInterleaving();

private:
    const Catalog m_catalog;
    const PlainEncoder m_encoder{};
};

void TestHub::joinsAndLeaves()
{
    Hub hub(m_encoder, m_catalog);
    HubClient one(hub);
    HubClient two(hub);
    QVERIFY(hub.join(one.session, "a"));
    QVERIFY(!hub.join(one.session, "a"));
    QVERIFY(hub.join(one.session, "b"));
    QVERIFY(hub.join(two.session, "a"));
    QCOMPARE(hub.channelCount(), qsizetype{2});
    QCOMPARE(one.session.channels(), (std::vector<QByteArray>{"a", "b"}));
    QVERIFY(Hub::isMember(one.session, "b"));
    QVERIFY(!Hub::isMember(two.session, "b"));
    QVERIFY(!hub.leave(one.session, "a"));
    QVERIFY(!hub.leave(one.session, "a")); // is not in it any more
    QVERIFY(!hub.leave(one.session, "unheard"));
    QVERIFY(!Hub::isMember(one.session, "a"));
    QVERIFY(hub.leave(two.session, "a"));
    QVERIFY(hub.leave(one.session, one.session.channels().front()));
    QCOMPARE(hub.channelCount(), qsizetype{0});
}

void TestHub::leaveAllNamesTheAbandoned()
{
    Hub hub(m_encoder, m_catalog);
    HubClient one(hub);
    HubClient two(hub);
    for (const char* name : {"a", "b", "c"})
        hub.join(one.session, name);
    hub.join(two.session, "b");
    QCOMPARE(hub.leaveAll(one.session), (std::vector<QByteArray>{"a", "c"}));
    QVERIFY(one.session.channels().empty());
    QVERIFY(hub.leaveAll(one.session).empty());
    QCOMPARE(hub.leaveAll(two.session), std::vector<QByteArray>{"b"});
}

void TestHub::dispatchReachesOnlyMembers()
{
    Hub hub(m_encoder, m_catalog);
    HubClient one(hub);
    HubClient two(hub);
    listen(hub, one, {{"a", 0}});
    listen(hub, two, {{"b", 7}});
    hub.dispatch(makeEvent("1", {{"a", 1}}));
    hub.dispatch(makeEvent("2", {{"b", 8}}));
    hub.dispatch(makeEvent("3", {{"c", 1}}));
    QCOMPARE(one.text(), "1@a:1"_ba);
    QCOMPARE(two.text(), "2@b:8"_ba);
}

void TestHub::encodesOncePerFormat()
{
    const PlainEncoder encoder{};
    Hub hub(encoder, m_catalog);
    std::vector<std::unique_ptr<HubClient>> clients;
    for (int i = 0; i < 90; ++i) {
        clients.push_back(
            std::make_unique<HubClient>(hub, i % 3 == 0 ? kChannelWs : (i % 3 == 1 ? kChannelSse : kStreamSse)));
        listen(hub, *clients.back(), {{"a", 0}});
    }
    hub.dispatch(makeEvent("1", {{"a", 1}}));
    for (const WireFormat format : {kChannelWs, kChannelSse, kStreamSse})
        QCOMPARE(encoder.calls(format), 1);
    iovec first{};
    iovec second{};
    QCOMPARE(clients[0]->session.queue().gather(&first, 1), 1);
    QCOMPARE(clients[3]->session.queue().gather(&second, 1), 1);
    QCOMPARE(first.iov_base, second.iov_base); // the same bytes, not a copy
    hub.dispatch(makeEvent("2", {{"a", 2}}));
    QCOMPARE(encoder.calls(kChannelWs), 2);
    hub.dispatch(makeEvent("3", {{"nobody", 1}}));
    QCOMPARE(encoder.calls(kChannelWs), 2);
}

void TestHub::encodesOncePerChannelToo()
{
    const PlainEncoder encoder{};
    Hub hub(encoder, m_catalog);
    HubClient one(hub);
    HubClient two(hub);
    HubClient both(hub);
    listen(hub, one, {{"a", 0}});
    listen(hub, two, {{"b", 0}});
    listen(hub, both, {{"a", 0}, {"b", 0}});
    hub.dispatch(makeEvent("1", {{"a", 1}, {"b", 1}}));
    QCOMPARE(encoder.calls(kChannelWs), 2);
    QCOMPARE(one.text(), "1@a:1"_ba);
    QCOMPARE(two.text(), "1@b:1"_ba);
    QCOMPARE(both.text(), "1@a:1"_ba);
}

void TestHub::severalChannelsOnceLive()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    listen(hub, client, {{"a", 3}, {"b", 5}, {"c", 0}});
    hub.dispatch(makeEvent("1", {{"c", 1}, {"a", 4}, {"b", 6}}));
    hub.dispatch(makeEvent("2", {{"b", 7}}));
    hub.dispatch(makeEvent("3", {{"a", 5}, {"c", 2}}));
    QCOMPARE(client.text(), "1@c:1 2@b:7 3@a:5"_ba);
    QVERIFY(!client.session.failure());
}

void TestHub::severalChannelsOnceOnReplay()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    hub.join(client.session, "b");
    hub.join(client.session, "a");
    client.session.goLive(makeReplay({{"a", 2}, {"b", 2}}, {makeEvent("1", {{"x", 9}, {"a", 1}, {"b", 1}}),
                                                            makeEvent("2", {{"b", 2}}), makeEvent("3", {{"a", 2}})}));
    hub.dispatch(makeEvent("4", {{"a", 3}, {"b", 3}}));
    QCOMPARE(client.text(), "1@a:1 2@b:2 3@a:2 4@a:3"_ba);
}

void TestHub::severalChannelsOnceWhenKept()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    hub.join(client.session, "a");
    hub.join(client.session, "b");
    hub.dispatch(makeEvent("1", {{"a", 1}, {"b", 1}}));
    hub.dispatch(makeEvent("2", {{"b", 2}}));
    QCOMPARE(client.text(), QByteArray());
    client.session.goLive(makeReplay({{"a", 0}, {"b", 0}}));
    QCOMPARE(client.text(), "1@a:1 2@b:2"_ba);
}

void TestHub::joiningLaterDoesNotRepeat()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    listen(hub, client, {{"a", 0}});
    const EventPtr shared = makeEvent("1", {{"a", 1}, {"b", 1}});
    const EventPtr own = makeEvent("2", {{"b", 2}});
    hub.dispatch(shared);
    hub.dispatch(own);
    hub.join(client.session, "b");
    const EventPtr kept = makeEvent("3", {{"b", 3}, {"a", 2}});
    hub.dispatch(kept);
    client.session.goLive(makeReplay({{"b", 2}}, {shared, own}));
    QCOMPARE(client.text(), "1@a:1 3@a:2 2@b:2"_ba);
    hub.dispatch(makeEvent("4", {{"b", 4}, {"a", 3}}));
    QCOMPARE(client.text(), "4@b:4"_ba);
}

/// What came before the session had the other channel was not seen through it.
void TestHub::joiningLaterRepeatsWhatWasNotSeen()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    listen(hub, client, {{"a", 1}});
    const EventPtr before = makeEvent("1", {{"a", 1}, {"b", 1}});
    hub.join(client.session, "b");
    client.session.goLive(makeReplay({{"b", 1}}, {before}));
    QCOMPARE(client.text(), "1@b:1"_ba);
}

void TestHub::leavingOneOfTwoChannels()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    listen(hub, client, {{"a", 0}, {"b", 0}});
    hub.dispatch(makeEvent("1", {{"a", 1}, {"b", 1}}));
    hub.leave(client.session, "a");
    hub.dispatch(makeEvent("2", {{"a", 2}, {"b", 2}}));
    hub.dispatch(makeEvent("3", {{"a", 3}}));
    QCOMPARE(client.text(), "1@a:1 2@b:2"_ba);
    hub.join(client.session, "a");
    client.session.goLive(makeReplay({{"a", 3}}, {makeEvent("2", {{"a", 2}, {"b", 2}}), makeEvent("3", {{"a", 3}})}));
    QCOMPARE(client.text(), "3@a:3"_ba);
}

void TestHub::replayThenEarlyThenLive()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    hub.join(client.session, "a");
    hub.dispatch(makeEvent("3", {{"a", 3}}));
    hub.dispatch(makeEvent("4", {{"a", 4}}));
    client.session.goLive(makeReplay({{"a", 2}}, {makeEvent("1", {{"a", 1}}), makeEvent("2", {{"a", 2}})}));
    hub.dispatch(makeEvent("5", {{"a", 5}}));
    QCOMPARE(client.text(), "1@a:1 2@a:2 3@a:3 4@a:4 5@a:5"_ba);
}

void TestHub::replayHasTheEarlyOnes()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    hub.join(client.session, "a");
    const EventPtr second = makeEvent("2", {{"a", 2}});
    hub.dispatch(second);
    hub.dispatch(makeEvent("3", {{"a", 3}}));
    client.session.goLive(makeReplay({{"a", 2}}, {makeEvent("1", {{"a", 1}}), second}));
    QCOMPARE(client.text(), "1@a:1 2@a:2 3@a:3"_ba);
}

void TestHub::answersForDifferentChannels_data()
{
    QTest::addColumn<bool>("firstAFirst");
    QTest::newRow("in order") << true;
    QTest::newRow("the other way round") << false;
}

void TestHub::answersForDifferentChannels()
{
    QFETCH(bool, firstAFirst);
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    hub.join(client.session, "a");
    hub.join(client.session, "b");
    hub.dispatch(makeEvent("1", {{"a", 1}, {"b", 1}}));
    client.session.goLive(firstAFirst ? makeReplay({{"a", 0}}) : makeReplay({{"b", 0}}));
    QCOMPARE(client.text(), firstAFirst ? "1@a:1"_ba : "1@b:1"_ba);
    hub.dispatch(makeEvent("2", {{"a", 2}, {"b", 2}}));
    client.session.goLive(firstAFirst ? makeReplay({{"b", 0}}) : makeReplay({{"a", 0}}));
    hub.dispatch(makeEvent("3", {{"a", 3}, {"b", 3}}));
    QCOMPARE(client.text(), firstAFirst ? "2@a:2 3@a:3"_ba : "2@b:2 3@a:3"_ba);
}

void TestHub::answerForALeftChannel()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    hub.join(client.session, "a");
    hub.join(client.session, "b");
    hub.dispatch(makeEvent("1", {{"a", 1}}));
    hub.dispatch(makeEvent("2", {{"b", 1}}));
    hub.leave(client.session, "a");
    client.session.goLive(makeReplay({{"a", 0}, {"b", 0}}, {}));
    QCOMPARE(client.text(), "2@b:1"_ba);
    QVERIFY(!client.session.failure());
}

/// Left and joined again before the first answer came: the second answer is the one that has what was missed.
void TestHub::answerForAnEarlierJoin()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    hub.join(client.session, "a");
    const quint64 first = client.session.joins();
    hub.dispatch(makeEvent("5", {{"a", 5}}));
    hub.leave(client.session, "a");
    hub.dispatch(makeEvent("6", {{"a", 6}}));
    hub.join(client.session, "a");
    const quint64 second = client.session.joins();
    client.session.goLive(makeReplay({{"a", 4}}), first);
    hub.dispatch(makeEvent("7", {{"a", 7}}));
    QCOMPARE(client.text(), QByteArray());
    client.session.goLive(makeReplay({{"a", 6}}, {makeEvent("5", {{"a", 5}}), makeEvent("6", {{"a", 6}})}), second);
    QVERIFY(!client.session.failure());
    QCOMPARE(client.text(), "5@a:5 6@a:6 7@a:7"_ba);
}

/// What was kept for a channel goes when the channel is left.
void TestHub::leavingForgetsWhatWasKept()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub, kChannelWs, {.maxPendingEvents = 2});
    hub.join(client.session, "b");
    hub.dispatch(makeEvent("x", {{"b", 1}}));
    for (quint64 offset = 1; offset <= 5; ++offset) {
        hub.join(client.session, "a");
        hub.dispatch(makeEvent("y", {{"a", offset}}));
        hub.leave(client.session, "a");
    }
    QVERIFY(!client.session.failure());
    client.session.goLive(makeReplay({{"b", 0}}));
    QCOMPARE(client.text(), "x@b:1"_ba);
}

void TestHub::answerForALiveChannel()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    listen(hub, client, {{"a", 0}});
    hub.dispatch(makeEvent("1", {{"a", 1}}));
    client.session.goLive(makeReplay({{"a", 1}}, {makeEvent("1", {{"a", 1}})}));
    hub.dispatch(makeEvent("2", {{"a", 2}}));
    QCOMPARE(client.text(), "1@a:1 2@a:2"_ba);
}

void TestHub::notRecovered()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    hub.join(client.session, "a");
    hub.dispatch(makeEvent("7", {{"a", 7}}));
    Replay lost = makeReplay({{"a", 7}});
    lost.recovered = false;
    client.session.goLive(lost);
    QVERIFY(!client.session.failure());
    hub.dispatch(makeEvent("8", {{"a", 8}}));
    QCOMPARE(client.text(), "8@a:8"_ba);
}

void TestHub::oldEventsArePassedOver()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    listen(hub, client, {{"a", 5}});
    hub.dispatch(makeEvent("4", {{"a", 4}}));
    hub.dispatch(makeEvent("5", {{"a", 5}}));
    hub.dispatch(makeEvent("6", {{"a", 6}}));
    hub.dispatch(makeEvent("6", {{"a", 6}}));
    QCOMPARE(client.text(), "6@a:6"_ba);
    QVERIFY(!client.session.failure());
}

void TestHub::holeFailsLive()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    listen(hub, client, {{"a", 5}});
    hub.dispatch(makeEvent("7", {{"a", 7}}));
    QVERIFY(client.failedWith(ErrorCode::HistoryLost));
    QCOMPARE(client.turns, 1);
    hub.dispatch(makeEvent("6", {{"a", 6}}));
    QCOMPARE(client.text(), QByteArray());
}

void TestHub::holeFailsEarly()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    hub.join(client.session, "a");
    hub.dispatch(makeEvent("7", {{"a", 7}}));
    client.session.goLive(makeReplay({{"a", 5}}));
    QVERIFY(client.failedWith(ErrorCode::HistoryLost));
    QCOMPARE(client.text(), QByteArray());
}

void TestHub::holeFailsOnlyItsSessions()
{
    Hub hub(m_encoder, m_catalog);
    HubClient behind(hub);
    HubClient other(hub);
    listen(hub, behind, {{"a", 4}});
    listen(hub, other, {{"a", 5}});
    hub.dispatch(makeEvent("6", {{"a", 6}}));
    QVERIFY(behind.failedWith(ErrorCode::HistoryLost));
    QVERIFY(!other.session.failure());
    QCOMPARE(other.text(), "6@a:6"_ba);
}

/// Another epoch means that history was lost, even when its offsets look like old or like the next ones.
void TestHub::newEpochFailsLive()
{
    for (const quint64 offset : {quint64{1}, quint64{5}, quint64{6}, quint64{7}}) {
        Hub hub(m_encoder, m_catalog);
        HubClient client(hub);
        listen(hub, client, {{"a", 5}});
        hub.dispatch(makeEvent("x", {{"a", offset}}, "later"));
        QVERIFY(client.failedWith(ErrorCode::HistoryLost));
        QCOMPARE(client.text(), QByteArray());
    }
}

void TestHub::newEpochInAnAnswerFailsTheOthers()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    HubClient newcomer(hub);
    listen(hub, client, {{"a", 0}});
    hub.join(newcomer.session, "a");
    newcomer.session.goLive(makeReplay({{"a", 0}}, {}, "later"));
    QVERIFY(client.failedWith(ErrorCode::HistoryLost));
    QVERIFY(!newcomer.session.failure());
    hub.dispatch(makeEvent("1", {{"a", 1}}, "later"));
    QCOMPARE(newcomer.text(), "1@a:1"_ba);
    QCOMPARE(client.text(), QByteArray());
}

void TestHub::newEpochServesWhoJoinsAnew()
{
    Hub hub(m_encoder, m_catalog);
    HubClient client(hub);
    hub.join(client.session, "a");
    hub.dispatch(makeEvent("9", {{"a", 9}}));
    hub.dispatch(makeEvent("1", {{"a", 1}}, "later"));
    hub.dispatch(makeEvent("2", {{"a", 2}}, "later"));
    client.session.goLive(makeReplay({{"a", 1}}, {}, "later"));
    QVERIFY(!client.session.failure());
    hub.dispatch(makeEvent("3", {{"a", 3}}, "later"));
    QCOMPARE(client.text(), "2@a:2 3@a:3"_ba);
    hub.leave(client.session, "a");
    listen(hub, client, {{"a", 40}});
    hub.dispatch(makeEvent("41", {{"a", 41}}));
    QCOMPARE(client.text(), "41@a:41"_ba);
}

void TestHub::sessionsComeAndGo()
{
    Hub hub(m_encoder, m_catalog);
    std::vector<std::unique_ptr<HubClient>> clients;
    QRandomGenerator random(3);
    for (quint64 offset = 1; offset <= 2000; ++offset) {
        if (clients.size() < 20) {
            clients.push_back(std::make_unique<HubClient>(hub));
            listen(hub, *clients.back(), {{"a", offset - 1}});
        }
        if (random.bounded(3) == 0)
            clients.erase(clients.begin() + random.bounded(static_cast<int>(clients.size())));
        hub.dispatch(makeEvent("x", {{"a", offset}}));
        for (const auto& client : clients) {
            QVERIFY(!client->session.failure());
            QCOMPARE(client->text(), QByteArray("x@a:" + QByteArray::number(offset)));
        }
    }
    clients.clear();
    QCOMPARE(hub.channelCount(), qsizetype{0});
}

void TestHub::anyInterleaving_data()
{
    QTest::addColumn<int>("eventsPerChannel");
    QTest::newRow("history is whole") << 1000;
    QTest::newRow("history is short") << 4;
}

void TestHub::anyInterleaving()
{
    QFETCH(int, eventsPerChannel);
    int delivered = 0;
    for (quint32 seed = 0; seed < 3000; ++seed) {
        House house(seed, eventsPerChannel, m_catalog);
        for (int step = 0; step < 120; ++step)
            house.step();
        house.settle();
        QVERIFY2(house.complaints().isEmpty(),
                 QByteArray("seed " + QByteArray::number(seed) + ": " + house.complaints().join("; ")).constData());
        delivered += house.delivered();
    }
    QVERIFY(delivered > 10'000);
}

QTEST_GUILESS_MAIN(TestHub)
#include "tst_hub.moc"
