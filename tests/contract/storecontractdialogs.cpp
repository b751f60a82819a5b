// SPDX-License-Identifier: GPL-3.0-or-later
// Dialogs, messages and notes.
#include "contract/storecontract.h"
#include "contract/storesamples.h"

#include <QTest>

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

Dialog fullDialog()
{
    Dialog d;
    d.status = DialogStatus::Operator;
    d.assistantId = "assistant-1";
    d.guestName = u"Анна \"А.\""_s;
    d.metadata = R"({"page":"https://example.com/?a=1&b='2'"})";
    d.operatorId = "7";
    d.lastOperator = "9";
    d.fencing = 12;
    d.createdMs = 1'700'000'000'001;
    d.updatedMs = 1'700'000'000'002;
    d.closedMs = 1'700'000'000'003;
    d.waitingSinceMs = 1'700'000'000'004;
    d.lastMessageId = 5;
    d.lastMessageMs = 1'700'000'000'006;
    d.lastSender = Sender::System;
    d.lastText = u"последнее"_s;
    d.unreadCount = 3;
    d.staffRead = 4;
    d.guestRead = 5;
    d.tags = {"a", "б"};
    return d;
}

Message fullMessage(qint64 dialogId)
{
    Message m;
    m.dialogId = dialogId;
    m.sequence = 17;
    m.sender = Sender::System;
    m.senderId = "7";
    m.senderName = u"Оператор"_s;
    m.systemType = "operator_joined";
    m.text = u"текст"_s;
    m.attachments = R"([{"url":"https://example.com/a.png"}])";
    m.clientMessageId = "c-1";
    m.createdMs = 1'700'000'000'001;
    m.editedMs = 1'700'000'000'002;
    return m;
}

QList<qint64> idsOf(const std::vector<Message>& messages)
{
    QList<qint64> ids;
    for (const Message& message : messages)
        ids.append(message.id);
    return ids;
}

} // namespace

void StoreContract::dialogKeepsEveryField()
{
    Dialog full = fullDialog();
    Dialog empty;
    QVERIFY(inTransaction([&] {
        store().dialogs().insert(full);
        store().dialogs().insert(empty);
    }));
    QCOMPARE(full.id, qint64{1});
    QCOMPARE(empty.id, qint64{2});
    QVERIFY(inTransaction([&] {
        QVERIFY(store().dialogs().find(full.id) == full);
        QVERIFY(store().dialogs().lock(full.id) == full);
        QVERIFY(store().dialogs().find(empty.id) == empty);
        QVERIFY(!store().dialogs().find(0));
        QVERIFY(!store().dialogs().find(3));
        QVERIFY(!store().dialogs().lock(-1));
        QCOMPARE(store().dialogs().lastId(), qint64{2});
        const auto page = store().dialogs().page({}, {}, 10);
        QCOMPARE(page.items.size(), size_t{2});
        QVERIFY(page.items.front() == full);
    }));
}

void StoreContract::anyText_data()
{
    QTest::addColumn<QString>("text");
    for (const auto& [name, text] : textSamples())
        QTest::newRow(name) << text;
}

/// Whatever people write, in every column that holds something of theirs.
void StoreContract::anyText()
{
    QFETCH(const QString, text);
    const QByteArray bytes = text.toUtf8() + byteSample();
    Dialog dialog;
    dialog.guestName = dialog.lastText = text;
    dialog.metadata = dialog.assistantId = bytes;
    Message message;
    message.text = message.senderName = text;
    message.attachments = message.senderId = bytes;
    message.clientMessageId = bytes.left(1000);
    Handoff handoff;
    handoff.reason = handoff.resolution = text;
    handoff.metadata = handoff.requestedBy = bytes;
    CannedReply reply{0, text, text, text, bytes.left(1000), 0};
    QVERIFY(inTransaction([&] {
        store().dialogs().insert(dialog);
        handoff.dialogId = message.dialogId = dialog.id;
        store().messages().insert(message);
        store().handoffs().insert(handoff);
        store().texts().insert(reply);
    }));
    QVERIFY(inTransaction([&] {
        QVERIFY(store().dialogs().find(dialog.id) == dialog);
        QVERIFY(store().messages().find(dialog.id, message.id) == message);
        QVERIFY(store().messages().findByClientId(dialog.id, bytes.left(1000)) == message);
        QVERIFY(store().handoffs().open(dialog.id) == handoff);
        QVERIFY(store().texts().cannedReply(reply.id) == reply);
    }));
}

void StoreContract::dialogsAreUpdated()
{
    qint64 id = 0;
    qint64 other = 0;
    QVERIFY(inTransaction([&] {
        id = addDialog(u"before"_s).id;
        other = addDialog(u"other"_s).id;
    }));
    Dialog changed = fullDialog();
    changed.id = id;
    changed.createdMs = 5;
    QVERIFY(inTransaction([&] { store().dialogs().update(changed); }));
    changed.createdMs = 1000; // is not changed, nor are tags
    changed.tags.clear();
    QVERIFY(inTransaction([&] {
        QVERIFY(store().dialogs().find(id) == changed);
        QCOMPARE(store().dialogs().find(other)->guestName, u"other"_s);
    }));
}

void StoreContract::tags()
{
    qint64 id = 0;
    QVERIFY(inTransaction([&] {
        id = addDialog().id;
        store().dialogs().setTags(id, {"vip", "a b", "жалоба", "vip"});
    }));
    QVERIFY(inTransaction([&] {
        QCOMPARE(store().dialogs().find(id)->tags, (QList<QByteArray>{"a b", "vip", "жалоба"}));
        store().dialogs().setTags(id, {"new"});
        QCOMPARE(idsOf(DialogFilter{{}, {}, "new", {}}), QList<qint64>{id});
        QCOMPARE(idsOf(DialogFilter{{}, {}, "vip", {}}), QList<qint64>{});
        store().dialogs().setTags(id, {});
        QVERIFY(store().dialogs().find(id)->tags.isEmpty());
    }));
}

void StoreContract::listsAreFiltered()
{
    QVERIFY(inTransaction([&] {
        for (int i = 1; i <= 12; ++i) {
            Dialog dialog;
            dialog.status = static_cast<DialogStatus>(i % 4);
            dialog.updatedMs = i;
            dialog.operatorId = dialog.status == DialogStatus::Operator ? "7" : "";
            dialog.lastOperator = i % 3 == 0 ? "7" : "9";
            if (i % 2 == 0)
                dialog.tags = {"even"};
            store().dialogs().insert(dialog);
        }
    }));
    QVERIFY(inTransaction([&] {
        const auto closed = DialogStatus::Closed;
        QCOMPARE(idsOf(DialogFilter{}), (QList<qint64>{12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}));
        QCOMPARE(idsOf(DialogFilter{closed, {}, {}, {}}), (QList<qint64>{11, 7, 3}));
        // Those that the operator holds (2, 6, 10), and those that nobody holds and that were the operator's (3, 9,
        // 12).
        QCOMPARE(idsOf(DialogFilter{{}, "7", {}, {}}), (QList<qint64>{12, 10, 9, 6, 3, 2}));
        QCOMPARE(idsOf(DialogFilter{closed, "7", {}, {}}), (QList<qint64>{3}));
        QCOMPARE(idsOf(DialogFilter{DialogStatus::Operator, "7", {}, {}}), (QList<qint64>{10, 6, 2}));
        QCOMPARE(idsOf(DialogFilter{{}, {}, "even", {}}), (QList<qint64>{12, 10, 8, 6, 4, 2}));
        QCOMPARE(idsOf(DialogFilter{DialogStatus::Ai, "7", "even", {}}), (QList<qint64>{12}));
        QCOMPARE(idsOf(DialogFilter{{}, "nobody", {}, {}}), QList<qint64>{});
        QCOMPARE(idsOf(DialogFilter{closed, {}, "even", {}}), QList<qint64>{});
    }));
}

void StoreContract::listsArePaged()
{
    QVERIFY(inTransaction([&] {
        for (int i = 0; i < 10; ++i)
            addDialog({}, 1000 + i / 3); // three of the same time
    }));
    QVERIFY(inTransaction([&] {
        for (const int size : {1, 2, 3, 10, 11})
            QCOMPARE(idsOf({}, size), (QList<qint64>{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}));
        QVERIFY(!store().dialogs().page({}, {}, 10).next);
        const auto page = store().dialogs().page({}, {}, 9);
        QCOMPARE(page.next->value, qint64{1000});
        QCOMPARE(page.next->id, qint64{2});
        QCOMPARE(store().dialogs().page({}, *page.next, 9).items.size(), size_t{1});
        QVERIFY(store().dialogs().page({}, {1, 1}, 9).items.empty());
    }));
}

/// Rows move to the front while somebody pages: what does not move is on exactly one page.
void StoreContract::pagesAreStable()
{
    QVERIFY(inTransaction([&] {
        for (int i = 1; i <= 30; ++i) {
            const Dialog dialog = addDialog({}, 1000 + i);
            store().dialogs().setTags(dialog.id, {"t"});
        }
    }));
    for (const QByteArray& tag : {QByteArray(), QByteArray("t")}) {
        QList<qint64> seen;
        ListPlace place;
        for (qint64 moved = 1; true; ++moved) {
            DialogPage page;
            QVERIFY(inTransaction([&] { page = store().dialogs().page({{}, {}, tag, {}}, place, 4); }));
            for (const Dialog& dialog : page.items)
                seen.append(dialog.id);
            if (!page.next)
                break;
            place = *page.next;
            QVERIFY(inTransaction([&] {
                auto dialog = store().dialogs().lock(moved);
                dialog->updatedMs += 5000;
                store().dialogs().update(*dialog);
            }));
        }
        for (qint64 id = 10; id <= 30; ++id)
            QCOMPARE(seen.count(id), 1);
    }
}

void StoreContract::countsAndOpen()
{
    QVERIFY(inTransaction([&] {
        QVERIFY(store().dialogs().counts().isEmpty());
        for (int i = 0; i < 14; ++i) {
            Dialog dialog;
            dialog.status = static_cast<DialogStatus>(i % 4);
            dialog.updatedMs = 100 - i;
            store().dialogs().insert(dialog);
        }
    }));
    QVERIFY(inTransaction([&] {
        const auto counts = store().dialogs().counts();
        QCOMPARE(counts.value(DialogStatus::Ai), 4);
        QCOMPARE(counts.value(DialogStatus::Queued), 4);
        QCOMPARE(counts.value(DialogStatus::Operator), 3);
        QVERIFY(!counts.contains(DialogStatus::Closed));
        QList<qint64> ids;
        for (const Dialog& dialog : store().dialogs().open(7))
            ids.append(dialog.id);
        QCOMPARE(ids, (QList<qint64>{1, 2, 3, 5, 6, 7, 9}));
        QCOMPARE(store().dialogs().open(100).size(), size_t{11});
    }));
}

void StoreContract::messageKeepsEveryField()
{
    Message full;
    Message empty;
    qint64 other = 0;
    QVERIFY(inTransaction([&] {
        empty.dialogId = addDialog().id;
        full = fullMessage(empty.dialogId);
        other = addDialog().id;
        store().messages().insert(full);
        store().messages().insert(empty);
        store().messages().insert(empty); // without a client id any number
    }));
    QCOMPARE(full.id, qint64{1});
    QVERIFY(inTransaction([&] {
        QVERIFY(store().messages().find(full.dialogId, full.id) == full);
        QVERIFY(store().messages().find(empty.dialogId, empty.id) == empty);
        QVERIFY(!store().messages().find(other, full.id));
        QVERIFY(!store().messages().find(full.dialogId, 99));
    }));
}

void StoreContract::messagesArePaged()
{
    qint64 id = 0;
    QVERIFY(inTransaction([&] {
        id = addDialog().id;
        const qint64 other = addDialog().id;
        for (int i = 0; i < 5; ++i) {
            addMessage(id, QString::number(i)); // 1, 3, 5, 7, 9
            addMessage(other, u"other"_s);
        }
    }));
    QVERIFY(inTransaction([&] {
        MessageStore& messages = store().messages();
        QCOMPARE(signalbox::idsOf(messages.before(id, 0, 3)), (QList<qint64>{5, 7, 9}));
        QCOMPARE(signalbox::idsOf(messages.before(id, 5, 3)), (QList<qint64>{1, 3}));
        QCOMPARE(signalbox::idsOf(messages.before(id, 6, 1)), (QList<qint64>{5}));
        QVERIFY(messages.before(id, 1, 3).empty());
        QCOMPARE(signalbox::idsOf(messages.after(id, 0, 2)), (QList<qint64>{1, 3}));
        QCOMPARE(signalbox::idsOf(messages.after(id, 3, 100)), (QList<qint64>{5, 7, 9}));
        QVERIFY(messages.after(id, 9, 3).empty());
        QVERIFY(messages.after(99, 0, 3).empty());
    }));
}

void StoreContract::clientMessageIdsAreUnique()
{
    Message message;
    qint64 other = 0;
    QVERIFY(inTransaction([&] {
        message.dialogId = addDialog().id;
        other = addDialog().id;
        message.clientMessageId = "c'1";
        store().messages().insert(message);
    }));
    QVERIFY(inTransaction([&] {
        QVERIFY(store().messages().findByClientId(message.dialogId, "c'1") == message);
        QVERIFY(!store().messages().findByClientId(message.dialogId, "C'1"));
        QVERIFY(!store().messages().findByClientId(message.dialogId, ""));
        QVERIFY(!store().messages().findByClientId(other, "c'1"));
        Message elsewhere = message;
        elsewhere.dialogId = other;
        store().messages().insert(elsewhere);
    }));
    QVERIFY(store().begin(Store::Access::Write));
    store().messages().insert(message);
    QVERIFY(store().failure());
    QVERIFY(store().failure()->code == ErrorCode::Internal);
    QVERIFY(!store().commit());
    store().rollback();
}

void StoreContract::messagesAreEdited()
{
    Message message;
    QVERIFY(inTransaction([&] {
        message = fullMessage(addDialog().id);
        store().messages().insert(message);
    }));
    message.text = u"другой"_s;
    message.editedMs = 77;
    QVERIFY(inTransaction([&] {
        Message change = message;
        change.senderName = u"not to be changed"_s;
        store().messages().setText(change);
        change.id = 99;
        store().messages().setText(change); // not there
    }));
    QVERIFY(inTransaction([&] { QVERIFY(store().messages().find(message.dialogId, message.id) == message); }));
}

void StoreContract::guestMessagesAreCounted()
{
    QVERIFY(inTransaction([&] {
        const qint64 id = addDialog().id;
        const qint64 other = addDialog().id;
        addMessage(id, u"1"_s);
        addMessage(id, u"2"_s, Sender::Operator);
        addMessage(id, u"3"_s);
        addMessage(other, u"4"_s);
        addMessage(id, u"5"_s);
        QCOMPARE(store().messages().countFromGuest(id, 0), 3);
        QCOMPARE(store().messages().countFromGuest(id, 1), 2);
        QCOMPARE(store().messages().countFromGuest(id, 5), 0);
    }));
}

void StoreContract::notes()
{
    QVERIFY(inTransaction([&] {
        const qint64 id = addDialog().id;
        const qint64 other = addDialog().id;
        std::vector<Note> written;
        for (int i = 0; i < 4; ++i) {
            Note note{0, i == 2 ? other : id, "7", u"Автор"_s, u"заметка '%1'"_s.arg(i), i};
            store().messages().insertNote(note);
            written.push_back(note);
        }
        QVERIFY((store().messages().notes(id, 0, 10) == std::vector{written[0], written[1], written[3]}));
        QVERIFY((store().messages().notes(id, 0, 2) == std::vector{written[1], written[3]}));
        QVERIFY((store().messages().notes(id, written[1].id, 2) == std::vector{written[0]}));
        QVERIFY(store().messages().notes(99, 0, 2).empty());
    }));
}

} // namespace signalbox
