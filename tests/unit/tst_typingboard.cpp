// SPDX-License-Identifier: GPL-3.0-or-later
// Who types where, and until when.
// links: server_desk
#include "desk/typingboard.h"

#include <QTest>

using namespace signalbox;

namespace {

constexpr qint64 kLife = 8000;
const Typist kAnna{17, Sender::Operator, "7", QStringLiteral("Anna")};
const Typist kGuest{17, Sender::Client, "guest:17", {}};

} // namespace

class TestTypingBoard : public QObject
{
    Q_OBJECT

private slots:
    void theFirstStartIsNews()
    {
        TypingBoard board;
        QVERIFY(board.start(kAnna, 0, kLife));
        QVERIFY(board.start(kGuest, 0, kLife));
    }

    void repeatedStarts_data()
    {
        QTest::addColumn<qint64>("after");
        QTest::addColumn<bool>("isNews");
        QTest::newRow("at once") << qint64(0) << false;
        QTest::newRow("within a second") << TypingBoard::kQuietMs - 1 << false;
        QTest::newRow("after a second") << TypingBoard::kQuietMs << true;
    }
    void repeatedStarts()
    {
        QFETCH(const qint64, after);
        QFETCH(const bool, isNews);
        TypingBoard board;
        QVERIFY(board.start(kAnna, 100, kLife));
        QCOMPARE(board.start(kAnna, 100 + after, kLife), isNews);
    }

    void aQuietRepetitionDoesNotPostponeTheNextNews()
    {
        TypingBoard board;
        QVERIFY(board.start(kAnna, 0, kLife));
        QVERIFY(!board.start(kAnna, 900, kLife));
        QVERIFY(board.start(kAnna, 1000, kLife));
    }

    void onlyWhoTypesCanStop()
    {
        TypingBoard board;
        QVERIFY(!board.stop(kAnna));
        board.start(kAnna, 0, kLife);
        QVERIFY(!board.stop(kGuest));
        QVERIFY(board.stop(kAnna));
        QVERIFY(!board.stop(kAnna));
        QVERIFY(board.takeEnded(kLife).empty());
    }

    void aStartAfterAStopIsNews()
    {
        TypingBoard board;
        board.start(kAnna, 0, kLife);
        board.stop(kAnna);
        QVERIFY(board.start(kAnna, 1, kLife));
    }

    void endsByItselfOnce()
    {
        TypingBoard board;
        board.start(kAnna, 0, kLife);
        QVERIFY(board.takeEnded(kLife - 1).empty());
        QCOMPARE(board.takeEnded(kLife), std::vector<Typist>{kAnna});
        QVERIFY(board.takeEnded(kLife).empty());
    }

    void aRepetitionPutsTheEndOff()
    {
        TypingBoard board;
        board.start(kAnna, 0, kLife);
        board.start(kAnna, 500, kLife);
        QVERIFY(board.takeEnded(kLife).empty());
        QCOMPARE(board.takeEnded(kLife + 500), std::vector<Typist>{kAnna});
    }

    void theLongestAgoComesFirst()
    {
        TypingBoard board;
        board.start(kAnna, 10, kLife);
        board.start(kGuest, 5, kLife);
        QCOMPARE(board.takeEnded(kLife * 2), (std::vector<Typist>{kGuest, kAnna}));
    }

    void dialogsAreApart()
    {
        TypingBoard board;
        Typist elsewhere = kAnna;
        elsewhere.dialogId = 18;
        board.start(kAnna, 0, kLife);
        QVERIFY(board.start(elsewhere, 0, kLife));
        QVERIFY(board.stop(kAnna));
        QCOMPARE(board.takeEnded(kLife), std::vector<Typist>{elsewhere});
    }
};

QTEST_APPLESS_MAIN(TestTypingBoard)
#include "tst_typingboard.moc"
