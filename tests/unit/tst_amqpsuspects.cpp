// SPDX-License-Identifier: GPL-3.0-or-later
// Messages that were delivered too often are tried one by one, and the first after a start is to blame.
// links: server_amqp
#include "amqp/amqpsuspects.h"

#include <QTest>

using namespace signalbox;

namespace {

constexpr int kMost = 5;

AmqpFlow::Item item(quint64 tag, qint64 deliveries)
{
    static std::deque<amqp_table_entry_t> headers; // an envelope does not own what is in its table
    AmqpFlow::Item made;
    made.tag = tag;
    made.life = 1;
    made.message.reset(new amqp_envelope_t{});
    made.message->redelivered = deliveries > 0;
    if (deliveries < 0)
        return made;
    amqp_table_entry_t& count = headers.emplace_back();
    count.key = amqp_cstring_bytes("x-delivery-count");
    count.value.kind = AMQP_FIELD_KIND_I64;
    count.value.value.i64 = deliveries;
    made.message->message.properties._flags = AMQP_BASIC_HEADERS_FLAG;
    made.message->message.properties.headers = {1, &count};
    return made;
}

bool take(AmqpSuspects& suspects, size_t flow, quint64 tag, qint64 deliveries)
{
    AmqpFlow::Item made = item(tag, deliveries);
    return suspects.take(flow, made);
}

QList<quint64> tags(const std::optional<AmqpSuspects::Next>& next)
{
    QList<quint64> list;
    if (!next)
        return list;
    for (const AmqpFlow::Item& one : next->items)
        list.append(one.tag);
    return list;
}

using Tags = QList<quint64>;

} // namespace

class TestAmqpSuspects : public QObject
{
    Q_OBJECT

private slots:
    void othersPass();
    void behindASuspectAllWait();
    void firstAfterTheStartIsToBlame();
    void lastTryIsMadeFirst();
    void brokenConnectionClears();
    void whoOutlivedABreakBlamesNobody();
    void queuesInTurn();
    void queueIsGone();
};

void TestAmqpSuspects::othersPass()
{
    AmqpSuspects suspects(kMost);
    QVERIFY(!take(suspects, 0, 1, -1));
    QVERIFY(!take(suspects, 0, 2, 0));
    QVERIFY(!take(suspects, 0, 3, kMost - 2));
    QVERIFY(!suspects.next());

    AmqpFlow::Item copied = item(4, kMost); // somebody's consumer published it anew with the headers that it had
    copied.message->redelivered = 0;
    QVERIFY(!suspects.take(0, copied));
}

void TestAmqpSuspects::behindASuspectAllWait()
{
    AmqpSuspects suspects(kMost);
    QVERIFY(take(suspects, 0, 1, kMost - 1));
    QVERIFY(take(suspects, 0, 2, kMost - 1));
    QVERIFY(take(suspects, 0, 3, 0));
    QVERIFY(take(suspects, 0, 4, -1));
    QVERIFY(!take(suspects, 1, 5, -1)); // another queue's
    for (quint64 tag : {1, 2}) {
        QCOMPARE(tags(suspects.next()), Tags{tag});
        QCOMPARE(suspects.inHand(), std::optional<size_t>(0));
        suspects.dealtWith();
    }
    QVERIFY(take(suspects, 0, 6, 0));
    QCOMPARE(tags(suspects.next()), (Tags{3, 4, 6}));
    QVERIFY(!suspects.inHand());
    QVERIFY(!suspects.waiting());
    QVERIFY(!take(suspects, 0, 7, 0));
}

void TestAmqpSuspects::firstAfterTheStartIsToBlame()
{
    AmqpSuspects suspects(kMost);
    QVERIFY(take(suspects, 0, 1, kMost));
    QVERIFY(take(suspects, 0, 2, kMost + 1));
    const auto first = suspects.next();
    QVERIFY(first->isCulprit);
    QCOMPARE(first->deliveries, kMost);
    suspects.dealtWith();
    QVERIFY(!suspects.next()->isCulprit); // waited behind it each time
    QVERIFY(take(suspects, 0, 3, -1));    // while that one is in hand
}

void TestAmqpSuspects::lastTryIsMadeFirst()
{
    AmqpSuspects suspects(kMost);
    QVERIFY(take(suspects, 0, 1, kMost - 1));
    QVERIFY(take(suspects, 0, 2, kMost));
    QVERIFY(!suspects.next()->isCulprit);
    suspects.dealtWith();
    QVERIFY(!suspects.next()->isCulprit);
}

void TestAmqpSuspects::brokenConnectionClears()
{
    AmqpSuspects suspects(kMost);
    suspects.forget(0); // the first attempt to connect
    QVERIFY(take(suspects, 0, 1, kMost));
    suspects.forget(0);
    QVERIFY(!suspects.waiting());
    QVERIFY(take(suspects, 0, 1, kMost + 1));
    QVERIFY(!suspects.next()->isCulprit);
}

void TestAmqpSuspects::whoOutlivedABreakBlamesNobody()
{
    AmqpSuspects suspects(kMost);
    QVERIFY(!take(suspects, 0, 1, 0));
    suspects.forget(0);
    QVERIFY(take(suspects, 0, 1, kMost));
    QVERIFY(!suspects.next()->isCulprit);
}

void TestAmqpSuspects::queuesInTurn()
{
    AmqpSuspects suspects(kMost);
    QVERIFY(take(suspects, 1, 1, kMost));
    QVERIFY(take(suspects, 0, 2, kMost));
    QCOMPARE(suspects.waiting(), std::optional<size_t>(0));
    const auto first = suspects.next();
    QCOMPARE(first->flow, 0);
    QVERIFY(first->isCulprit);
    suspects.dealtWith();
    const auto second = suspects.next();
    QCOMPARE(second->flow, 1);
    QVERIFY(!second->isCulprit);
}

void TestAmqpSuspects::queueIsGone()
{
    AmqpSuspects suspects(kMost);
    QVERIFY(take(suspects, 0, 1, kMost - 1));
    suspects.orphan(0);
    suspects.forget(0); // they come from nowhere else
    const auto next = suspects.next();
    QCOMPARE(tags(next), Tags{1});
    QCOMPARE(next->items.front().life, 0);
}

QTEST_GUILESS_MAIN(TestAmqpSuspects)
#include "tst_amqpsuspects.moc"
