// SPDX-License-Identifier: GPL-3.0-or-later
// Handoffs, operators, tokens and texts.
#include "contract/storecontract.h"
#include "contract/storesamples.h"

#include <QTest>

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

QList<qint64> idsOf(const std::vector<Handoff>& handoffs)
{
    QList<qint64> ids;
    for (const Handoff& handoff : handoffs)
        ids.append(handoff.id);
    return ids;
}

Operator person(const QByteArray& id, const QString& name = {}, int capacity = 5)
{
    Operator o;
    o.id = id;
    o.name = name;
    o.capacity = capacity;
    return o;
}

} // namespace

void StoreContract::handoffKeepsEveryField()
{
    Handoff full;
    full.status = HandoffStatus::Active;
    full.priority = -3;
    full.reason = u"жалоба"_s;
    full.metadata = R"({"summary":"'x'"})";
    full.requestedBy = "service:crm";
    full.requestedMs = 1'700'000'000'001;
    full.queuedMs = 1'700'000'000'002;
    full.reservedFor = "9";
    full.operatorId = "7";
    full.fencing = 4;
    full.leaseUntilMs = 1'700'000'000'003;
    full.startedMs = 1'700'000'000'004;
    full.answeredMs = 1'700'000'000'005;
    full.endedMs = 1'700'000'000'006;
    full.resolution = u"решено"_s;
    full.cancelType = "timeout";
    full.returns = 2;
    QVERIFY(inTransaction([&] {
        full.dialogId = addDialog().id;
        store().handoffs().insert(full);
        QCOMPARE(full.id, qint64{1});
        const Handoff empty = addHandoff(addDialog().id, 0, 0);
        QVERIFY(store().handoffs().open(full.dialogId) == full);
        QVERIFY(store().handoffs().open(empty.dialogId) == empty);
        QVERIFY(!store().handoffs().open(99));
        Handoff changed = empty;
        const Handoff copy = full;
        changed = copy;
        changed.id = empty.id;
        changed.dialogId = empty.dialogId;
        store().handoffs().update(changed);
        QVERIFY(store().handoffs().open(empty.dialogId) == changed);
        QVERIFY(store().handoffs().open(full.dialogId) == full);
    }));
}

void StoreContract::oneOpenHandoffPerDialog()
{
    QVERIFY(inTransaction([&] {
        const qint64 id = addDialog().id;
        Handoff first = addHandoff(id);
        first.status = HandoffStatus::Cancelled;
        store().handoffs().update(first);
        QVERIFY(!store().handoffs().open(id));
        Handoff second = addHandoff(id);
        second.status = HandoffStatus::Released;
        store().handoffs().update(second);
        const Handoff third = addHandoff(id);
        QVERIFY(store().handoffs().open(id) == third);
        QCOMPARE(signalbox::idsOf(store().handoffs().of(id, 10)), (QList<qint64>{3, 2, 1}));
        QCOMPARE(signalbox::idsOf(store().handoffs().of(id, 2)), (QList<qint64>{3, 2}));
        QVERIFY(store().handoffs().of(99, 2).empty());
    }));
    for (const auto status : {HandoffStatus::Queued, HandoffStatus::Active}) {
        QVERIFY(store().begin(Store::Access::Write));
        Handoff fourth;
        fourth.dialogId = 1;
        fourth.status = status;
        store().handoffs().insert(fourth);
        QVERIFY(store().failure());
        store().rollback();
    }
}

void StoreContract::queueOrder()
{
    QVERIFY(inTransaction([&] {
        const struct
        {
            int priority;
            qint64 queuedMs;
        } rows[] = {{0, 300}, {0, 100}, {5, 900}, {-1, 50}, {5, 900}, {0, 100}};
        for (const auto& row : rows)
            addHandoff(addDialog().id, row.priority, row.queuedMs);
        Handoff active = addHandoff(addDialog().id, 9, 1);
        active.status = HandoffStatus::Active;
        store().handoffs().update(active);
        addDialog(); // waits for nobody
    }));
    QVERIFY(inTransaction([&] {
        const QList<qint64> order{3, 5, 2, 6, 1, 4};
        QCOMPARE(signalbox::idsOf(store().handoffs().queue(100)), order);
        QCOMPARE(signalbox::idsOf(store().handoffs().queue(2)), order.first(2));
        QCOMPARE(store().handoffs().queueLength(), 6);
        for (qsizetype i = 0; i < order.size(); ++i)
            QCOMPARE(store().handoffs().queuePosition(order[i]), static_cast<int>(i) + 1);
        QCOMPARE(store().handoffs().queuePosition(7), 0);
        QCOMPARE(store().handoffs().queuePosition(8), 0);
        QCOMPARE(store().handoffs().queuePosition(99), 0);
    }));
}

void StoreContract::activeHandoffs()
{
    QVERIFY(inTransaction([&] {
        for (int i = 1; i <= 6; ++i) {
            Handoff handoff = addHandoff(addDialog().id);
            handoff.status = i == 6 ? HandoffStatus::Queued : HandoffStatus::Active;
            handoff.operatorId = i % 2 == 0 ? "7" : "9";
            handoff.leaseUntilMs = 1000 - i * 10;
            handoff.startedMs = 100 + i;
            handoff.answeredMs = i == 2 ? 200 : 0;
            store().handoffs().update(handoff);
        }
    }));
    QVERIFY(inTransaction([&] {
        HandoffStore& handoffs = store().handoffs();
        QCOMPARE(signalbox::idsOf(handoffs.active(10)), (QList<qint64>{1, 2, 3, 4, 5}));
        QCOMPARE(handoffs.active(2).size(), size_t{2});
        QCOMPARE(signalbox::idsOf(handoffs.activeOf("7", 10)), (QList<qint64>{2, 4}));
        QCOMPARE(handoffs.activeOf("7", 1).size(), size_t{1});
        QVERIFY(handoffs.activeOf("", 10).empty());
        QCOMPARE(signalbox::idsOf(handoffs.leaseEndedBefore(970, 10)), (QList<qint64>{5, 4}));
        QCOMPARE(signalbox::idsOf(handoffs.leaseEndedBefore(5000, 1)), (QList<qint64>{5}));
        QVERIFY(handoffs.leaseEndedBefore(950, 10).empty());
        QCOMPARE(signalbox::idsOf(handoffs.unansweredSince(104, 10)), (QList<qint64>{1, 3}));
        QCOMPARE(signalbox::idsOf(handoffs.unansweredSince(9999, 2)), (QList<qint64>{1, 3}));
        QVERIFY(handoffs.unansweredSince(101, 10).empty());
    }));
}

void StoreContract::reservedHandoffs()
{
    QVERIFY(inTransaction([&] {
        for (int i = 1; i <= 4; ++i) {
            Handoff handoff = addHandoff(addDialog().id);
            handoff.reservedFor = i == 1 ? "" : "7";
            handoff.leaseUntilMs = 1000 - i * 10;
            handoff.status = i == 2 ? HandoffStatus::Active : HandoffStatus::Queued;
            store().handoffs().update(handoff);
        }
        HandoffStore& handoffs = store().handoffs();
        QCOMPARE(signalbox::idsOf(handoffs.reservationEndedBefore(2000, 10)), (QList<qint64>{4, 3}));
        QCOMPARE(signalbox::idsOf(handoffs.reservationEndedBefore(2000, 1)), (QList<qint64>{4}));
        QCOMPARE(signalbox::idsOf(handoffs.reservationEndedBefore(970, 10)), (QList<qint64>{4}));
        QVERIFY(handoffs.reservationEndedBefore(960, 10).empty());
    }));
}

void StoreContract::meanHandling()
{
    QVERIFY(inTransaction([&] {
        QVERIFY(!store().handoffs().meanHandlingMs(10));
        for (int i = 1; i <= 4; ++i) {
            Handoff handoff = addHandoff(addDialog().id);
            handoff.status = i == 4 ? HandoffStatus::Cancelled : HandoffStatus::Released;
            handoff.startedMs = 1'700'000'000'000;
            handoff.endedMs = handoff.startedMs + i * 100;
            store().handoffs().update(handoff);
        }
        QCOMPARE(*store().handoffs().meanHandlingMs(10), qint64{200});
        QCOMPARE(*store().handoffs().meanHandlingMs(2), qint64{250});
        QCOMPARE(*store().handoffs().meanHandlingMs(1), qint64{300});
    }));
}

void StoreContract::operatorKeepsEveryField()
{
    Operator full = person("auth|7 'x'", u"Мария"_s, 8);
    full.login = "maria";
    full.avatar = u"https://example.com/я.png"_s;
    full.role = Role::Director;
    full.passwordHash = "$argon2id$v=19$m=65536,t=2,p=1$abc$def";
    full.cities = {"Москва", "Санкт-Петербург"};
    full.disabled = true;
    full.wanted = OperatorStatus::Dnd;
    full.wantedUntilMs = 1'700'000'000'001;
    full.presence = OperatorStatus::Away;
    full.createdMs = 1'700'000'000'002;
    const Operator empty = person("empty");
    QVERIFY(inTransaction([&] {
        store().operators().insert(full);
        store().operators().insert(empty);
        store().operators().insert(person("no login either"));
        QVERIFY(store().operators().find(full.id) == full);
        QVERIFY(store().operators().find(empty.id) == empty);
        QVERIFY(store().operators().findByLogin("maria") == full);
        QVERIFY(!store().operators().findByLogin("Maria"));
        QVERIFY(!store().operators().findByLogin(""));
        QVERIFY(!store().operators().find("nobody"));
        Operator changed = full;
        changed.id = empty.id;
        changed.login = "other";
        changed.createdMs = 5;
        changed.load = 5;
        store().operators().update(changed);
        changed.createdMs = 0;
        changed.load = 0;
        QVERIFY(store().operators().find(empty.id) == changed);
        store().operators().resetPresence();
        QVERIFY(store().operators().find(full.id)->presence == OperatorStatus::Offline);
        store().operators().addPresenceHistory(full.id, OperatorStatus::Away, 17);
        QVERIFY(!store().failure());
    }));
    for (const char* id : {"auth|7 'x'", "new"}) { // the id, and the login
        QVERIFY(store().begin(Store::Access::Write));
        Operator twice = full;
        twice.id = id;
        store().operators().insert(twice);
        QVERIFY(store().failure());
        store().rollback();
    }
}

void StoreContract::operatorsByName()
{
    QVERIFY(inTransaction([&] {
        store().operators().insert(person("1", u"Борис"_s));
        store().operators().insert(person("2", u"Anna"_s));
        store().operators().insert(person("3", u"Анна"_s));
        store().operators().insert(person("4", u"Zoe"_s));
        QByteArray order;
        for (const Operator& o : store().operators().all(10))
            order += o.id;
        QCOMPARE(order, QByteArray("2431"));
        QCOMPARE(store().operators().all(2).size(), size_t{2});
    }));
}

void StoreContract::loadAndCapacity()
{
    QVERIFY(inTransaction([&] {
        QCOMPARE(store().operators().capacity().total, 0);
        for (int i = 1; i <= 4; ++i) {
            Operator o = person(QByteArray::number(i), {}, i);
            o.presence = i == 4 ? OperatorStatus::Away : OperatorStatus::Online;
            store().operators().insert(o);
        }
        // 1 holds two, more than allowed; 2 holds one and had one; 4 holds one.
        for (const char* id : {"1", "1", "2", "4"}) {
            Dialog dialog;
            dialog.status = DialogStatus::Operator;
            dialog.operatorId = id;
            store().dialogs().insert(dialog);
        }
        Dialog closed;
        closed.status = DialogStatus::Closed;
        closed.operatorId = closed.lastOperator = "2";
        store().dialogs().insert(closed);
        QCOMPARE(store().operators().find("1")->load, 2);
        QCOMPARE(store().operators().find("2")->load, 1);
        QCOMPARE(store().operators().find("3")->load, 0);
        QCOMPARE(store().operators().all(10).size(), size_t{4});
        QCOMPARE(store().operators().capacity().total, 6);
        QCOMPARE(store().operators().capacity().free, 0 + 1 + 3);
        Operator three = *store().operators().find("3");
        three.disabled = true;
        store().operators().update(three);
        QCOMPARE(store().operators().capacity().total, 3);
        store().operators().resetPresence();
        QCOMPARE(store().operators().capacity().total, 0);
    }));
}

void StoreContract::refreshTokens()
{
    QVERIFY(inTransaction([&] {
        OperatorStore& operators = store().operators();
        std::vector<RefreshToken> tokens;
        for (int i = 1; i <= 4; ++i) {
            RefreshToken token;
            token.hash = byteSample() + QByteArray::number(i);
            token.operatorId = i == 4 ? "9" : "7";
            token.family = i <= 2 ? "f1" : "f2";
            token.createdMs = i;
            token.expiresMs = 1000 + i;
            tokens.push_back(token);
            operators.insertToken(token);
        }
        QVERIFY(operators.findToken(tokens[0].hash) == tokens[0]);
        QVERIFY(!operators.findToken("nothing"));
        operators.markTokenUsed(tokens[1].hash, 77);
        QCOMPARE(operators.findToken(tokens[1].hash)->usedMs, qint64{77});
        QCOMPARE(operators.findToken(tokens[0].hash)->usedMs, qint64{0});
        operators.deleteTokensExpiredBefore(1002);
        QVERIFY(!operators.findToken(tokens[0].hash));
        QVERIFY(operators.findToken(tokens[1].hash));
        operators.deleteTokenFamily("f1");
        QVERIFY(!operators.findToken(tokens[1].hash));
        operators.deleteTokensOf("7");
        QVERIFY(!operators.findToken(tokens[2].hash));
        QVERIFY(operators.findToken(tokens[3].hash));
    }));
}

void StoreContract::cannedReplies()
{
    QVERIFY(inTransaction([&] {
        DeskTextStore& texts = store().texts();
        std::vector<CannedReply> replies{{0, u"привет"_s, u"Приветствие"_s, u"Здравствуйте, {name}!"_s, "", 5},
                                         {0, u"bye"_s, u"Bye"_s, u"Bye!"_s, "7", 6},
                                         {0, u"bye"_s, u"Bye"_s, u"Others"_s, "9", 7}};
        for (CannedReply& reply : replies)
            texts.insert(reply);
        QVERIFY((texts.cannedReplies("7", 10) == std::vector{replies[1], replies[0]}));
        QVERIFY((texts.cannedReplies("7", 1) == std::vector{replies[1]}));
        QVERIFY((texts.cannedReplies("", 10) == std::vector{replies[0]}));
        QVERIFY(texts.cannedReply(replies[2].id) == replies[2]);
        replies[1].text = u"Пока"_s;
        replies[1].shortcut = u"я"_s;
        replies[1].updatedMs = 9;
        texts.update(replies[1]);
        QVERIFY((texts.cannedReplies("7", 10) == std::vector{replies[0], replies[1]}));
        texts.deleteCannedReply(replies[0].id);
        QVERIFY(!texts.cannedReply(replies[0].id));
        QVERIFY(!texts.cannedReply(99));
    }));
}

void StoreContract::audit()
{
    QVERIFY(inTransaction([&] {
        std::vector<AuditEntry> entries;
        for (int i = 1; i <= 3; ++i) {
            entries.push_back({i, 1000 + i, "operator:7", "handoff.start", "dialog:17", R"({"x":"'"})"});
            store().texts().insert(entries.back());
        }
        QVERIFY((store().texts().audit(0, 10) == std::vector{entries[2], entries[1], entries[0]}));
        QVERIFY((store().texts().audit(3, 1) == std::vector{entries[1]}));
        QVERIFY(store().texts().audit(1, 10).empty());
    }));
}

void StoreContract::webhookCalls()
{
    QVERIFY(inTransaction([&] {
        DeskTextStore& texts = store().texts();
        std::vector<WebhookCall> calls;
        for (int i = 1; i <= 3; ++i) {
            WebhookCall call{0, "chat.alert", R"({"x":"'\"?"})", 1, 1000 - i * 10, 0};
            texts.insert(call);
            calls.push_back(call);
        }
        QVERIFY((texts.dueCalls(1000, 10) == std::vector{calls[2], calls[1], calls[0]}));
        QVERIFY((texts.dueCalls(980, 10) == std::vector{calls[2], calls[1]}));
        QVERIFY((texts.dueCalls(1000, 1) == std::vector{calls[2]}));
        QVERIFY(texts.dueCalls(969, 10).empty());
        texts.retryCall(calls[2].id, 3, 2000);
        calls[2].attempts = 3;
        calls[2].nextMs = 2000;
        texts.deleteCall(calls[1].id);
        QVERIFY((texts.dueCalls(2000, 10) == std::vector{calls[0], calls[2]}));
    }));
}

} // namespace signalbox
