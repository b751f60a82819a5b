// SPDX-License-Identifier: GPL-3.0-or-later
// Which deliveries are acknowledged, in how few acknowledgements; in what batches a queue's messages are published and
// what becomes of those that fail.
// links: server_amqp
#include "amqp/amqpflow.h"

#include <QTest>

using namespace signalbox;

namespace {

using Acks = std::vector<AmqpAcks::Ack>;

const Error kForATime(ErrorCode::Unavailable);
const Error kForGood(ErrorCode::IdempotencyConflict);

AmqpFlow::Item item(const AmqpFlow& flow, quint64 tag)
{
    AmqpFlow::Item made;
    made.tag = tag;
    made.life = flow.life();
    made.event.name = QByteArray::number(tag);
    return made;
}

void deliver(AmqpFlow& flow, quint64 from, quint64 to)
{
    for (quint64 tag = from; tag <= to; ++tag) {
        flow.acks.delivered(tag);
        flow.take(item(flow, tag));
    }
}

QByteArrayList names(const std::vector<Publication>& batch)
{
    QByteArrayList list;
    for (const Publication& event : batch)
        list.append(event.name);
    return list;
}

} // namespace

class TestAmqpFlow : public QObject
{
    Q_OBJECT

private slots:
    void acksAreOne();
    void acksAreSingleBehindAGap();
    void strangeTagsArePassedOver();
    void batchesAreInOrder();
    void failedForATimeIsRepeatedFirst();
    void culpritIsFound();
    void connectionIsLostInTheMiddle();
    void queueIsGoneInTheMiddle();
};

void TestAmqpFlow::acksAreOne()
{
    AmqpAcks acks;
    for (quint64 tag = 1; tag <= 5; ++tag)
        acks.delivered(tag);
    for (quint64 tag : {2, 1, 3})
        acks.settle(tag);
    QCOMPARE(acks.unsettled(), 2U);
    QVERIFY(acks.take() == (Acks{{3, true}}));
    QVERIFY(acks.take().empty());
    acks.settle(4);
    acks.settle(5);
    QVERIFY(acks.take() == (Acks{{5, true}}));
    acks.delivered(6);
    acks.settle(6);
    QVERIFY(acks.take() == (Acks{{6, true}}));
}

void TestAmqpFlow::acksAreSingleBehindAGap()
{
    AmqpAcks acks;
    for (quint64 tag = 1; tag <= 4; ++tag)
        acks.delivered(tag);
    acks.settle(2);
    acks.settle(4);
    QVERIFY(acks.take() == (Acks{{2, false}, {4, false}}));
    acks.settle(1);
    QVERIFY(acks.take() == (Acks{{1, true}})); // 2 was acknowledged before, and RabbitMQ would refuse it
    acks.settle(3);
    QVERIFY(acks.take() == (Acks{{3, true}}));
    QCOMPARE(acks.unsettled(), 0U);
}

void TestAmqpFlow::strangeTagsArePassedOver()
{
    AmqpAcks acks;
    acks.settle(1);
    acks.delivered(7);
    acks.delivered(1);
    acks.settle(0);
    acks.settle(99);
    acks.settle(1);
    acks.settle(1);
    QVERIFY(acks.take() == (Acks{{1, true}}));
    acks.settle(1);
    QVERIFY(acks.take().empty());
    acks.delivered(2);
    acks.reset();
    acks.settle(2);
    QVERIFY(acks.take().empty());
}

void TestAmqpFlow::batchesAreInOrder()
{
    AmqpFlow flow{{"q", "stream:deals", false, {}}, 1};
    flow.begin();
    QVERIFY(!flow.isDue(0));
    deliver(flow, 1, 150);
    QVERIFY(flow.isDue(0));
    const auto first = flow.nextBatch();
    QCOMPARE(first.size(), 100U);
    QCOMPARE(first.front().name, "1");
    QVERIFY(!flow.isDue(0)); // one batch at a time
    QVERIFY(!flow.batchDone({}, 0));
    QVERIFY(flow.acks.take() == (Acks{{100, true}}));
    const auto second = flow.nextBatch();
    QCOMPARE(second.size(), 50U);
    QCOMPARE(second.front().name, "101");
}

void TestAmqpFlow::failedForATimeIsRepeatedFirst()
{
    AmqpFlow flow{{"q", "stream:deals", false, {}}, 1};
    flow.begin();
    deliver(flow, 1, 3);
    const auto batch = names(flow.nextBatch());
    deliver(flow, 4, 4);
    QVERIFY(!flow.batchDone(kForATime, 1000));
    QVERIFY(!flow.isDue(1000));
    QVERIFY(flow.retryMs() > 1000);
    QVERIFY(flow.isDue(flow.retryMs()));
    QVERIFY(flow.acks.take().empty());
    QCOMPARE(names(flow.nextBatch()), batch + QByteArrayList{"4"});
    QVERIFY(!flow.batchDone({}, 1100));
    QVERIFY(flow.acks.take() == (Acks{{4, true}}));
}

void TestAmqpFlow::culpritIsFound()
{
    AmqpFlow flow{{"q", "stream:deals", false, {}}, 1};
    flow.begin();
    deliver(flow, 1, 3);
    QCOMPARE(flow.nextBatch().size(), 3U);
    deliver(flow, 4, 5);
    QVERIFY(!flow.batchDone(kForGood, 0)); // of three: nobody knows which
    QCOMPARE(names(flow.nextBatch()), QByteArrayList{"1"});
    QVERIFY(!flow.batchDone({}, 0));
    QCOMPARE(names(flow.nextBatch()), QByteArrayList{"2"});
    const auto refused = flow.batchDone(kForGood, 0);
    QVERIFY(refused);
    QCOMPARE(refused->tag, 2U);
    QCOMPARE(names(flow.nextBatch()), QByteArrayList{"3"});
    QVERIFY(!flow.batchDone({}, 0));
    QCOMPARE(names(flow.nextBatch()), (QByteArrayList{"4", "5"}));
    QVERIFY(!flow.batchDone({}, 0));
    QVERIFY(flow.acks.take() == (Acks{{1, true}, {3, false}, {4, false}, {5, false}}));
    flow.acks.settle(refused->tag); // the dead-letter exchange has it
    QVERIFY(flow.acks.take() == (Acks{{2, true}}));
}

/// RabbitMQ delivers all of it again, under new tags.
void TestAmqpFlow::connectionIsLostInTheMiddle()
{
    for (const Result<void>& outcome : {Result<void>(), Result<void>(kForATime), Result<void>(kForGood)}) {
        AmqpFlow flow{{"q", "stream:deals", false, {}}, 1};
        flow.begin();
        deliver(flow, 1, 120);
        flow.nextBatch();
        flow.end(AmqpFlow::After::ComesAgain);
        QVERIFY(!flow.isConsuming);
        flow.begin();
        deliver(flow, 1, 2);
        QVERIFY(!flow.isDue(0)); // the former batch is still on its way: order
        QVERIFY(!flow.batchDone(outcome, 0));
        QVERIFY(flow.acks.take().empty()); // its tags are not those of this life
        QVERIFY(flow.isDue(flow.retryMs()));
        QCOMPARE(names(flow.nextBatch()).first(), "1");
        QVERIFY(flow.isPublishing());
    }
}

/// RabbitMQ has nothing of it any more.
void TestAmqpFlow::queueIsGoneInTheMiddle()
{
    AmqpFlow flow{{"q", "stream:deals", false, {}}, 1};
    flow.begin();
    deliver(flow, 1, 120);
    flow.nextBatch();
    flow.end(AmqpFlow::After::IsGone);
    QVERIFY(!flow.batchDone(kForATime, 0));
    QCOMPARE(names(flow.nextBatch()).size(), 100);
    flow.begin();
    deliver(flow, 1, 1);
    QVERIFY(!flow.batchDone({}, 0));
    QVERIFY(flow.acks.take().empty());
    QCOMPARE(names(flow.nextBatch()).size(), 21);
    QVERIFY(!flow.batchDone({}, 0));
    QVERIFY(flow.acks.take() == (Acks{{1, true}}));
}

QTEST_GUILESS_MAIN(TestAmqpFlow)
#include "tst_amqpflow.moc"
