// SPDX-License-Identifier: GPL-3.0-or-later
#include "contract/brokercontract.h"

#include <QSet>
#include <QTest>
#include <QUuid>

#include <algorithm>

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

constexpr int kPatienceMs = 20'000;

/// Orders events as they were delivered.
using LogPlace = std::pair<quint64, quint64>;

LogPlace logPlace(const LogCursor& cursor)
{
    return {cursor.journal.offset, cursor.memory.offset};
}

QList<QByteArray> ids(const std::vector<EventPtr>& events)
{
    QList<QByteArray> list;
    for (const EventPtr& event : events)
        list.append(event->id);
    return list;
}

std::vector<EventPtr> tail(const std::vector<EventPtr>& events, size_t from)
{
    return {events.begin() + static_cast<std::ptrdiff_t>(from), events.end()};
}

Position positionIn(const EventPtr& event, const QByteArray& channel)
{
    for (const Placement& placement : event->placements) {
        if (placement.channel == channel)
            return placement.position;
    }
    return {};
}

} // namespace

void BrokerContract::init()
{
    m_prefix = "t" + QUuid::createUuid().toByteArray(QUuid::Id128).first(12);
}

void BrokerContract::cleanup()
{
    m_world.reset();
    m_seen.clear();
}

Broker& BrokerContract::open(const BrokerWorld::Bounds& bounds)
{
    m_world = m_factory(bounds);
    m_world->broker().setSink(this);
    return m_world->broker();
}

QByteArray BrokerContract::channel(const char* name)
{
    const QByteArray full = m_world->channelName(m_prefix, name);
    m_world->broker().subscribe(full);
    return full;
}

Publication BrokerContract::publication(const Channels& channels, const QByteArray& data) const
{
    return {"chat.message"_ba, 1, data, channels, {}, {}};
}

Result<Published> BrokerContract::publish(const Publication& publication)
{
    auto answer = std::make_shared<std::optional<Result<Published>>>();
    m_world->broker().publish(publication, [answer](Result<Published> result) { answer->emplace(std::move(result)); });
    if (!QTest::qWaitFor([&] { return answer->has_value(); }, kPatienceMs))
        return Error(ErrorCode::Internal, u"No answer came."_s);
    return **answer;
}

std::vector<EventPtr> BrokerContract::publishMany(const Channels& channels, int count)
{
    std::vector<EventPtr> events;
    for (int i = 0; i < count; ++i) {
        const auto published = publish(publication(channels, "{\"n\":" + QByteArray::number(i) + "}"));
        if (published)
            events.push_back(published->event);
    }
    return events;
}

Result<Replay> BrokerContract::replay(const Channels& channels, const std::optional<Position>& since)
{
    auto answer = std::make_shared<std::optional<Result<Replay>>>();
    m_world->broker().replay(channels, since, [answer](Result<Replay> result) { answer->emplace(std::move(result)); });
    if (!QTest::qWaitFor([&] { return answer->has_value(); }, kPatienceMs))
        return Error(ErrorCode::Internal, u"No answer came."_s);
    return **answer;
}

bool BrokerContract::waitForEvents(size_t count)
{
    return QTest::qWaitFor([&] { return m_seen.size() >= count; }, kPatienceMs);
}

void BrokerContract::stampsEvents()
{
    open();
    Publication wanted = publication({channel("a")}, R"({"x":"Привет"})");
    wanted.version = 3;
    wanted.conflateKey = "k";
    const auto published = publish(wanted);
    QVERIFY(published.ok());
    QVERIFY(!published->duplicate);
    const Event& event = *published->event;
    QVERIFY(!event.id.isEmpty());
    QCOMPARE(event.name, wanted.name);
    QCOMPARE(event.version, 3);
    QCOMPARE(event.data, wanted.data);
    QCOMPARE(event.conflateKey, wanted.conflateKey);
    QVERIFY(event.timestampMs > 1'500'000'000'000);
    QVERIFY(logPlace(event.cursor) > LogPlace());
    QCOMPARE(event.placements.size(), size_t{1});
    QCOMPARE(event.placements[0].channel, wanted.channels[0]);
    QVERIFY(waitForEvents(1));
    QCOMPARE(seen()[0]->id, event.id);
    QCOMPARE(seen()[0]->data, event.data);
    QCOMPARE(seen()[0]->version, event.version);
    QCOMPARE(seen()[0]->conflateKey, event.conflateKey);
    QCOMPARE(seen()[0]->timestampMs, event.timestampMs);
    QCOMPARE(seen()[0]->cursor, event.cursor);
    QCOMPARE(seen()[0]->placements[0].position, event.placements[0].position);
}

void BrokerContract::offsetsGrowByOnePerChannel()
{
    open();
    const QByteArray a = channel("a");
    const QByteArray b = channel("b");
    quint64 offsetA = 0;
    quint64 offsetB = 0;
    LogPlace last;
    QSet<QByteArray> ids;
    for (int i = 0; i < 30; ++i) {
        const QByteArray& name = i % 3 == 0 ? b : a;
        const auto published = publish(publication({name}));
        QVERIFY(published.ok());
        QCOMPARE(positionIn(published->event, name).offset, name == a ? ++offsetA : ++offsetB);
        QVERIFY(logPlace(published->event->cursor) > last);
        last = logPlace(published->event->cursor);
        ids.insert(published->event->id);
    }
    QCOMPARE(ids.size(), 30);
}

void BrokerContract::severalChannelsOneEvent()
{
    open();
    const QByteArray a = channel("a");
    const QByteArray b = channel("b");
    QCOMPARE(publishMany({a}, 2).size(), size_t{2});
    const auto published = publish(publication({b, a}));
    QVERIFY(published.ok());
    const Event& event = *published->event;
    QCOMPARE(event.placements.size(), size_t{2});
    QCOMPARE(event.placements[0].channel, b);
    QCOMPARE(event.placements[0].position.offset, quint64{1});
    QCOMPARE(event.placements[1].channel, a);
    QCOMPARE(event.placements[1].position.offset, quint64{3});
    QVERIFY(waitForEvents(3));
    QCOMPARE(publishMany({a}, 1).size(), size_t{1});
    QVERIFY(waitForEvents(4));
    QCOMPARE(seen().size(), size_t{4}); // not once for each channel
    QCOMPARE(seen()[2]->placements.size(), size_t{2});
    QCOMPARE(seen()[2]->cursor, event.cursor);
}

void BrokerContract::sinkSeesLogOrder()
{
    open();
    const Channels names{channel("a"), channel("b"), channel("c")};
    for (size_t i = 0; i < 60; ++i) {
        Channels some{names[i % 3]};
        if (i % 4 == 0)
            some.push_back(names[(i + 1) % 3]);
        QVERIFY(publish(publication(some)).ok());
    }
    QVERIFY(waitForEvents(60));
    const auto isNotLater = [](const EventPtr& a, const EventPtr& b) {
        return logPlace(a->cursor) >= logPlace(b->cursor);
    };
    QVERIFY(std::adjacent_find(seen().begin(), seen().end(), isNotLater) == seen().end());
    for (const QByteArray& name : names) {
        quint64 expected = 0;
        for (const EventPtr& event : seen()) {
            const Position position = positionIn(event, name);
            if (position.offset != 0)
                QCOMPARE(position.offset, ++expected);
        }
        QVERIFY(expected > 0);
    }
}

void BrokerContract::pipelinedPublishesKeepOrder()
{
    Broker& broker = open();
    const QByteArray a = channel("a");
    auto answers = std::make_shared<std::vector<QByteArray>>();
    for (int i = 0; i < 200; ++i) {
        broker.publish(publication({a}, QByteArray::number(i)), [answers](const Result<Published>& result) {
            answers->push_back(result ? result->event->data : "refused"_ba);
        });
    }
    QVERIFY(QTest::qWaitFor([&] { return answers->size() == 200; }, kPatienceMs));
    QVERIFY(waitForEvents(200));
    for (size_t i = 0; i < 200; ++i) {
        QCOMPARE((*answers)[i], QByteArray::number(i));
        QCOMPARE(seen()[i]->data, QByteArray::number(i));
        QCOMPARE(seen()[i]->placements[0].position.offset, quint64{i + 1});
    }
}

void BrokerContract::publishesWithoutASink()
{
    Broker& broker = open();
    broker.setSink(nullptr);
    const QByteArray a = channel("a");
    QCOMPARE(publishMany({a}, 2).size(), size_t{2});
    QVERIFY(seen().empty());
    broker.setSink(this);
    const auto third = publish(publication({a}));
    QVERIFY(third.ok());
    QCOMPARE(third->event->placements[0].position.offset, quint64{3});
    QVERIFY(waitForEvents(1));
}

/// A position alone tells which log it belongs to.
void BrokerContract::epochsNeverCoincide()
{
    open();
    const Channels names{channel("a"), channel("b"), channel("c")};
    const auto answer = replay(names, std::nullopt);
    QVERIFY(answer.ok());
    QSet<QByteArray> epochs{answer->cursor.toPosition().epoch};
    for (const ChannelTop& top : answer->tops)
        epochs.insert(top.position.epoch);
    QCOMPARE(epochs.size(), 4);
    for (const QByteArray& epoch : epochs)
        QVERIFY(Position::parse(Position{epoch, ~quint64{0}}.toString()));
}

void BrokerContract::replayOfNothingAsked()
{
    open();
    const QByteArray a = channel("a");
    const QByteArray b = channel("b");
    const std::vector<EventPtr> events = publishMany({a}, 3);
    const auto answer = replay({b, a}, std::nullopt);
    QVERIFY(answer.ok());
    QVERIFY(answer->recovered);
    QVERIFY(answer->events.empty());
    QCOMPARE(answer->tops.size(), size_t{2});
    QCOMPARE(answer->tops[0].channel, b);
    QCOMPARE(answer->tops[0].position.offset, quint64{0});
    QCOMPARE(answer->tops[1].channel, a);
    QCOMPARE(answer->tops[1].position, positionIn(events.back(), a));
    QCOMPARE(answer->cursor, events.back()->cursor);
    const auto none = replay({}, events.front()->cursor.toPosition());
    QVERIFY(none.ok() && none->recovered);
    QVERIFY(none->events.empty() && none->tops.empty());
    QCOMPARE(none->cursor, events.back()->cursor);
}

void BrokerContract::replayOfAnUnheardChannel()
{
    open();
    const QByteArray a = channel("a");
    const auto before = replay({a}, std::nullopt);
    QVERIFY(before.ok());
    const Position start = before->tops[0].position;
    QCOMPARE(start.offset, quint64{0});
    const std::vector<EventPtr> events = publishMany({a}, 2);
    QCOMPARE(positionIn(events[0], a), (Position{start.epoch, 1}));
    const auto answer = replay({a}, start);
    QVERIFY(answer.ok() && answer->recovered);
    QCOMPARE(ids(answer->events), ids(events));
}

void BrokerContract::replaySinceChannelPosition()
{
    open();
    const QByteArray a = channel("a");
    const QByteArray b = channel("b");
    std::vector<EventPtr> events;
    for (int i = 0; i < 10; ++i) {
        events.push_back(publishMany({a}, 1).at(0));
        QCOMPARE(publishMany({b}, 1).size(), size_t{1});
    }
    const Position first = positionIn(events[0], a);
    for (quint64 offset = 0; offset <= 10; ++offset) {
        const auto answer = replay({a}, Position{first.epoch, offset});
        QVERIFY(answer.ok() && answer->recovered);
        QCOMPARE(ids(answer->events), ids(tail(events, offset)));
        QCOMPARE(answer->tops[0].position, (Position{first.epoch, 10}));
        for (const EventPtr& event : answer->events) {
            QCOMPARE(event->name, "chat.message"_ba);
            QCOMPARE(event->data, "{\"n\":0}"_ba);
            QCOMPARE(event->placements[0].channel, a);
        }
    }
}

void BrokerContract::replaySinceCursor()
{
    open();
    const QByteArray a = channel("a");
    const QByteArray b = channel("b");
    const auto start = replay({a, b}, std::nullopt);
    QVERIFY(start.ok());
    std::vector<EventPtr> events;
    for (int i = 0; i < 10; ++i)
        events.push_back(publishMany({i % 2 == 0 ? a : b}, 1).at(0));
    const auto all = replay({a, b}, start->cursor.toPosition());
    QVERIFY(all.ok() && all->recovered);
    QCOMPARE(ids(all->events), ids(events));
    for (size_t i = 0; i < events.size(); ++i) {
        const auto answer = replay({a, b}, events[i]->cursor.toPosition());
        QVERIFY(answer.ok() && answer->recovered);
        QCOMPARE(ids(answer->events), ids(tail(events, i + 1)));
        QCOMPARE(answer->cursor, events.back()->cursor);
    }
    const auto one = replay({b}, events[0]->cursor.toPosition());
    QVERIFY(one.ok());
    QCOMPARE(one->events.size(), size_t{5});
}

void BrokerContract::replaySinceTheTop()
{
    open();
    const QByteArray a = channel("a");
    const std::vector<EventPtr> events = publishMany({a}, 3);
    for (const Position& since : {positionIn(events.back(), a), events.back()->cursor.toPosition()}) {
        const auto answer = replay({a}, since);
        QVERIFY(answer.ok() && answer->recovered);
        QVERIFY(answer->events.empty());
    }
}

void BrokerContract::replayUnionHasNoDoubles()
{
    open();
    const QByteArray a = channel("a");
    const QByteArray b = channel("b");
    const QByteArray c = channel("c");
    const auto start = replay({a, b}, std::nullopt);
    QVERIFY(start.ok());
    std::vector<EventPtr> events;
    for (const Channels& to : {Channels{a, b}, Channels{b}, Channels{c, b, a}, Channels{a}, Channels{a, c}})
        events.push_back(publishMany(to, 1).at(0));
    QCOMPARE(publishMany({c}, 1).size(), size_t{1});
    const auto answer = replay({a, b}, start->cursor.toPosition());
    QVERIFY(answer.ok() && answer->recovered);
    QCOMPARE(ids(answer->events), ids(events));
    for (size_t i = 0; i < events.size(); ++i)
        QCOMPARE(answer->events[i]->placements.size(), events[i]->placements.size());
    QCOMPARE(answer->tops[0].position.offset, quint64{4});
    QCOMPARE(answer->tops[1].position.offset, quint64{3});
    const auto twice = replay({a, a}, start->cursor.toPosition());
    QVERIFY(twice.ok());
    QCOMPARE(twice->events.size(), size_t{4});
}

void BrokerContract::replayUnionSinceOneChannel()
{
    open();
    const QByteArray a = channel("a");
    const QByteArray b = channel("b");
    std::vector<EventPtr> events;
    for (const Channels& to : {Channels{a}, Channels{b}, Channels{a, b}, Channels{b}, Channels{a}})
        events.push_back(publishMany(to, 1).at(0));
    const auto answer = replay({a, b}, positionIn(events[0], a));
    QVERIFY(answer.ok() && answer->recovered);
    QCOMPARE(ids(answer->events), ids(tail(events, 1)));
    const auto later = replay({a, b}, positionIn(events[2], b));
    QVERIFY(later.ok() && later->recovered);
    QCOMPARE(ids(later->events), ids(tail(events, 3)));
}

void BrokerContract::replaySinceUnaskedChannel()
{
    open();
    const QByteArray a = channel("a");
    const QByteArray b = channel("b");
    std::vector<EventPtr> events;
    for (const Channels& to : {Channels{a}, Channels{b}, Channels{a}, Channels{b}})
        events.push_back(publishMany(to, 1).at(0));
    const auto answer = replay({b}, positionIn(events[2], a));
    QVERIFY(answer.ok() && answer->recovered);
    QCOMPARE(ids(answer->events), ids(tail(events, 3)));
}

void BrokerContract::replayOfTheFuture_data()
{
    QTest::addColumn<bool>("ofTheLog");
    QTest::addColumn<quint64>("ahead"); // 0: as far as a number goes
    QTest::newRow("channel by one") << false << quint64{1};
    QTest::newRow("channel by far") << false << quint64{0};
    QTest::newRow("log by one") << true << quint64{1};
    QTest::newRow("log by far") << true << quint64{0};
}

void BrokerContract::replayOfTheFuture()
{
    QFETCH(bool, ofTheLog);
    QFETCH(quint64, ahead);
    open();
    const QByteArray a = channel("a");
    const EventPtr last = publishMany({a}, 3).at(2);
    Position since = ofTheLog ? last->cursor.toPosition() : positionIn(last, a);
    since.offset = ahead == 0 ? ~quint64{0} : since.offset + ahead;
    const auto answer = replay({a}, since);
    QVERIFY(answer.ok());
    QVERIFY(!answer->recovered);
    QVERIFY(answer->events.empty());
    QCOMPARE(answer->tops[0].position, positionIn(last, a));
    QCOMPARE(answer->cursor, last->cursor);
}

void BrokerContract::replayOfUnknownEpoch()
{
    open();
    const QByteArray a = channel("a");
    const EventPtr last = publishMany({a}, 3).at(2);
    for (const quint64 offset : {quint64{0}, quint64{1}, quint64{3}}) {
        const auto answer = replay({a}, Position{"anotherlife"_ba, offset});
        QVERIFY(answer.ok());
        QVERIFY(!answer->recovered);
        QVERIFY(answer->events.empty());
        QCOMPARE(answer->tops[0].position, positionIn(last, a));
    }
}

/// The answer and what the sink gets after it fit together, whenever the replay is asked for.
void BrokerContract::replayIsConsistentWithLive()
{
    Broker& broker = open();
    const QByteArray a = channel("a");
    const auto start = replay({a}, std::nullopt);
    QVERIFY(start.ok());
    struct Answer
    {
        Replay replay;
        size_t seenBefore = 0;
    };
    auto answers = std::make_shared<std::vector<Answer>>();
    for (int i = 0; i < 50; ++i) {
        broker.publish(publication({a}), [](const Result<Published>&) {});
        broker.replay({a}, start->tops[0].position, [this, answers](const Result<Replay>& result) {
            if (result)
                answers->push_back({*result, m_seen.size()});
        });
    }
    QVERIFY(QTest::qWaitFor([&] { return answers->size() == 50; }, kPatienceMs));
    QVERIFY(waitForEvents(50));
    for (const Answer& answer : *answers) {
        const quint64 top = answer.replay.tops[0].position.offset;
        QCOMPARE(answer.replay.events.size(), top);
        for (size_t i = 0; i < seen().size(); ++i) {
            if (i < answer.seenBefore)
                QVERIFY(seen()[i]->placements[0].position.offset <= top);
        }
        quint64 next = top;
        for (size_t i = answer.seenBefore; i < seen().size(); ++i) {
            const quint64 offset = seen()[i]->placements[0].position.offset;
            if (offset > top)
                QCOMPARE(offset, ++next);
        }
        QCOMPARE(next, quint64{50});
    }
}

void BrokerContract::replayTrimmed()
{
    open({.eventsPerChannel = 5});
    const QByteArray a = channel("a");
    const std::vector<EventPtr> events = publishMany({a}, 12);
    const QByteArray epoch = positionIn(events[0], a).epoch;
    for (quint64 offset = 0; offset < 7; ++offset) {
        const auto answer = replay({a}, Position{epoch, offset});
        QVERIFY(answer.ok());
        QVERIFY(!answer->recovered);
        QVERIFY(answer->events.empty());
        QCOMPARE(answer->tops[0].position.offset, quint64{12});
    }
    for (quint64 offset = 7; offset <= 12; ++offset) {
        const auto answer = replay({a}, Position{epoch, offset});
        QVERIFY(answer.ok() && answer->recovered);
        QCOMPARE(ids(answer->events), ids(tail(events, offset)));
    }
    QVERIFY(!replay({a}, events[5]->cursor.toPosition())->recovered);
    QCOMPARE(replay({a}, events[6]->cursor.toPosition())->events.size(), size_t{5});
}

void BrokerContract::replayTrimmedUnion()
{
    open({.eventsPerChannel = 3});
    const QByteArray a = channel("a");
    const QByteArray b = channel("b");
    const std::vector<EventPtr> quiet = publishMany({b}, 1);
    const std::vector<EventPtr> busy = publishMany({a}, 5);
    QVERIFY(!replay({a, b}, quiet[0]->cursor.toPosition())->recovered);
    QVERIFY(!replay({a, b}, positionIn(quiet[0], b))->recovered);
    const auto since = replay({b, a}, busy[1]->cursor.toPosition());
    QVERIFY(since.ok() && since->recovered);
    QCOMPARE(ids(since->events), ids(tail(busy, 2)));
}

void BrokerContract::replayAged()
{
    open({.ageMs = 60'000});
    const QByteArray a = channel("a");
    const std::vector<EventPtr> old = publishMany({a}, 2);
    if (!world().advance(40'000))
        QSKIP("The time of this broker cannot be turned.");
    const std::vector<EventPtr> young = publishMany({a}, 2);
    QCOMPARE(replay({a}, old[0]->cursor.toPosition())->events.size(), size_t{3});
    QVERIFY(world().advance(30'000));
    QVERIFY(!replay({a}, old[0]->cursor.toPosition())->recovered);
    const auto answer = replay({a}, positionIn(old[1], a));
    QVERIFY(answer.ok() && answer->recovered);
    QCOMPARE(ids(answer->events), ids(young));
    QCOMPARE(publishMany({a}, 1).at(0)->placements[0].position, (Position{positionIn(old[0], a).epoch, 5}));
}

/// An old cursor is good for the channels that still have everything since.
void BrokerContract::trimmedBusyChannelLeavesOthersWhole()
{
    open({.eventsPerChannel = 3});
    const QByteArray a = channel("a");
    const QByteArray b = channel("b");
    const std::vector<EventPtr> quiet = publishMany({b}, 2);
    QCOMPARE(publishMany({a}, 20).size(), size_t{20});
    const auto answer = replay({b}, quiet[0]->cursor.toPosition());
    QVERIFY(answer.ok() && answer->recovered);
    QCOMPARE(ids(answer->events), QList<QByteArray>{quiet[1]->id});
}

void BrokerContract::emptyChannelKeepsItsEpoch()
{
    Broker& broker = open();
    const QByteArray a = channel("a");
    const auto before = replay({a}, std::nullopt);
    QVERIFY(before.ok());
    broker.unsubscribe(a);
    if (world().advance(1000)) {
        broker.subscribe(a);
        broker.unsubscribe(a);
    }
    const EventPtr missed = publishMany({a}, 1).at(0);
    broker.subscribe(a);
    const auto answer = replay({a}, before->tops[0].position);
    QVERIFY(answer.ok() && answer->recovered);
    QCOMPARE(ids(answer->events), QList<QByteArray>{missed->id});
}

void BrokerContract::expiredChannelIsAReset()
{
    Broker& broker = open({.ageMs = 60'000});
    const QByteArray a = channel("a");
    const std::vector<EventPtr> events = publishMany({a}, 3);
    broker.unsubscribe(a);
    if (!world().advance(200'000))
        QSKIP("The time of this broker cannot be turned.");
    const auto lost = replay({a}, positionIn(events[0], a));
    QVERIFY(lost.ok());
    QVERIFY(!lost->recovered);
    QVERIFY(lost->events.empty());
    QVERIFY(!replay({a}, events[0]->cursor.toPosition())->recovered);
    const EventPtr next = publishMany({a}, 1).at(0);
    QVERIFY(logPlace(next->cursor) > logPlace(events.back()->cursor));
    const auto live = replay({a}, lost->cursor.toPosition());
    QVERIFY(live.ok() && live->recovered);
    QCOMPARE(ids(live->events), QList<QByteArray>{next->id});
}

void BrokerContract::resubscribing()
{
    Broker& broker = open();
    const QByteArray a = channel("a");
    broker.subscribe(a);
    broker.unsubscribe(a);
    QCOMPARE(publishMany({a}, 1).size(), size_t{1});
    QVERIFY(waitForEvents(1)); // one subscription is left
    broker.unsubscribe(a);
    broker.unsubscribe(a); // one too many does no harm
    broker.subscribe(a);
    QCOMPARE(publishMany({a}, 1).size(), size_t{1});
    QVERIFY(waitForEvents(2));
    QCOMPARE(seen()[1]->placements[0].position.offset, quint64{2});
}

void BrokerContract::idempotentRepeat()
{
    open();
    const QByteArray a = channel("a");
    Publication keyed = publication({a});
    keyed.idempotencyKey = m_prefix + "k";
    const auto first = publish(keyed);
    QVERIFY(first.ok() && !first->duplicate);
    for (int i = 0; i < 3; ++i) {
        const auto again = publish(keyed);
        QVERIFY(again.ok());
        QVERIFY(again->duplicate);
        QCOMPARE(again->event->id, first->event->id);
        QCOMPARE(again->event->cursor, first->event->cursor);
        QCOMPARE(again->event->placements[0].channel, a);
        QCOMPARE(again->event->placements[0].position, first->event->placements[0].position);
    }
    const EventPtr next = publishMany({a}, 1).at(0);
    QCOMPARE(positionIn(next, a).offset, quint64{2});
    QVERIFY(waitForEvents(2));
    QCOMPARE(seen().size(), size_t{2});
}

void BrokerContract::idempotencyConflict_data()
{
    QTest::addColumn<QByteArray>("what");
    for (const char* what : {"data", "name", "version", "channels"})
        QTest::newRow(what) << QByteArray(what);
}

void BrokerContract::idempotencyConflict()
{
    QFETCH(QByteArray, what);
    open();
    const QByteArray a = channel("a");
    const QByteArray b = channel("b");
    Publication keyed = publication({a}, R"({"x":1})");
    keyed.idempotencyKey = m_prefix + "k";
    QVERIFY(publish(keyed).ok());
    Publication other = keyed;
    if (what == "data")
        other.data = R"({"x":2})";
    else if (what == "name")
        other.name = "chat.alert";
    else if (what == "version")
        other.version = 2;
    else
        other.channels = {a, b};
    const auto refused = publish(other);
    QVERIFY(!refused.ok());
    QVERIFY(refused.error().code == ErrorCode::IdempotencyConflict);
    QVERIFY(publish(keyed)->duplicate);
    QCOMPARE(positionIn(publishMany({a}, 1).at(0), a).offset, quint64{2});
    QCOMPARE(positionIn(publishMany({b}, 1).at(0), b).offset, quint64{1});
}

void BrokerContract::idempotencyKeysAreIndependent()
{
    open();
    const QByteArray a = channel("a");
    for (int i = 0; i < 20; ++i) {
        Publication keyed = publication({a}, QByteArray::number(i));
        keyed.idempotencyKey = m_prefix + QByteArray::number(i);
        const auto published = publish(keyed);
        QVERIFY(published.ok() && !published->duplicate);
        QCOMPARE(positionIn(published->event, a).offset, quint64(i + 1));
    }
}

void BrokerContract::idempotencyExpires()
{
    open({.idempotencyMs = 10'000});
    const QByteArray a = channel("a");
    Publication keyed = publication({a}, R"({"x":1})");
    keyed.idempotencyKey = m_prefix + "k";
    QVERIFY(publish(keyed).ok());
    if (!world().advance(9000))
        QSKIP("The time of this broker cannot be turned.");
    QVERIFY(publish(keyed)->duplicate);
    QVERIFY(world().advance(2000)); // a repeat does not make the key live longer
    keyed.data = R"({"x":2})";
    const auto anew = publish(keyed);
    QVERIFY(anew.ok());
    QVERIFY(!anew->duplicate);
    QCOMPARE(positionIn(anew->event, a).offset, quint64{2});
    QVERIFY(publish(keyed)->duplicate);
}

void BrokerContract::repeatAfterTrimming()
{
    open({.eventsPerChannel = 2});
    const QByteArray a = channel("a");
    Publication keyed = publication({a}, R"({"x":1})");
    keyed.idempotencyKey = m_prefix + "k";
    const auto first = publish(keyed);
    QVERIFY(first.ok());
    QCOMPARE(publishMany({a}, 10).size(), size_t{10});
    const auto again = publish(keyed);
    QVERIFY(again.ok() && again->duplicate);
    QCOMPARE(again->event->id, first->event->id);
    QCOMPARE(positionIn(again->event, a), positionIn(first->event, a));
}

} // namespace signalbox
