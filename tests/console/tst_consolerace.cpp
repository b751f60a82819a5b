// SPDX-License-Identifier: GPL-3.0-or-later
#include "consolehouse.h"

#include <QElapsedTimer>

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
            QObject::connect(&of->actions(), &Actions::takeLost, &of->actions(),
                             [this] { toldMs = pressed.elapsed(); });
        }
        void press(qint64 dialogId)
        {
            taken.clear();
            lost.clear();
            pressed.start();
            console->actions().take(dialogId);
        }
        HeadlessConsole& console;
        QSignalSpy taken;
        QSignalSpy lost;
        QElapsedTimer pressed;
        qint64 toldMs = 0; ///< from the key to the word that somebody else was first
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
        QList<qint64> toldMs;
        for (int round = 0; round < kRounds; ++round) {
            const qint64 id = guestComes();
            QCOMPARE(wantsHuman(id).status, 201);
            const auto isQueued = [id](HeadlessConsole& of) {
                return of.dialog(id) && of.dialog(id)->status == DialogStatus::Queued;
            };
            QVERIFY(anna.waitFor([&] { return isQueued(anna) && isQueued(maria); }));
            Player& early = round % 2 == 0 ? first : second;
            Player& late = round % 2 == 0 ? second : first;
            early.press(id);
            late.press(id);
            QVERIFY(anna.waitFor([&] {
                return first.taken.size() + first.lost.size() == 1 && second.taken.size() + second.lost.size() == 1;
            }));
            QCOMPARE(first.taken.size() + second.taken.size(), 1);
            Player& winner = first.taken.isEmpty() ? second : first;
            Player& loser = first.taken.isEmpty() ? first : second;
            toldMs.append(loser.toldMs);
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
        std::sort(toldMs.begin(), toldMs.end());
        qInfo() << "won by the one:" << annaWon << "by the other:" << kRounds - annaWon << "told after (ms), median"
                << toldMs[kRounds / 2] << "at most" << toldMs.last();
        QVERIFY(anna.waitFor([&] { return anna->store().counts().mine == 0 && maria->store().counts().mine == 0; }));
    }
};

QTEST_GUILESS_MAIN(tst_ConsoleRace)
#include "tst_consolerace.moc"
