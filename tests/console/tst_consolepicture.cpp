// SPDX-License-Identifier: GPL-3.0-or-later
#include "consolehouse.h"

#include "console/client/httpbackend.h"
#include "console/store/snapshot.h"

#include <QRandomGenerator>

using namespace signalbox;
using namespace signalbox::test;
using namespace signalbox::console;
using namespace Qt::StringLiterals;

/// The picture that a console has made of events, gaps and resets equals the one that the server gives anew.
class tst_ConsolePicture : public QObject, protected ConsoleHouse
{
    Q_OBJECT

    QRandomGenerator m_random{20261127};
    QList<qint64> m_dialogs;
    QHash<QByteArray, QByteArray> m_tokens;
    QHash<QByteArray, QByteArray> m_ids;

    qint64 any() { return m_dialogs[m_random.bounded(m_dialogs.size())]; }
    QByteArray anybody() { return m_random.bounded(2) ? "anna" : "maria"; }
    qint64 newestOf(qint64 dialogId)
    {
        const QJsonArray messages = messagesOf(dialogId);
        return messages.isEmpty() ? 0 : messages.last().toObject().value("id"_L1).toInteger();
    }
    void post(const QByteArray& who, qint64 dialogId, const QByteArray& rest, const QByteArray& body)
    {
        // Refusals are as good as anything: they must change nothing.
        ask(port(), "POST", path(dialogId, rest), bearer(m_tokens.value(who)), body);
    }

    void act(int what)
    {
        const qint64 id = any();
        switch (what) {
        case 0:
        case 1:
            guestSays(id, "words " + QByteArray::number(m_random.bounded(1000)));
            break;
        case 2:
            m_dialogs.append(guestComes("new", "G" + QByteArray::number(m_dialogs.size())));
            break;
        case 3:
        case 4:
            wantsHuman(id, m_random.bounded(50));
            break;
        case 5:
        case 6:
            post(anybody(), id, "/handoff/start", "{\"force\":false}");
            break;
        case 7:
            post(anybody(), id, "/handoff/release",
                 m_random.bounded(2) ? "{}" : R"({"return_to_ai":false,"resolution":"done"})");
            break;
        case 8:
            post(anybody(), id, "/handoff/transfer",
                 m_random.bounded(2) ? QByteArray(R"({"queue":true,"note":"n"})")
                                     : "{\"operator_id\":\"" + m_ids.value(anybody()) + "\"}");
            break;
        case 9:
            post(anybody(), id, "/handoff/cancel", "{}");
            break;
        case 10:
            post(anybody(), id, "/close", "{}");
            break;
        case 11:
            post(anybody(), id, "/reopen", "{}");
            break;
        case 12:
        case 13:
            post(anybody(), id, "/messages", "{\"text\":\"answer\"}");
            break;
        case 14:
            post(anybody(), id, "/read",
                 "{\"last_id\":" + QByteArray::number(newestOf(id) - m_random.bounded(3)) + "}");
            break;
        case 15:
            ask(port(), "PUT", path(id, "/tags"), service(),
                m_random.bounded(2) ? R"({"tags":["vip","a"]})" : R"({"tags":[]})");
            break;
        case 16:
            ask(port(), "POST", path(id, "/messages"), service(), R"({"text":"the AI","sender_name":"Bot"})");
            break;
        case 17:
            ask(port(), "PATCH", "/api/operators/" + m_ids.value(anybody()), bearer(m_root),
                "{\"capacity\":" + QByteArray::number(3 + m_random.bounded(9)) + "}");
            break;
        case 18:
            ask(port(), "POST", "/chat/session/" + QByteArray::number(id) + "/read", guest(id),
                "{\"last_id\":" + QByteArray::number(newestOf(id)) + "}");
            break;
        default:
            ask(port(), "POST", "/api/canned-replies", bearer(m_root),
                "{\"shortcut\":\"s" + QByteArray::number(m_random.bounded(100000)) +
                    "\",\"text\":\"t\",\"shared\":true}");
        }
    }

    /// What no event tells: leases of others are renewed without a word.
    static Dialog comparable(Dialog dialog)
    {
        if (dialog.handoff)
            dialog.handoff->leaseUntilMs = 0;
        return dialog;
    }
    static QString describe(const Dialog& dialog)
    {
        const Handoff handoff = dialog.handoff.value_or(Handoff{});
        return u"id %1 status %2 operator '%3' last operator '%4' updated %5 closed %6 waiting %7 last %8 '%9'"_s
                   .arg(dialog.id)
                   .arg(static_cast<int>(dialog.status))
                   .arg(dialog.operatorId, dialog.lastOperator)
                   .arg(dialog.updatedMs)
                   .arg(dialog.closedMs)
                   .arg(dialog.waitingSinceMs)
                   .arg(dialog.lastMessageId)
                   .arg(dialog.lastText) +
               u" unread %1 read %2/%3 tags %4 handoff %5 p%6 '%7' by %8 at %9"_s.arg(dialog.unreadCount)
                   .arg(dialog.staffRead)
                   .arg(dialog.guestRead)
                   .arg(dialog.tags.join(u'|'))
                   .arg(handoff.id)
                   .arg(handoff.priority)
                   .arg(handoff.reservedFor, handoff.operatorId)
                   .arg(handoff.queuedMs);
    }

    void compareWithFresh(HeadlessConsole& console)
    {
        const HttpAnswer answer = ask(port(), "GET", "/api/v1/desk/snapshot", bearer(m_tokens.value("anna")));
        QCOMPARE(answer.status, 200);
        const auto snapshot = snapshotOf(json(answer.body));
        QVERIFY(snapshot.ok());
        Store fresh([] { return qint64{0}; });
        fresh.load(*snapshot);
        const Store& made = console->store();
        for (int row = 0; row < fresh.dialogCount(); ++row) {
            const Dialog expected = comparable(fresh.dialogAt(row));
            const Dialog* known = made.dialog(expected.id);
            QVERIFY2(known, qPrintable(u"missing: "_s + describe(expected)));
            QVERIFY2(comparable(*known) == expected,
                     qPrintable(u"\n made:  "_s + describe(comparable(*known)) + u"\n fresh: " + describe(expected)));
        }
        for (int row = 0; row < made.dialogCount(); ++row) {
            const Dialog& known = made.dialogAt(row);
            QVERIFY2(!known.isOpen() || fresh.dialog(known.id), qPrintable(u"too much: "_s + describe(known)));
        }
        QCOMPARE(made.counts(), fresh.counts());
        QCOMPARE(made.cannedReplies(), fresh.cannedReplies());
        QCOMPARE(made.operators(), fresh.operators());
    }

    /// Everything has come, and everything that was stale has been fetched.
    bool settle(HeadlessConsole& console)
    {
        const qint64 last = guestComes("the last", "Last");
        m_dialogs.append(last);
        return console.waitFor([&] { return console->session().isLive() && console.dialog(last); }) &&
               (QTest::qWait(500), console.settle()) && (QTest::qWait(300), console.settle());
    }

private slots:
    void initTestCase()
    {
        openHouse({{"SIGNALBOX_HANDOFF_LEASE_SECONDS", "3600"}, {"SIGNALBOX_HANDOFF_ANSWER_SECONDS", "3600"}});
        for (const QByteArray name : {"anna", "maria"}) {
            const QJsonObject answer = json(login(name).body);
            m_tokens.insert(name, text(answer, "access_token"));
            m_ids.insert(name, text(answer, "operator.id"));
        }
        for (int i = 0; i < 5; ++i)
            m_dialogs.append(guestComes());
    }
    void cleanupTestCase() { QCOMPARE(m_server.stop(), 0); }

    void thePictureEqualsAFreshOne_data()
    {
        QTest::addColumn<bool>("sse");
        QTest::addColumn<bool>("gaps");
        QTest::newRow("WebSocket") << false << false;
        QTest::newRow("WebSocket with gaps") << false << true;
        QTest::newRow("SSE with gaps") << true << true;
    }

    void thePictureEqualsAFreshOne()
    {
        QFETCH(bool, sse);
        QFETCH(bool, gaps);
        HeadlessConsole anna(port(), u"anna"_s);
        if (sse)
            static_cast<HttpBackend&>(anna->backend()).setTransport(HttpBackend::Transport::SseOnly);
        QVERIFY(anna.goLive());
        for (int round = 0; round < 6; ++round) {
            for (int step = 0; step < 60; ++step) {
                act(m_random.bounded(20));
                if (m_random.bounded(4) == 0)
                    QTest::qWait(m_random.bounded(30));
                if (!gaps || m_random.bounded(15) != 0)
                    continue;
                if (m_random.bounded(4) == 0)
                    anna->session().resync();
                else if (m_random.bounded(2) == 0)
                    anna->session().stop();
                else
                    anna->session().start();
            }
            anna->session().start();
            QVERIFY(settle(anna));
            compareWithFresh(anna);
            if (QTest::currentTestFailed())
                return;
        }
    }
};

QTEST_GUILESS_MAIN(tst_ConsolePicture)
#include "tst_consolepicture.moc"
