// SPDX-License-Identifier: GPL-3.0-or-later
// Who is there: the borders of offline, away and do-not-disturb.
// links: server_desk
#include "desk/operatorrules.h"
#include "desk/presenceboard.h"

#include <QTest>

using namespace signalbox;

namespace {

using Status = OperatorStatus;

struct Desk
{
    ManualClock clock;
    PresenceBoard board{clock, {15'000, 9'000}};

    /// "anna online boris away", sorted; empty: nothing changed.
    QByteArray changes()
    {
        QByteArrayList list;
        for (const PresenceBoard::Change& change : board.changes())
            list.append(change.operatorId + ' ' + operatorStatusName(change.status));
        std::sort(list.begin(), list.end());
        return list.join(' ');
    }
    /// A session that is well for some time.
    void live(quint64 session, qint64 ms)
    {
        for (; ms > 0; ms -= 1000) {
            clock.advance(1000);
            board.heard(session, clock.wallMs());
        }
    }
};

} // namespace

class TestPresenceBoard : public QObject
{
    Q_OBJECT

private slots:
    void comesAndGoes()
    {
        Desk desk;
        QCOMPARE(desk.changes(), QByteArray());
        desk.board.connected("anna", 1, true);
        QCOMPARE(desk.changes(), QByteArray("anna online"));
        QCOMPARE(desk.changes(), QByteArray());
        desk.board.disconnected(1);
        desk.clock.advance(14'999);
        QCOMPARE(desk.changes(), QByteArray());
        QVERIFY(desk.board.isOnBoard("anna"));
        desk.clock.advance(1);
        QCOMPARE(desk.changes(), QByteArray("anna offline"));
        QVERIFY(!desk.board.isOnBoard("anna"));
        QCOMPARE(desk.changes(), QByteArray());
    }

    void comesBackInTime()
    {
        Desk desk;
        desk.board.connected("anna", 1, true);
        desk.changes();
        desk.board.disconnected(1);
        desk.clock.advance(14'999);
        desk.board.connected("anna", 2, true);
        desk.live(2, 20'000);
        QCOMPARE(desk.changes(), QByteArray());
    }

    void comesAndGoesBetweenLooks()
    {
        Desk desk;
        desk.board.connected("anna", 1, true);
        desk.board.disconnected(1);
        QCOMPARE(desk.changes(), QByteArray()); // nobody has seen her, and she is not there
        desk.clock.advance(15'000);
        QCOMPARE(desk.changes(), QByteArray());
        QVERIFY(!desk.board.isOnBoard("anna"));
    }

    void consolesCountAsOne()
    {
        Desk desk;
        desk.board.connected("anna", 1, true);
        desk.board.connected("anna", 2, true);
        desk.board.connected("boris", 3, true);
        QCOMPARE(desk.changes(), QByteArray("anna online boris online"));
        desk.board.disconnected(1);
        desk.live(2, 30'000);
        desk.board.heard(3, desk.clock.wallMs());
        QCOMPARE(desk.changes(), QByteArray());
        desk.board.disconnected(2);
        desk.board.disconnected(2);
        desk.board.disconnected(99);
        desk.live(3, 15'000);
        QCOMPARE(desk.changes(), QByteArray("anna offline"));
    }

    void silence()
    {
        Desk desk;
        desk.board.connected("anna", 1, true);
        desk.changes();
        desk.clock.advance(8'999);
        QCOMPARE(desk.changes(), QByteArray());
        desk.clock.advance(1);
        QCOMPARE(desk.changes(), QByteArray("anna away"));
        desk.board.heard(1, desk.clock.wallMs());
        QCOMPARE(desk.changes(), QByteArray("anna online"));
        desk.clock.advance(9'000);
        QCOMPARE(desk.changes(), QByteArray("anna away"));
    }

    void oneConsoleThatAnswersIsEnough()
    {
        Desk desk;
        desk.board.connected("anna", 1, true);
        desk.board.connected("anna", 2, true);
        desk.changes();
        desk.live(2, 60'000);
        QCOMPARE(desk.changes(), QByteArray());
        desk.clock.advance(9'000);
        QCOMPARE(desk.changes(), QByteArray("anna away"));
    }

    void whoIsHeardAtAnotherServerIsNotAway()
    {
        Desk desk;
        bool isHeardThere = true;
        QByteArrayList said;
        desk.board.setOthers({[&](const QByteArray& id) { return id == "anna" && isHeardThere; },
                              [&](const QByteArray& id, bool isHeard) {
                                  if (id == "anna")
                                      said.append(isHeard ? "heard" : "not heard");
                              }});
        desk.board.connected("anna", 1, true);
        desk.board.connected("boris", 2, true);
        QCOMPARE(desk.changes(), QByteArray("anna online boris online"));
        desk.clock.advance(9'000);
        QCOMPARE(desk.changes(), QByteArray("boris away"));
        isHeardThere = false;
        QCOMPARE(desk.changes(), QByteArray("anna away"));
        desk.board.heard(1, desk.clock.wallMs());
        QCOMPARE(desk.changes(), QByteArray("anna online"));
        desk.board.disconnected(1);
        QCOMPARE(desk.changes(), QByteArray());
        QCOMPARE(said, QByteArrayList({"heard", "not heard", "heard", "not heard"}));
    }

    void whoWentSilentlyAndIsHeardThereIsNotAway()
    {
        Desk desk;
        bool isHeardThere = false;
        desk.board.setOthers({[&](const QByteArray&) { return isHeardThere; }, [](const QByteArray&, bool) {}});
        desk.board.connected("anna", 1, true);
        desk.clock.advance(9'000);
        QCOMPARE(desk.changes(), QByteArray("anna away"));
        desk.board.disconnected(1);
        QCOMPARE(desk.changes(), QByteArray());
        isHeardThere = true;
        QCOMPARE(desk.changes(), QByteArray("anna online"));
    }

    void whoAnswersNoPingsIsNotSilent()
    {
        Desk desk;
        desk.board.connected("anna", 1, false);
        desk.clock.advance(3'600'000);
        QCOMPARE(desk.changes(), QByteArray("anna online"));
        desk.board.connected("anna", 2, true);
        desk.clock.advance(9'000);
        QCOMPARE(desk.changes(), QByteArray("anna away")); // of those that do answer, none does
        desk.board.disconnected(2);
        QCOMPARE(desk.changes(), QByteArray("anna online"));
    }

    void silenceLastsOverTheEnd()
    {
        Desk desk;
        desk.board.connected("anna", 1, true);
        desk.clock.advance(9'000);
        QCOMPARE(desk.changes(), QByteArray("anna away"));
        desk.board.disconnected(1);
        QCOMPARE(desk.changes(), QByteArray()); // gone is not better than silent
        desk.clock.advance(15'000);
        QCOMPARE(desk.changes(), QByteArray("anna offline"));
    }

    /// What was heard counts by its age, and once.
    void hearing_data()
    {
        QTest::addColumn<qint64>("agoMs");
        QTest::addColumn<bool>("isHeard");
        QTest::newRow("now") << qint64(0) << true;
        QTest::newRow("just in time") << qint64(8'999) << true;
        QTest::newRow("too long ago") << qint64(9'000) << false;
        QTest::newRow("before the clock was set back") << qint64(-3'600'000) << true;
    }

    void hearing()
    {
        QFETCH(const qint64, agoMs);
        QFETCH(const bool, isHeard);
        Desk desk;
        desk.board.connected("anna", 1, true);
        desk.clock.advance(9'000);
        desk.changes();
        desk.board.heard(1, desk.clock.wallMs() - agoMs);
        QCOMPARE(desk.changes(), isHeard ? QByteArray("anna online") : QByteArray());
    }

    void nothingNewIsSilence()
    {
        Desk desk;
        const qint64 pong = desk.clock.wallMs();
        desk.board.connected("anna", 1, true);
        desk.board.heard(1, pong);
        desk.changes();
        for (int i = 0; i < 9; ++i) {
            QCOMPARE(desk.changes(), QByteArray());
            desk.clock.advance(1000);
            desk.board.heard(1, pong);
        }
        QCOMPARE(desk.changes(), QByteArray("anna away"));
        desk.board.heard(77, pong);
    }

    void chosen_data()
    {
        QTest::addColumn<int>("wanted");
        QTest::addColumn<QByteArray>("change");
        QTest::newRow("online") << int(Status::Online) << QByteArray();
        QTest::newRow("away") << int(Status::Away) << QByteArray("anna away");
        QTest::newRow("dnd") << int(Status::Dnd) << QByteArray("anna dnd");
        QTest::newRow("offline") << int(Status::Offline) << QByteArray("anna offline");
    }

    void chosen()
    {
        QFETCH(const int, wanted);
        QFETCH(const QByteArray, change);
        Desk desk;
        desk.board.chose("anna", Status::Away, 0); // nobody yet
        desk.board.connected("anna", 1, true);
        QCOMPARE(desk.changes(), QByteArray("anna online"));
        desk.board.chose("anna", Status(wanted), 0);
        QCOMPARE(desk.changes(), change);
        desk.board.chose("anna", Status::Online, 0);
        QCOMPARE(desk.changes(), change.isEmpty() ? QByteArray() : QByteArray("anna online"));
    }

    void doNotDisturbEnds()
    {
        Desk desk;
        desk.board.connected("anna", 1, false);
        desk.board.chose("anna", Status::Dnd, desk.clock.wallMs() + 60'000);
        QCOMPARE(desk.changes(), QByteArray("anna dnd"));
        desk.clock.advance(59'999);
        QCOMPARE(desk.changes(), QByteArray());
        desk.clock.advance(1);
        QCOMPARE(desk.changes(), QByteArray("anna online"));
    }

    void doNotDisturbWithoutAnEnd()
    {
        Desk desk;
        desk.board.connected("anna", 1, false);
        desk.board.chose("anna", Status::Dnd, 0);
        QCOMPARE(desk.changes(), QByteArray("anna dnd"));
        desk.clock.advance(24LL * 3600 * 1000);
        QCOMPARE(desk.changes(), QByteArray());
    }

    /// The order of words: offline, away, do not disturb, online.
    void effective_data()
    {
        QTest::addColumn<int>("connections");
        QTest::addColumn<int>("wanted");
        QTest::addColumn<int>("seen");
        const auto row = [](const char* name, Status connections, Status wanted, Status seen) {
            QTest::newRow(name) << int(connections) << int(wanted) << int(seen);
        };
        row("online online", Status::Online, Status::Online, Status::Online);
        row("online away", Status::Online, Status::Away, Status::Away);
        row("online dnd", Status::Online, Status::Dnd, Status::Dnd);
        row("online offline", Status::Online, Status::Offline, Status::Offline);
        row("silent online", Status::Away, Status::Online, Status::Away);
        row("silent dnd", Status::Away, Status::Dnd, Status::Away);
        row("silent offline", Status::Away, Status::Offline, Status::Offline);
        row("gone online", Status::Offline, Status::Online, Status::Offline);
        row("gone away", Status::Offline, Status::Away, Status::Offline);
        row("gone dnd", Status::Offline, Status::Dnd, Status::Offline);
    }

    void effective()
    {
        QFETCH(const int, connections);
        QFETCH(const int, wanted);
        QTEST(int(effectiveStatus(Status(connections), Status(wanted))), "seen");
    }

    void limitsMayChange()
    {
        Desk desk;
        desk.board.connected("anna", 1, true);
        desk.changes();
        desk.board.setLimits({0, 1000});
        desk.clock.advance(1000);
        QCOMPARE(desk.changes(), QByteArray("anna away"));
        desk.board.disconnected(1);
        QCOMPARE(desk.changes(), QByteArray("anna offline"));
    }

    void aSessionThatIsToldTwice()
    {
        Desk desk;
        desk.board.connected("anna", 1, true);
        desk.board.connected("anna", 1, true);
        desk.changes();
        desk.board.disconnected(1);
        desk.clock.advance(15'000);
        QCOMPARE(desk.changes(), QByteArray("anna offline"));
    }
};

QTEST_APPLESS_MAIN(TestPresenceBoard)
#include "tst_presenceboard.moc"
