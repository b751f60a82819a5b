// SPDX-License-Identifier: GPL-3.0-or-later
#include "consolehouse.h"

using namespace signalbox;
using namespace signalbox::test;
using namespace signalbox::console;
using namespace Qt::StringLiterals;

/// Two consoles press Take on the same dialog, a hundred times.
class tst_ConsoleRace : public QObject, protected ConsoleHouse
{
    Q_OBJECT

    static constexpr int kRounds = 100;

    struct Player
    {
        explicit Player(HeadlessConsole& of)
            : console(of)
            , taken(&of->actions(), &Actions::taken)
            , lost(&of->actions(), &Actions::takeLost)
        {
        }
        HeadlessConsole& console;
        QSignalSpy taken;
        QSignalSpy lost;
    };

private slots:
    void initTestCase() { openHouse(); }
    void cleanupTestCase() { QCOMPARE(m_server.stop(), 0); }

    void oneWinsAndTheOtherIsToldWho()
    {
        HeadlessConsole anna(port(), u"anna"_s);
        HeadlessConsole maria(port(), u"maria"_s);
        QVERIFY(anna.goLive() && maria.goLive());
        Player first(anna);
        Player second(maria);
        int annaWon = 0;
        for (int round = 0; round < kRounds; ++round) {
            const qint64 id = guestComes();
            QCOMPARE(wantsHuman(id).status, 201);
            const auto isQueued = [id](HeadlessConsole& of) {
                return of.dialog(id) && of.dialog(id)->status == DialogStatus::Queued;
            };
            QVERIFY(anna.waitFor([&] { return isQueued(anna) && isQueued(maria); }));
            first.taken.clear();
            first.lost.clear();
            second.taken.clear();
            second.lost.clear();
            Player& early = round % 2 == 0 ? first : second;
            Player& late = round % 2 == 0 ? second : first;
            early.console->actions().take(id);
            late.console->actions().take(id);
            QVERIFY(anna.waitFor([&] {
                return first.taken.size() + first.lost.size() == 1 && second.taken.size() + second.lost.size() == 1;
            }));
            QCOMPARE(first.taken.size() + second.taken.size(), 1);
            Player& winner = first.taken.isEmpty() ? second : first;
            Player& loser = first.taken.isEmpty() ? first : second;
            annaWon += &winner == &first ? 1 : 0;
            const auto lost = loser.lost.first().first().value<TakeLost>();
            QCOMPARE(lost.dialogId, id);
            QCOMPARE(lost.holderId, winner.console->store().me().id);
            QCOMPARE(lost.holderName, winner.console->store().me().name);
            QVERIFY(anna.waitFor([&] {
                const Dialog* shown = loser.console.dialog(id);
                return shown && shown->operatorId == lost.holderId && !loser.console->store().isMine(*shown);
            }));
            QVERIFY(winner.console->store().isMine(*winner.console.dialog(id)));
            QCOMPARE(ask(port(), "POST", path(id, "/close"), service(), "{}").status, 200);
        }
        qInfo() << "won by the one:" << annaWon << "by the other:" << kRounds - annaWon;
        QVERIFY(anna.waitFor([&] { return anna->store().counts().mine == 0 && maria->store().counts().mine == 0; }));
    }
};

QTEST_GUILESS_MAIN(tst_ConsoleRace)
#include "tst_consolerace.moc"
