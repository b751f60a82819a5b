// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/store/feedplace.h"
#include "console/store/recordjson.h"
#include "console/store/recordwrite.h"
#include "console/store/store.h"

#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

using namespace signalbox;
using namespace signalbox::console;
using namespace Qt::StringLiterals;

class tst_ConsoleStore : public QObject
{
    Q_OBJECT

    qint64 m_nowMs = 1'000'000;
    int m_events = 0;

    Snapshot base()
    {
        Snapshot snapshot;
        snapshot.position = u"j:100"_s;
        m_events = 100;
        for (qint64 id = 1; id <= 3; ++id) {
            Dialog dialog;
            dialog.id = id;
            dialog.guestName = u"G%1"_s.arg(id);
            snapshot.dialogs.append(dialog);
        }
        Operator me;
        me.id = u"7"_s;
        me.name = u"Me"_s;
        Operator other;
        other.id = u"8"_s;
        other.name = u"Maria"_s;
        snapshot.operators = {me, other};
        snapshot.me = me;
        return snapshot;
    }
    DeskEvent event(const QString& type, qint64 dialogId, const QJsonObject& data)
    {
        DeskEvent made;
        made.type = type;
        made.channel = u"staff"_s;
        made.position = u"s:%1"_s.arg(m_events);
        made.cursor = u"j.m.0:%1"_s.arg(++m_events);
        made.id = u"e%1"_s.arg(m_events);
        made.timestampMs = m_nowMs;
        made.dialogId = dialogId;
        made.data = data;
        return made;
    }
    DeskEvent message(qint64 dialogId, qint64 id, const QString& sender, const QString& text)
    {
        return event(u"chat.message"_s, dialogId,
                     {{u"id"_s, id}, {u"sender_type"_s, sender}, {u"body"_s, text}, {u"created_at"_s, isoOf(m_nowMs)}});
    }
    DeskEvent status(qint64 dialogId, const QString& from, const QString& to)
    {
        return event(u"chat.session.status"_s, dialogId, {{u"old_status"_s, from}, {u"status"_s, to}});
    }

private slots:
    void events_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<bool>("good");
        QTest::newRow("event") << QByteArray(R"({"type":"x","data":{},"channel":"staff","position":"a:1","id":"1"})")
                               << true;
        QTest::newRow("control") << QByteArray(R"({"type":"pong"})") << true;
        QTest::newRow("empty") << QByteArray() << false;
        QTest::newRow("no json") << QByteArray("{") << false;
        QTest::newRow("list") << QByteArray("[1]") << false;
        QTest::newRow("no type") << QByteArray(R"({"data":{}})") << false;
        QTest::newRow("odd type") << QByteArray(R"({"type":5})") << false;
        QTest::newRow("not UTF-8") << QByteArray("{\"type\":\"\xFF\xFE\"") << false;
        QTest::newRow("large") << QByteArray("{\"type\":\"" + QByteArray(kLargestEventBytes, 'x') + "\"}") << false;
    }
    void events()
    {
        QFETCH(QByteArray, json);
        QFETCH(bool, good);
        QCOMPARE(parseDeskEvent(json).ok(), good);
    }

    void oddRecordsBecomeDefaults()
    {
        const QJsonObject odd{{u"id"_s, u"17"_s},
                              {u"status"_s, u"hovering"_s},
                              {u"guest"_s, 5},
                              {u"unread_count"_s, 1e300},
                              {u"created_at"_s, u"yesterday"_s},
                              {u"tags"_s, u"x"_s},
                              {u"handoff"_s, u"x"_s},
                              {u"staff_read"_s, -5}};
        const Dialog dialog = dialogOf(odd);
        QCOMPARE(dialog.id, 17);
        QCOMPARE(dialog.status, DialogStatus::Ai);
        QCOMPARE(dialog.unreadCount, 0);
        QCOMPARE(dialog.createdMs, 0);
        QVERIFY(!dialog.handoff && dialog.tags.isEmpty());
        QCOMPARE(dialogOf({}).id, 0);
        QVERIFY(!snapshotOf({}).ok());
        QVERIFY(!snapshotOf({{u"position"_s, u"x"_s}, {u"dialogs"_s, u"y"_s}}).ok());
    }

    void recordsSurviveTheWire()
    {
        Dialog dialog;
        dialog.id = 9;
        dialog.status = DialogStatus::Operator;
        dialog.guestName = u"Анна"_s;
        dialog.operatorId = u"7"_s;
        dialog.createdMs = 1'700'000'000'123;
        dialog.lastMessageId = 4;
        dialog.lastMessageMs = 1'700'000'000'124;
        dialog.lastText = u"x"_s;
        dialog.tags = {u"a"_s};
        dialog.handoff = Handoff{};
        dialog.handoff->id = 3;
        dialog.handoff->fencing = 5;
        dialog.handoff->operatorId = u"7"_s;
        QCOMPARE(dialogOf(toJson(dialog)), dialog);
        Message message;
        message.id = 1;
        message.dialogId = 2;
        message.sender = Sender::Operator;
        message.text = u"hi"_s;
        message.clientMessageId = u"c"_s;
        message.createdMs = 5;
        QCOMPARE(messageOf(toJson(message)), message);
    }

    void placesAreCompared()
    {
        QVERIFY(FeedPlace::parse(u"j:5"_s)->isUpTo(*FeedPlace::parse(u"j.m.9:5"_s)));
        QVERIFY(!FeedPlace::parse(u"j:6"_s)->isUpTo(*FeedPlace::parse(u"j.m.9:5"_s)));
        QVERIFY(!FeedPlace::parse(u"k:1"_s)->isUpTo(*FeedPlace::parse(u"j:5"_s)));
        for (const QString& odd : {u""_s, u":5"_s, u"j"_s, u"j:"_s, u"j:x"_s, u"j:-1"_s})
            QVERIFY(!FeedPlace::parse(odd));
    }

    void nothingIsAppliedBeforeASnapshot()
    {
        Store store([this] { return m_nowMs; });
        store.apply(message(1, 1, u"client"_s, u"x"_s));
        QCOMPARE(store.dialogCount(), 0);
        QVERIFY(!store.isLoaded());
    }

    void anEventCountsOnce()
    {
        Store store([this] { return m_nowMs; });
        store.load(base());
        QSignalSpy changed(&store, &Store::dialogChanged);
        const DeskEvent said = message(1, 10, u"client"_s, u"x"_s);
        store.apply(said);
        store.apply(said);
        DeskEvent otherPlace = said;
        otherPlace.cursor = u"j:999"_s;
        store.apply(otherPlace);
        QCOMPARE(store.dialog(1)->unreadCount, 1);
        QCOMPARE(changed.size(), 1);
        DeskEvent old = message(2, 11, u"client"_s, u"x"_s);
        old.cursor = u"j:50"_s; // before the snapshot
        store.apply(old);
        QCOMPARE(store.dialog(2)->unreadCount, 0);
    }

    void aHandoffsWay()
    {
        Store store([this] { return m_nowMs; });
        store.load(base());
        QSignalSpy stale(&store, &Store::dialogStale);
        QSignalSpy owners(&store, &Store::ownerChanged);
        store.apply(status(1, u"ai"_s, u"queued"_s));
        store.apply(event(u"handoff.requested"_s, 1, {{u"reason"_s, u"r"_s}, {u"priority"_s, 5}}));
        QCOMPARE(store.counts().queue, 1);
        QCOMPARE(store.dialog(1)->handoff->priority, 5);
        QVERIFY(store.mayTake(*store.dialog(1)));
        QCOMPARE(stale.size(), 1);
        store.apply(status(1, u"queued"_s, u"operator"_s));
        store.apply(event(u"chat.session.assigned"_s, 1, {{u"operator"_s, QJsonObject{{u"id"_s, u"7"_s}}}}));
        QCOMPARE(store.counts().queue, 0);
        QCOMPARE(store.counts().mine, 1);
        QCOMPARE(store.counts().mineWaiting, 1);
        QCOMPARE(owners.size(), 1);
        store.apply(message(1, 20, u"operator"_s, u"answer"_s));
        QCOMPARE(store.counts().mineWaiting, 0);
        store.apply(event(u"handoff.released"_s, 1, {}));
        store.apply(status(1, u"operator"_s, u"closed"_s));
        QCOMPARE(store.counts(), (DialogCounts{0, 0, 2, 0, 0, 0}));
        QCOMPARE(store.dialog(1)->lastOperator, u"7"_s);
    }

    void whatIsReservedIsNotForOthers()
    {
        Store store([this] { return m_nowMs; });
        Snapshot snapshot = base();
        snapshot.dialogs[0].status = DialogStatus::Queued;
        snapshot.dialogs[0].handoff = Handoff{};
        snapshot.dialogs[0].handoff->reservedFor = u"8"_s;
        store.load(snapshot);
        QCOMPARE(store.counts().queue, 0);
        QSignalSpy stale(&store, &Store::dialogStale);
        store.apply(event(u"handoff.queue.updated"_s, 0, {{u"total_in_queue"_s, 1}}));
        QCOMPARE(stale.size(), 1); // the reservation may have run out
        Operator me = store.me();
        me.role = Role::Director;
        store.refreshOperator(me);
        QCOMPARE(store.counts().queue, 1);
    }

    void marksAndUnread()
    {
        Store store([this] { return m_nowMs; });
        store.load(base());
        for (qint64 id = 1; id <= 3; ++id)
            store.apply(message(1, id, u"client"_s, u"x"_s));
        QCOMPARE(store.dialog(1)->unreadCount, 3);
        QSignalSpy stale(&store, &Store::dialogStale);
        store.apply(event(u"dialog.read.updated"_s, 1, {{u"reader"_s, u"staff"_s}, {u"last_id"_s, 2}}));
        QCOMPARE(stale.size(), 1);
        store.apply(event(u"dialog.read.updated"_s, 1, {{u"reader"_s, u"staff"_s}, {u"last_id"_s, 3}}));
        QCOMPARE(store.dialog(1)->unreadCount, 0);
        store.apply(event(u"dialog.read.updated"_s, 1, {{u"reader"_s, u"client"_s}, {u"last_id"_s, 3}}));
        QCOMPARE(store.dialog(1)->guestRead, 3);
        store.apply(event(u"chat.alert"_s, 1, {{u"unread_count"_s, 5}}));
        QCOMPARE(store.dialog(1)->unreadCount, 5);
    }

    void typingEndsByItself()
    {
        Store store([this] { return m_nowMs; });
        store.load(base());
        const QJsonObject actor{{u"type"_s, u"client"_s}, {u"name"_s, u"G"_s}};
        store.apply(event(u"typing.start"_s, 1, {{u"actor"_s, actor}}));
        QCOMPARE(store.typists(1).size(), 1);
        store.apply(
            event(u"typing.start"_s, 1, {{u"actor"_s, QJsonObject{{u"type"_s, u"operator"_s}, {u"name"_s, u"Me"_s}}}}));
        QCOMPARE(store.typists(1).size(), 1); // not oneself
        QSignalSpy changed(&store, &Store::typingChanged);
        m_nowMs += 60'000;
        store.tick();
        QVERIFY(store.typists(1).isEmpty());
        QCOMPARE(changed.size(), 1);
    }

    void alertsAreOnePerPart()
    {
        Store store([this] { return m_nowMs; });
        store.load(base());
        QSignalSpy raised(&store, &Store::alertRaised);
        const auto alert = [this](const QString& service, const QString& state) {
            return event(u"system.health.alert"_s, 0,
                         {{u"service"_s, service}, {u"status"_s, state}, {u"severity"_s, u"critical"_s}});
        };
        store.apply(alert(u"redis"_s, u"down"_s));
        store.apply(alert(u"sql"_s, u"down"_s));
        QCOMPARE(store.alerts().size(), 2);
        QCOMPARE(store.alerts().first().service, u"sql"_s);
        store.acknowledge(u"redis"_s);
        store.apply(alert(u"redis"_s, u"down"_s)); // the same again: stays acknowledged
        QVERIFY(store.alerts().first().acknowledged);
        store.apply(alert(u"redis"_s, u"ok"_s));
        QVERIFY(store.alerts().first().isOver());
        QCOMPARE(raised.size(), 2);
        for (int i = 0; i < 500; ++i)
            store.apply(alert(QString::number(i), u"down"_s));
        QCOMPARE(store.alerts().size(), Store::kMostAlerts);
    }

    void dialogsAreBounded()
    {
        Store store([this] { return m_nowMs; });
        Snapshot snapshot = base();
        snapshot.dialogs.clear();
        for (qint64 id = 1; id <= Store::kMostDialogs; ++id) {
            Dialog dialog;
            dialog.id = id;
            dialog.updatedMs = id;
            if (id == 77)
                dialog.status = DialogStatus::Closed;
            snapshot.dialogs.append(dialog);
        }
        store.load(snapshot);
        store.apply(message(1'000'000, 1, u"client"_s, u"x"_s));
        QCOMPARE(store.dialogCount(), Store::kMostDialogs);
        QVERIFY(!store.dialog(77));
        QVERIFY(store.dialog(1'000'000));
        for (int row = 0; row < store.dialogCount(); ++row)
            QCOMPARE(store.rowOf(store.dialogAt(row).id), row);
    }

    void presenceTellsWhatItCannot()
    {
        Store store([this] { return m_nowMs; });
        store.load(base());
        QSignalSpy stale(&store, &Store::operatorsStale);
        const auto presence = [this](const QString& id, int load, int capacity) {
            return event(u"operator.presence.updated"_s, 0,
                         {{u"operator_id"_s, id},
                          {u"status"_s, u"online"_s},
                          {u"current_load"_s, load},
                          {u"capacity"_s, capacity}});
        };
        store.apply(presence(u"8"_s, 2, 5));
        QCOMPARE(store.findOperator(u"8"_s)->load, 2);
        QCOMPARE(stale.size(), 0);
        store.apply(presence(u"8"_s, 2, 5)); // no news in it: something it does not tell
        QCOMPARE(stale.size(), 1);
        store.apply(presence(u"9"_s, 0, 5)); // somebody new
        QCOMPARE(stale.size(), 2);
    }

    /// Whatever comes, in whatever order: rows, counts and the index stay true.
    void nonsenseKeepsThePictureWhole()
    {
        const QStringList types{u"chat.message"_s,          u"chat.session.created"_s, u"chat.session.status"_s,
                                u"chat.session.assigned"_s, u"chat.alert"_s,           u"dialog.message.updated"_s,
                                u"dialog.read.updated"_s,   u"dialog.note.created"_s,  u"dialog.tags.changed"_s,
                                u"handoff.requested"_s,     u"handoff.released"_s,     u"handoff.queue.updated"_s,
                                u"typing.start"_s,          u"canned.updated"_s,       u"operator.presence.updated"_s,
                                u"system.health.alert"_s,   u"something.new"_s,        u"dialog.whisper"_s};
        const QList<QJsonValue> values{QJsonValue(),
                                       5,
                                       -1,
                                       1e300,
                                       u""_s,
                                       u"7"_s,
                                       u"queued"_s,
                                       u"operator"_s,
                                       true,
                                       QJsonArray{1, u"x"_s},
                                       QJsonObject{{u"id"_s, u"7"_s}, {u"type"_s, u"ai"_s}}};
        const QStringList names{u"id"_s,         u"status"_s,    u"old_status"_s,  u"operator"_s, u"unread_count"_s,
                                u"message_id"_s, u"changes"_s,   u"last_id"_s,     u"reader"_s,   u"note"_s,
                                u"tags"_s,       u"actor"_s,     u"operator_id"_s, u"priority"_s, u"sender_type"_s,
                                u"body"_s,       u"timestamp"_s, u"service"_s};
        QRandomGenerator random(7);
        Store store([this] { return m_nowMs; });
        store.load(base());
        for (int i = 0; i < 20'000; ++i) {
            QJsonObject data;
            for (int field = 0; field < 5; ++field)
                data.insert(names[random.bounded(names.size())], values[random.bounded(values.size())]);
            DeskEvent odd = event(types[random.bounded(types.size())], random.bounded(12), data);
            if (random.bounded(10) == 0)
                odd.cursor = u"odd"_s;
            store.apply(odd);
        }
        DialogCounts counts;
        for (int row = 0; row < store.dialogCount(); ++row) {
            const Dialog& dialog = store.dialogAt(row);
            QCOMPARE(store.rowOf(dialog.id), row);
            counts.all += dialog.isOpen() ? 1 : 0;
            counts.queue += store.mayTake(dialog) ? 1 : 0;
            counts.mine += dialog.status == DialogStatus::Operator && store.isMine(dialog) ? 1 : 0;
        }
        QCOMPARE(store.counts().all, counts.all);
        QCOMPARE(store.counts().queue, counts.queue);
        QCOMPARE(store.counts().mine, counts.mine);
    }
};

QTEST_GUILESS_MAIN(tst_ConsoleStore)
#include "tst_consolestore.moc"
