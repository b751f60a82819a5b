// SPDX-License-Identifier: GPL-3.0-or-later
// Dialogs from their beginning to their end, their notes and tags, and the snapshot of them all.
// links: server_desk
#include "desk/cannedreplies.h"
#include "desk/dialogs.h"
#include "desk/messages.h"
#include "desk/snapshot.h"
#include "support/deskpeople.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace signalbox;
using namespace signalbox::test;

namespace {

const Identity kAnna = person(Role::Operator, "7", QStringLiteral("Anna"));
const Identity kCrm = person(Role::Service, "crm", QStringLiteral("CRM"));

} // namespace

class TestDialogs : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_desk = std::make_unique<DeskDatabase>(); }
    void cleanup() { m_desk.reset(); }
    void opens();
    void opensWithTheFirstMessage();
    void viewsWithTheOpenHandoff();
    void closes();
    void closingCancelsWhatWaits();
    void closingReleasesWhatIsHeld();
    void closesOnce();
    void reopens();
    void keepsAnAudit();
    void tags();
    void notes();
    void keepsANoteOnce();
    void pagesNotes();
    void whatIsNotThere();
    void aSnapshotIsOfOneMoment();
    void aSnapshotKnowsAStranger();

private:
    Dialog open(const NewDialog& asked = {})
    {
        return m_desk->run<Dialog>([&](DeskTransaction& t) { return openDialog(t, asked); }).value();
    }
    Result<Dialog> close(qint64 id, const Identity& who = kAnna, const QString& reason = {})
    {
        return m_desk->run<Dialog>([&](DeskTransaction& t) { return closeDialog(t, who, id, reason); });
    }
    Result<Dialog> reopen(qint64 id)
    {
        return m_desk->run<Dialog>([&](DeskTransaction& t) { return reopenDialog(t, kAnna, id); });
    }
    Result<Dialog> tag(qint64 id, const QList<QByteArray>& list)
    {
        return m_desk->run<Dialog>([&](DeskTransaction& t) { return setTags(t, id, list); });
    }
    Result<Note> note(qint64 id, const Identity& who, const QString& text, const QByteArray& clientNoteId = {})
    {
        return m_desk->run<Note>([&](DeskTransaction& t) -> Result<Note> {
            auto added = addNote(t, who, {id, text, clientNoteId});
            return added ? Result<Note>(std::move(added->note)) : Result<Note>(added.error());
        });
    }
    Result<NotePage> notesOf(qint64 id, qint64 before = 0, int limit = 10)
    {
        return m_desk->run<NotePage>([&](DeskTransaction& t) { return listNotes(t, id, before, limit); });
    }
    DeskSnapshot snapshot(const Identity& who)
    {
        return m_desk->run<DeskSnapshot>([&](DeskTransaction& t) { return takeSnapshot(t, who); }).value();
    }
    void alter(const std::function<void(DeskTransaction&)>& change)
    {
        const auto done = m_desk->run<bool>([&](DeskTransaction& t) -> Result<bool> {
            change(t);
            return true;
        });
        QVERIFY(done);
    }
    QStringList events() { return namesOf(m_desk->takeEvents()); }

    std::unique_ptr<DeskDatabase> m_desk;
};

void TestDialogs::opens()
{
    NewDialog asked;
    asked.assistantId = "shop";
    asked.guestName = QStringLiteral("Ivan");
    asked.metadata = R"({"page":"/cart"})";
    const Dialog dialog = open(asked);
    QVERIFY(dialog.id > 0);
    const auto emitted = m_desk->takeEvents();
    QCOMPARE(namesOf(emitted), QStringList{QStringLiteral("chat.session.created")});
    QCOMPARE(emitted.front().placements.front().channel, QByteArray("dialog:" + QByteArray::number(dialog.id)));
    QCOMPARE(emitted.front().placements.front().position.offset, quint64(1));
    const Dialog stored = m_desk->store().dialogs().find(dialog.id).value();
    QCOMPARE(stored.status, DialogStatus::Ai);
    QCOMPARE(stored.assistantId, QByteArray("shop"));
    QCOMPARE(stored.guestName, QStringLiteral("Ivan"));
    QCOMPARE(stored.metadata, QByteArray(R"({"page":"/cart"})"));
    QCOMPARE(stored.createdMs, m_desk->clock().wallMs());
    QCOMPARE(stored.unreadCount, 0);
    QVERIFY(open().id > dialog.id);
}

void TestDialogs::opensWithTheFirstMessage()
{
    NewDialog asked;
    asked.guestName = QStringLiteral("Ivan");
    asked.message = QStringLiteral("Hello");
    const Dialog dialog = open(asked);
    QCOMPARE(events(), (QStringList{QStringLiteral("chat.session.created"), QStringLiteral("dialog.message.created")}));
    QCOMPARE(dialog.lastText, QStringLiteral("Hello"));
    QCOMPARE(dialog.unreadCount, 1);
    const auto messages = m_desk->store().messages().before(dialog.id, 0, 10);
    QCOMPARE(messages.size(), size_t(1));
    QCOMPARE(messages.front().sender, Sender::Client);
    QCOMPARE(messages.front().senderName, QStringLiteral("Ivan"));
    QCOMPARE(messages.front().sequence, quint64(2));
}

void TestDialogs::viewsWithTheOpenHandoff()
{
    const qint64 id = open().id;
    const auto view = [this, id] {
        return m_desk->run<DialogView>([id](DeskTransaction& t) { return viewDialog(t, id); }).value();
    };
    QVERIFY(!view().handoff);
    alter([id](DeskTransaction& t) { enqueue(t, id); });
    QVERIFY(view().handoff);
    QCOMPARE(view().handoff->status, HandoffStatus::Queued);
    QVERIFY(close(id));
    QVERIFY(!view().handoff);
}

void TestDialogs::closes()
{
    const qint64 id = open().id;
    m_desk->takeEvents();
    m_desk->clock().advance(1000);
    const auto closed = close(id, guestOf(id));
    QVERIFY(closed);
    QCOMPARE(closed->status, DialogStatus::Closed);
    QCOMPARE(closed->closedMs, m_desk->clock().wallMs());
    const auto emitted = m_desk->takeEvents();
    QCOMPARE(namesOf(emitted), QStringList{QStringLiteral("dialog.status.changed")});
    QVERIFY(emitted.front().data.contains(R"("old_status":"ai","new_status":"closed")"));
    QCOMPARE(m_desk->store().dialogs().find(id)->status, DialogStatus::Closed);
}

void TestDialogs::closingCancelsWhatWaits()
{
    const qint64 id = open().id;
    alter([id](DeskTransaction& t) {
        enqueue(t, id);
        Dialog dialog = t.dialogs().find(id).value();
        dialog.waitingSinceMs = 1;
        t.dialogs().update(dialog);
    });
    m_desk->takeEvents();
    const auto closed = close(id, kAnna, QStringLiteral("solved"));
    QVERIFY(closed);
    QCOMPARE(closed->waitingSinceMs, 0);
    const auto emitted = m_desk->takeEvents();
    QCOMPARE(namesOf(emitted),
             (QStringList{QStringLiteral("handoff.cancelled"), QStringLiteral("dialog.status.changed"),
                          QStringLiteral("handoff.queue.updated")}));
    QVERIFY(emitted.front().data.contains(R"("reason":"solved","cancel_type":"dialog_closed")"));
    QVERIFY(!m_desk->store().handoffs().open(id));
    const Handoff handoff = m_desk->store().handoffs().of(id, 1).front();
    QCOMPARE(handoff.status, HandoffStatus::Cancelled);
    QCOMPARE(handoff.cancelType, QByteArray("dialog_closed"));
    QCOMPARE(handoff.endedMs, m_desk->clock().wallMs());
}

void TestDialogs::closingReleasesWhatIsHeld()
{
    const qint64 id = open().id;
    alter([id](DeskTransaction& t) {
        hire(t, "7", QStringLiteral("Anna"));
        assign(t, id, "7");
    });
    m_desk->takeEvents();
    const auto closed = close(id);
    QVERIFY(closed);
    QCOMPARE(closed->operatorId, QByteArray());
    QCOMPARE(closed->lastOperator, QByteArray("7"));
    const auto emitted = m_desk->takeEvents();
    QCOMPARE(namesOf(emitted), (QStringList{QStringLiteral("handoff.released"), QStringLiteral("dialog.status.changed"),
                                            QStringLiteral("dialog.message.created"), // operator_left
                                            QStringLiteral("operator.presence.updated")}));
    QVERIFY(emitted.front().data.contains(R"("resolution":"closed","return_to_ai":false)"));
    const Handoff handoff = m_desk->store().handoffs().of(id, 1).front();
    QCOMPARE(handoff.status, HandoffStatus::Released);
    QCOMPARE(handoff.resolution, QStringLiteral("closed"));
    QCOMPARE(handoff.operatorId, QByteArray("7"));
}

void TestDialogs::closesOnce()
{
    const qint64 id = open().id;
    QVERIFY(close(id));
    m_desk->takeEvents();
    const auto again = close(id);
    QVERIFY(!again);
    QCOMPARE(again.error().code, ErrorCode::DialogClosed);
    QVERIFY(events().isEmpty());
}

void TestDialogs::reopens()
{
    const qint64 id = open().id;
    QCOMPARE(reopen(id).error().code, ErrorCode::Conflict);
    QVERIFY(close(id));
    m_desk->takeEvents();
    const auto reopened = reopen(id);
    QVERIFY(reopened);
    QCOMPARE(reopened->status, DialogStatus::Ai);
    QCOMPARE(reopened->closedMs, 0);
    QCOMPARE(events(), QStringList{QStringLiteral("dialog.status.changed")});
    QCOMPARE(reopen(id).error().code, ErrorCode::Conflict);
}

void TestDialogs::keepsAnAudit()
{
    const qint64 id = open().id;
    QVERIFY(close(id, kAnna, QStringLiteral("solved")));
    QVERIFY(reopen(id));
    QVERIFY(close(id, guestOf(id))); // of the staff's deeds only
    const auto audit = m_desk->store().texts().audit(0, 10);
    QCOMPARE(audit.size(), size_t(2));
    QCOMPARE(audit[0].action, QByteArray("dialog.reopen"));
    QCOMPARE(audit[1].action, QByteArray("dialog.close"));
    QCOMPARE(audit[1].actor, QByteArray("operator:7"));
    QCOMPARE(audit[1].subject, QByteArray("dialog:" + QByteArray::number(id)));
    QCOMPARE(audit[1].details, QByteArray(R"({"reason":"solved"})"));
}

void TestDialogs::tags()
{
    const qint64 id = open().id;
    m_desk->takeEvents();
    const auto tagged = tag(id, {"vip", "billing", "vip"});
    QVERIFY(tagged);
    QCOMPARE(tagged->tags, (QList<QByteArray>{"billing", "vip"}));
    const auto emitted = m_desk->takeEvents();
    QCOMPARE(namesOf(emitted), QStringList{QStringLiteral("dialog.tags.changed")});
    QCOMPARE(emitted.front().placements.size(), size_t(1)); // guests see no tags
    QCOMPARE(emitted.front().placements.front().channel, QByteArray("staff"));
    QVERIFY(tag(id, {"vip", "billing"}));
    QVERIFY(events().isEmpty());
    DialogFilter filter;
    filter.tag = "vip";
    QCOMPARE(m_desk->store().dialogs().page(filter, {}, 10).items.size(), size_t(1));
    QVERIFY(tag(id, {}));
    QVERIFY(m_desk->store().dialogs().page(filter, {}, 10).items.empty());
}

void TestDialogs::notes()
{
    const qint64 id = open().id;
    m_desk->takeEvents();
    const auto written = note(id, kAnna, QStringLiteral("Calls back at noon"));
    QVERIFY(written);
    QCOMPARE(written->authorId, QByteArray("7"));
    QCOMPARE(written->authorName, QStringLiteral("Anna"));
    const auto emitted = m_desk->takeEvents();
    QCOMPARE(namesOf(emitted), QStringList{QStringLiteral("dialog.note.created")});
    QCOMPARE(emitted.front().placements.size(), size_t(1)); // guests see no notes
    QCOMPARE(emitted.front().placements.front().channel, QByteArray("staff"));
    QVERIFY(note(id, kCrm, QStringLiteral("Order 5")));
    const auto listed = notesOf(id);
    QCOMPARE(listed->items.size(), size_t(2));
    QCOMPARE(listed->items.back().authorName, QStringLiteral("CRM"));
    QVERIFY(!listed->hasMore);
}

void TestDialogs::keepsANoteOnce()
{
    const qint64 id = open().id;
    const qint64 other = open().id;
    (void)events();
    const auto first = note(id, kAnna, QStringLiteral("Calls back at noon"), "n-1");
    QVERIFY(first);
    QCOMPARE(first->clientNoteId, QByteArray("n-1"));
    const auto again = note(id, kAnna, QStringLiteral("Calls back at noon"), "n-1");
    QVERIFY(again);
    QVERIFY(*again == *first);
    QCOMPARE(events(), QStringList{QStringLiteral("dialog.note.created")});
    QVERIFY(note(other, kAnna, QStringLiteral("Calls back at noon"), "n-1"));
    QVERIFY(note(id, kAnna, QStringLiteral("The same"))); // two without an id are two
    QVERIFY(note(id, kAnna, QStringLiteral("The same")));
    QCOMPARE(notesOf(id)->items.size(), size_t(3));
    QCOMPARE(notesOf(other)->items.size(), size_t(1));
}

void TestDialogs::pagesNotes()
{
    const qint64 id = open().id;
    QList<qint64> ids;
    for (int i = 0; i < 3; ++i)
        ids.append(note(id, kAnna, QString::number(i))->id);
    const auto newest = notesOf(id, 0, 2);
    QCOMPARE(newest->items.front().id, ids[1]);
    QVERIFY(newest->hasMore);
    const auto oldest = notesOf(id, ids[1], 2);
    QCOMPARE(oldest->items.size(), size_t(1));
    QVERIFY(!oldest->hasMore);
}

void TestDialogs::whatIsNotThere()
{
    QCOMPARE(close(99).error().code, ErrorCode::NotFound);
    QCOMPARE(reopen(99).error().code, ErrorCode::NotFound);
    QCOMPARE(tag(99, {"a"}).error().code, ErrorCode::NotFound);
    QCOMPARE(note(99, kAnna, QStringLiteral("?")).error().code, ErrorCode::NotFound);
    QCOMPARE(notesOf(99).error().code, ErrorCode::NotFound);
    const auto view = m_desk->run<DialogView>([](DeskTransaction& t) { return viewDialog(t, 99); });
    QCOMPARE(view.error().code, ErrorCode::NotFound);
}

void TestDialogs::aSnapshotIsOfOneMoment()
{
    const qint64 closed = open().id;
    const qint64 waiting = open().id;
    m_desk->clock().advance(1000);
    const qint64 held = open().id;
    QVERIFY(close(closed));
    alter([&](DeskTransaction& t) {
        hire(t, "7", QStringLiteral("Anna"));
        enqueue(t, waiting);
        assign(t, held, "7");
    });
    const auto reply = m_desk->run<CannedReply>([](DeskTransaction& t) {
        return addCannedReply(t, kAnna, {QStringLiteral("hi"), {}, QStringLiteral("Good day"), {}});
    });
    QVERIFY(reply);
    const DeskSnapshot taken = snapshot(kAnna);
    QCOMPARE(taken.position, m_desk->store().journal().logTop().toString());
    const QJsonObject json = QJsonDocument::fromJson(snapshotJson(taken)).object();
    QCOMPARE(json.value(QLatin1String("position")).toString().toUtf8(), taken.position);
    const QJsonArray dialogs = json.value(QLatin1String("dialogs")).toArray();
    QCOMPARE(dialogs.size(), 2);
    QCOMPARE(dialogs[0].toObject().value(QLatin1String("id")).toInteger(), held);
    QCOMPARE(dialogs[0].toObject().value(QLatin1String("handoff")).toObject().value(QLatin1String("status")).toString(),
             QStringLiteral("active"));
    QCOMPARE(dialogs[1].toObject().value(QLatin1String("handoff")).toObject().value(QLatin1String("status")).toString(),
             QStringLiteral("queued"));
    QCOMPARE(json.value(QLatin1String("queue")).toArray().size(), 1);
    QCOMPARE(json.value(QLatin1String("operators")).toArray().size(), 1);
    QCOMPARE(json.value(QLatin1String("canned_replies")).toArray().size(), 1);
    const QJsonObject me = json.value(QLatin1String("me")).toObject();
    QCOMPARE(me.value(QLatin1String("id")).toString(), QStringLiteral("7"));
    QCOMPARE(me.value(QLatin1String("current_load")).toInt(), 1);
}

void TestDialogs::aSnapshotKnowsAStranger()
{
    const DeskSnapshot taken = snapshot(person(Role::Director, "sso:5", QStringLiteral("Vera")));
    QCOMPARE(taken.me.id, QByteArray("sso:5"));
    QCOMPARE(taken.me.name, QStringLiteral("Vera"));
    QCOMPARE(taken.me.role, Role::Director);
    QVERIFY(QJsonDocument::fromJson(snapshotJson(taken)).isObject());
}

QTEST_APPLESS_MAIN(TestDialogs)
#include "tst_dialogs.moc"
