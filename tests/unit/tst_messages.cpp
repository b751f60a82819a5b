// SPDX-License-Identifier: GPL-3.0-or-later
// What is said in a dialog: stored once, numbered, published, and what it means for the dialog.
// links: server_desk
#include "desk/dialogs.h"
#include "desk/messages.h"
#include "desk/typing.h"
#include "support/deskpeople.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::test;

namespace {

const Identity kAnna = person(Role::Operator, "7", QStringLiteral("Anna"));
const Identity kBoris = person(Role::Operator, "8", QStringLiteral("Boris"));
const Identity kBot = person(Role::Service, "bot");

} // namespace

class TestMessages : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_desk.reset(); }
    void aGuestSpeaksToTheAi();
    void sequencesAreThoseOfTheChannel();
    void theSameClientMessageIdIsDeliveredOnce();
    void aRepetitionIsAnsweredWhateverHappened();
    void clientMessageIdsAreADialogsOwn();
    void aWaitingGuestAlertsStaff();
    void theHoldersFirstMessageAnswers();
    void theOldHolderIsRefused();
    void theAiKeepsQuietBesideAnOperator();
    void theHolderIsNamed();
    void anUnknownHolderHasItsId();
    void aGuestReopens();
    void nobodyElseSpeaksInAClosedDialog();
    void aServiceSpeaksForOthers();
    void systemMessagesDoNotEndWaiting();
    void thereIsNoSuchDialog();
    void theListShowsTheBeginning_data();
    void theListShowsTheBeginning();
    void edits();
    void editsOfTheLastMessageShowInLists();
    void refusesEdits();
    void pages();
    void readsForward();
    void guestsReadToo();
    void servicesDoNotRead();
    void typing();
    void typingIsForSpeakers();

private:
    Result<PostedMessage> post(const Identity& who, const QString& text, const QByteArray& clientId = {})
    {
        NewMessage asked;
        asked.dialogId = m_id;
        asked.text = text;
        asked.clientMessageId = clientId;
        return post(who, asked);
    }
    Result<PostedMessage> post(const Identity& who, const NewMessage& asked)
    {
        return m_desk->run<PostedMessage>([&](DeskTransaction& t) { return postMessage(t, who, asked); });
    }
    Result<PostedMessage> postFenced(const Identity& who, quint64 fencing)
    {
        NewMessage asked;
        asked.dialogId = m_id;
        asked.text = QStringLiteral("I still have it");
        asked.fencing = fencing;
        return post(who, asked);
    }
    qint64 open()
    {
        const auto dialog = m_desk->run<Dialog>([](DeskTransaction& t) { return openDialog(t, {}); });
        return dialog->id;
    }
    Dialog dialog() { return m_desk->store().dialogs().find(m_id).value(); }
    void alter(const std::function<void(DeskTransaction&)>& change)
    {
        const auto done = m_desk->run<bool>([&](DeskTransaction& t) -> Result<bool> {
            change(t);
            return true;
        });
        QVERIFY(done);
    }
    void close()
    {
        QVERIFY(m_desk->run<Dialog>([this](DeskTransaction& t) { return closeDialog(t, kAnna, m_id, {}); }));
        m_desk->takeEvents();
    }
    Result<qint64> read(const Identity& who, qint64 lastId)
    {
        return m_desk->run<qint64>([&](DeskTransaction& t) { return markRead(t, who, m_id, lastId); });
    }
    Result<Message> edit(const Identity& who, qint64 messageId, const QString& text)
    {
        return m_desk->run<Message>([&](DeskTransaction& t) { return editMessage(t, who, {m_id, messageId, text}); });
    }
    Result<bool> type(const Typist& typist, bool starts)
    {
        return m_desk->run<bool>([&](DeskTransaction& t) { return publishTyping(t, typist, starts); });
    }
    QStringList events() { return namesOf(m_desk->takeEvents()); }

    std::unique_ptr<DeskDatabase> m_desk;
    qint64 m_id = 0;
    Identity m_guest;
};

void TestMessages::init()
{
    m_desk = std::make_unique<DeskDatabase>();
    m_id = open();
    m_guest = guestOf(m_id);
    m_desk->takeEvents();
    m_desk->clock().advance(1000);
}

void TestMessages::aGuestSpeaksToTheAi()
{
    const auto posted = post(m_guest, QStringLiteral("Hello"), "c-1");
    QVERIFY(posted);
    QVERIFY(posted->isNew);
    QCOMPARE(posted->message.sender, Sender::Client);
    QCOMPARE(posted->message.senderId, QByteArray());
    QCOMPARE(posted->message.createdMs, m_desk->clock().wallMs());
    QCOMPARE(events(), QStringList{QStringLiteral("dialog.message.created")});
    const Dialog now = dialog();
    QCOMPARE(now.lastText, QStringLiteral("Hello"));
    QCOMPARE(now.lastMessageId, posted->message.id);
    QCOMPARE(now.lastMessageMs, m_desk->clock().wallMs());
    QCOMPARE(now.updatedMs, m_desk->clock().wallMs());
    QCOMPARE(now.unreadCount, 1);
    QCOMPARE(now.waitingSinceMs, 0);
}

void TestMessages::sequencesAreThoseOfTheChannel()
{
    for (quint64 i = 0; i < 3; ++i) {
        const auto posted = post(m_guest, QStringLiteral("Text"));
        QVERIFY(posted);
        const auto emitted = m_desk->takeEvents();
        QCOMPARE(emitted.front().placements.front().channel, QByteArray("dialog:" + QByteArray::number(m_id)));
        QCOMPARE(emitted.front().placements.front().position.offset, i + 2); // behind the creation
        QCOMPARE(posted->message.sequence, i + 2);
        QVERIFY(emitted.front().data.contains(QByteArray("\"sequence\":" + QByteArray::number(i + 2))));
        QCOMPARE(m_desk->store().messages().find(m_id, posted->message.id)->sequence, i + 2);
    }
}

void TestMessages::theSameClientMessageIdIsDeliveredOnce()
{
    const auto first = post(m_guest, QStringLiteral("Hello"), "c-1");
    m_desk->takeEvents();
    const auto again = post(m_guest, QStringLiteral("Other words"), "c-1");
    QVERIFY(again);
    QVERIFY(!again->isNew);
    QCOMPARE(again->message.id, first->message.id);
    QCOMPARE(again->message.text, QStringLiteral("Hello"));
    QCOMPARE(again->message.sequence, first->message.sequence);
    QVERIFY(events().isEmpty());
    QCOMPARE(dialog().unreadCount, 1);
}

void TestMessages::aRepetitionIsAnsweredWhateverHappened()
{
    alter([this](DeskTransaction& t) { assign(t, m_id, "7"); });
    const auto first = post(kAnna, QStringLiteral("Good day"), "a-1");
    QVERIFY(first);
    close();
    const auto again = post(kAnna, QStringLiteral("Good day"), "a-1");
    QVERIFY(again);
    QCOMPARE(again->message.id, first->message.id);
    QCOMPARE(dialog().status, DialogStatus::Closed);
}

void TestMessages::clientMessageIdsAreADialogsOwn()
{
    QVERIFY(post(m_guest, QStringLiteral("One"), "c-1"));
    NewMessage elsewhere;
    elsewhere.dialogId = open();
    elsewhere.text = QStringLiteral("Two");
    elsewhere.clientMessageId = "c-1";
    const auto posted = post(guestOf(elsewhere.dialogId), elsewhere);
    QVERIFY(posted);
    QVERIFY(posted->isNew);
}

void TestMessages::aWaitingGuestAlertsStaff()
{
    alter([this](DeskTransaction& t) { enqueue(t, m_id); });
    QVERIFY(post(m_guest, QStringLiteral("Anybody?")));
    const qint64 since = m_desk->clock().wallMs();
    m_desk->clock().advance(5000);
    m_desk->takeEvents();
    QVERIFY(post(m_guest, QStringLiteral("Hello?")));
    const auto emitted = m_desk->takeEvents();
    QCOMPARE(namesOf(emitted), (QStringList{QStringLiteral("dialog.message.created"), QStringLiteral("chat.alert")}));
    QVERIFY(emitted.back().data.contains("\"unread_count\":2"));
    QCOMPARE(emitted.back().placements.size(), size_t(1));
    QCOMPARE(emitted.back().placements.front().channel, QByteArray("staff"));
    QCOMPARE(dialog().waitingSinceMs, since);
}

void TestMessages::theHoldersFirstMessageAnswers()
{
    alter([this](DeskTransaction& t) {
        hire(t, "7", QStringLiteral("Anna A."));
        assign(t, m_id, "7");
    });
    QVERIFY(post(m_guest, QStringLiteral("Help")));
    m_desk->clock().advance(2000);
    const qint64 answered = m_desk->clock().wallMs();
    const auto posted = post(kAnna, QStringLiteral("Good day"));
    QVERIFY(posted);
    QCOMPARE(posted->message.sender, Sender::Operator);
    QCOMPARE(posted->message.senderId, QByteArray("7"));
    QCOMPARE(posted->message.senderName, QStringLiteral("Anna A.")); // the desk knows better than the token
    m_desk->clock().advance(2000);
    QVERIFY(post(kAnna, QStringLiteral("What is it?")));
    QCOMPARE(m_desk->store().handoffs().open(m_id)->answeredMs, answered);
    NewMessage renewing;
    renewing.dialogId = m_id;
    renewing.text = QStringLiteral("One moment");
    renewing.leaseMs = 60'000;
    QVERIFY(post(kAnna, renewing));
    QCOMPARE(m_desk->store().handoffs().open(m_id)->leaseUntilMs, m_desk->clock().wallMs() + 60'000);
    QCOMPARE(dialog().waitingSinceMs, 0);
    QCOMPARE(dialog().unreadCount, 1); // answered is not read
}

void TestMessages::theOldHolderIsRefused()
{
    alter([this](DeskTransaction& t) { assign(t, m_id, "7"); });
    const quint64 claim = dialog().fencing;
    QVERIFY(postFenced(kAnna, claim));
    m_desk->takeEvents();
    alter([this](DeskTransaction& t) {
        Handoff old = t.handoffs().open(m_id).value();
        old.status = HandoffStatus::Released;
        t.handoffs().update(old);
        assign(t, m_id, "8");
    });
    const auto late = postFenced(kAnna, claim);
    QVERIFY(!late);
    QCOMPARE(late.error().code, ErrorCode::StaleFencing);
    const auto unfenced = post(kAnna, QStringLiteral("Still me"));
    QVERIFY(!unfenced);
    QCOMPARE(unfenced.error().code, ErrorCode::NotHolder);
    QVERIFY(postFenced(kBoris, claim + 1));
    QCOMPARE(m_desk->store().messages().before(m_id, 0, 10).size(), size_t(2));
}

void TestMessages::theAiKeepsQuietBesideAnOperator()
{
    QVERIFY(post(kBot, QStringLiteral("How can I help?")));
    alter([this](DeskTransaction& t) { enqueue(t, m_id); });
    QVERIFY(post(kBot, QStringLiteral("An operator will come")));
    alter([this](DeskTransaction& t) {
        Handoff waiting = t.handoffs().open(m_id).value();
        waiting.status = HandoffStatus::Cancelled;
        t.handoffs().update(waiting);
        assign(t, m_id, "7");
    });
    const auto refused = post(kBot, QStringLiteral("And another thing"));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::NotHolder);
}

void TestMessages::theHolderIsNamed()
{
    const auto nobody = post(kAnna, QStringLiteral("Me?"));
    QVERIFY(!nobody);
    QCOMPARE(nobody.error().extra, QByteArray("\"holder\":null"));
    alter([this](DeskTransaction& t) {
        hire(t, "7", QStringLiteral("Anna"));
        assign(t, m_id, "7");
    });
    const auto refused = post(kBoris, QStringLiteral("Me!"));
    QVERIFY(!refused);
    QCOMPARE(refused.error().extra, QByteArray(R"("holder":{"id":"7","name":"Anna"})"));
    const auto director = post(person(Role::Director, "1"), QStringLiteral("And me?"));
    QVERIFY(!director);
    QCOMPARE(director.error().code, ErrorCode::NotHolder);
}

void TestMessages::anUnknownHolderHasItsId()
{
    alter([this](DeskTransaction& t) { assign(t, m_id, "7"); });
    const auto refused = post(kBot, QStringLiteral("Hm"));
    QVERIFY(!refused);
    QCOMPARE(refused.error().extra, QByteArray(R"("holder":{"id":"7","name":"7"})"));
}

void TestMessages::aGuestReopens()
{
    close();
    QVERIFY(dialog().closedMs > 0);
    QVERIFY(post(m_guest, QStringLiteral("One more thing")));
    const auto emitted = m_desk->takeEvents();
    QCOMPARE(namesOf(emitted),
             (QStringList{QStringLiteral("dialog.status.changed"), QStringLiteral("dialog.message.created")}));
    QVERIFY(emitted.front().data.contains(R"("old_status":"closed","new_status":"ai")"));
    QCOMPARE(dialog().status, DialogStatus::Ai);
    QCOMPARE(dialog().closedMs, 0);
}

void TestMessages::nobodyElseSpeaksInAClosedDialog()
{
    close();
    for (const Identity& who : {kAnna, kBot}) {
        const auto refused = post(who, QStringLiteral("Hello?"));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::DialogClosed);
    }
    QVERIFY(events().isEmpty());
    QCOMPARE(dialog().status, DialogStatus::Closed);
}

void TestMessages::aServiceSpeaksForOthers()
{
    NewMessage asked;
    asked.dialogId = m_id;
    asked.text = QStringLiteral("From Telegram");
    asked.sender = Sender::Client;
    asked.senderName = QStringLiteral("Ivan");
    const auto client = post(kBot, asked);
    QVERIFY(client);
    QCOMPARE(client->message.sender, Sender::Client);
    QCOMPARE(client->message.senderId, QByteArray());
    QCOMPARE(client->message.senderName, QStringLiteral("Ivan"));
    QCOMPARE(dialog().unreadCount, 1);
    asked.sender = Sender::System;
    asked.systemType = "operator_joined";
    const auto system = post(kBot, asked);
    QVERIFY(system);
    QCOMPARE(system->message.systemType, QByteArray("operator_joined"));
    QCOMPARE(system->message.senderId, QByteArray("bot"));
    // Others do not choose whom they speak for.
    const auto guest = post(m_guest, asked);
    QVERIFY(guest);
    QCOMPARE(guest->message.sender, Sender::Client);
    QCOMPARE(guest->message.systemType, QByteArray());
}

void TestMessages::systemMessagesDoNotEndWaiting()
{
    alter([this](DeskTransaction& t) { enqueue(t, m_id); });
    QVERIFY(post(m_guest, QStringLiteral("Help")));
    const qint64 since = dialog().waitingSinceMs;
    QVERIFY(since > 0);
    m_desk->clock().advance(1000);
    NewMessage asked;
    asked.dialogId = m_id;
    asked.text = QStringLiteral("You are second");
    asked.sender = Sender::System;
    QVERIFY(post(kBot, asked));
    QVERIFY(post(kBot, QStringLiteral("Please wait")));
    QCOMPARE(dialog().waitingSinceMs, since);
    QCOMPARE(dialog().unreadCount, 1);
}

void TestMessages::thereIsNoSuchDialog()
{
    NewMessage asked;
    asked.dialogId = m_id + 100;
    asked.text = QStringLiteral("Hello");
    const auto refused = post(kBot, asked);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::NotFound);
}

void TestMessages::theListShowsTheBeginning_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("shown");
    const QString longText(200, u'a');
    const QString emoji = QString::fromUtf8("\xF0\x9F\x99\x82");
    QTest::newRow("short") << QStringLiteral("Hi") << QStringLiteral("Hi");
    QTest::newRow("nothing but attachments") << QString() << QString();
    QTest::newRow("200") << longText << longText;
    QTest::newRow("201") << QString(longText + u'b') << longText;
    QTest::newRow("half a pair") << QString(longText.left(199) + emoji) << longText.left(199);
    const QString pair = longText.left(198) + emoji;
    QTest::newRow("a whole pair") << pair << pair;
    QTest::newRow("a whole pair and more") << QString(pair + u'b') << pair;
}

void TestMessages::theListShowsTheBeginning()
{
    QFETCH(const QString, text);
    QFETCH(const QString, shown);
    const auto posted = post(m_guest, text);
    QVERIFY(posted);
    QCOMPARE(posted->message.text, text);
    QCOMPARE(dialog().lastText, shown);
}

void TestMessages::edits()
{
    const auto posted = post(m_guest, QStringLiteral("Helo"));
    QVERIFY(post(kBot, QStringLiteral("Hi")));
    m_desk->takeEvents();
    m_desk->clock().advance(1000);
    const auto edited = edit(m_guest, posted->message.id, QStringLiteral("Hello"));
    QVERIFY(edited);
    QCOMPARE(edited->text, QStringLiteral("Hello"));
    QCOMPARE(edited->editedMs, m_desk->clock().wallMs());
    const auto emitted = m_desk->takeEvents();
    QCOMPARE(namesOf(emitted), QStringList{QStringLiteral("dialog.message.updated")});
    QVERIFY(emitted.front().data.contains("\"text\":\"Hello\""));
    QCOMPARE(m_desk->store().messages().find(m_id, edited->id)->text, QStringLiteral("Hello"));
    QCOMPARE(dialog().lastText, QStringLiteral("Hi"));
    QVERIFY(edit(m_guest, edited->id, QStringLiteral("Hello"))); // no change
    QVERIFY(events().isEmpty());
}

void TestMessages::editsOfTheLastMessageShowInLists()
{
    const auto posted = post(kBot, QStringLiteral("Helo"));
    QVERIFY(edit(kBot, posted->message.id, QStringLiteral("Hello")));
    QCOMPARE(dialog().lastText, QStringLiteral("Hello"));
}

void TestMessages::refusesEdits()
{
    const auto posted = post(m_guest, QStringLiteral("Mine"));
    const qint64 id = posted->message.id;
    QCOMPARE(edit(kAnna, id, QStringLiteral("Hers")).error().code, ErrorCode::Forbidden);
    QCOMPARE(edit(kBot, id, QStringLiteral("Its")).error().code, ErrorCode::Forbidden);
    QCOMPARE(edit(m_guest, id + 1, QStringLiteral("?")).error().code, ErrorCode::NotFound);
    const qint64 elsewhere = open();
    const auto foreign = m_desk->run<Message>([&](DeskTransaction& t) {
        return editMessage(t, guestOf(elsewhere), {elsewhere, id, QStringLiteral("?")});
    });
    QCOMPARE(foreign.error().code, ErrorCode::NotFound);
    close();
    QCOMPARE(edit(m_guest, id, QStringLiteral("Late")).error().code, ErrorCode::DialogClosed);
}

void TestMessages::pages()
{
    QList<qint64> ids;
    for (int i = 0; i < 5; ++i)
        ids.append(post(m_guest, QString::number(i))->message.id);
    const auto page = [this](qint64 before, std::optional<qint64> after, int limit) -> QString {
        const auto listed = m_desk->run<MessagePage>([&](DeskTransaction& t) {
            return listMessages(t, Stretch{m_id, before, after, limit});
        });
        QStringList texts;
        for (const Message& message : listed->items)
            texts.append(message.text);
        return texts.join(u' ') + (listed->hasMore ? QStringLiteral(" +") : QString());
    };
    QCOMPARE(page(0, {}, 5), QStringLiteral("0 1 2 3 4"));
    QCOMPARE(page(0, {}, 2), QStringLiteral("3 4 +"));
    QCOMPARE(page(ids[3], {}, 2), QStringLiteral("1 2 +"));
    QCOMPARE(page(ids[1], {}, 2), QStringLiteral("0"));
    QCOMPARE(page(ids[0], {}, 2), QString());
    QCOMPARE(page(0, 0, 2), QStringLiteral("0 1 +"));
    QCOMPARE(page(0, ids[2], 2), QStringLiteral("3 4"));
    QCOMPARE(page(0, ids[4], 2), QString());
    const auto missing = m_desk->run<MessagePage>([&](DeskTransaction& t) {
        return listMessages(t, Stretch{m_id + 100, 0, {}, 10});
    });
    QCOMPARE(missing.error().code, ErrorCode::NotFound);
}

void TestMessages::readsForward()
{
    QList<qint64> ids;
    for (int i = 0; i < 3; ++i)
        ids.append(post(m_guest, QStringLiteral("Text"))->message.id);
    QVERIFY(post(kBot, QStringLiteral("Yes")));
    m_desk->takeEvents();
    QCOMPARE(*read(kAnna, ids[1]), ids[1]);
    QCOMPARE(dialog().unreadCount, 1);
    const auto emitted = m_desk->takeEvents();
    QCOMPARE(namesOf(emitted), QStringList{QStringLiteral("dialog.read.updated")});
    QVERIFY(emitted.front().data.contains(R"("reader":"staff")"));
    QCOMPARE(*read(kAnna, ids[0]), ids[1]); // not back
    QVERIFY(events().isEmpty());
    QCOMPARE(*read(kAnna, ids[2] + 1000), dialog().lastMessageId);
    QCOMPARE(dialog().unreadCount, 0);
    QCOMPARE(dialog().guestRead, 0);
}

void TestMessages::guestsReadToo()
{
    QVERIFY(post(m_guest, QStringLiteral("Hello")));
    const auto answer = post(kBot, QStringLiteral("Hi"));
    m_desk->takeEvents();
    QCOMPARE(*read(m_guest, answer->message.id), answer->message.id);
    QVERIFY(m_desk->takeEvents().front().data.contains(R"("reader":"client")"));
    QCOMPARE(dialog().guestRead, answer->message.id);
    QCOMPARE(dialog().staffRead, 0);
    QCOMPARE(dialog().unreadCount, 1);
}

void TestMessages::servicesDoNotRead()
{
    const auto posted = post(m_guest, QStringLiteral("Hello"));
    QCOMPARE(read(kBot, posted->message.id).error().code, ErrorCode::Forbidden);
    QCOMPARE(dialog().unreadCount, 1);
}

void TestMessages::typing()
{
    const Typist guest{m_id, Sender::Client, m_guest.subject, {}};
    QVERIFY(type(guest, true));
    QCOMPARE(events(), QStringList{QStringLiteral("typing.start")});
    QVERIFY(type(guest, false));
    QCOMPARE(events(), QStringList{QStringLiteral("typing.stop")});
    alter([this](DeskTransaction& t) {
        hire(t, "7", QStringLiteral("Anna A."));
        assign(t, m_id, "7");
    });
    const Typist anna{m_id, Sender::Operator, "7", QStringLiteral("Anna")};
    QVERIFY(type(anna, true));
    const auto emitted = m_desk->takeEvents();
    QCOMPARE(namesOf(emitted), (QStringList{QStringLiteral("typing.start"), QStringLiteral("operator.typing")}));
    QVERIFY(emitted.back().data.contains(R"("operator_name":"Anna A.")"));
}

void TestMessages::typingIsForSpeakers()
{
    const Typist anna{m_id, Sender::Operator, "7", QStringLiteral("Anna")};
    QCOMPARE(type(anna, true).error().code, ErrorCode::NotHolder);
    QVERIFY(type(anna, false)); // its claim may have ended meanwhile
    close();
    QCOMPARE(type({m_id, Sender::Ai, "bot", {}}, true).error().code, ErrorCode::DialogClosed);
    QVERIFY(type({m_id, Sender::Client, m_guest.subject, {}}, true));
    QCOMPARE(type({m_id + 100, Sender::Ai, "bot", {}}, true).error().code, ErrorCode::NotFound);
}

QTEST_APPLESS_MAIN(TestMessages)
#include "tst_messages.moc"
