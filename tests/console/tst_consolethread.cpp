// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/store/thread.h"

#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

using namespace signalbox::console;
using namespace Qt::StringLiterals;

class tst_ConsoleThread : public QObject
{
    Q_OBJECT

    static Message message(qint64 id, qint64 atMs = 0)
    {
        Message one;
        one.id = id;
        one.dialogId = 1;
        one.text = u"m%1"_s.arg(id);
        one.createdMs = atMs == 0 ? id * 10 : atMs;
        return one;
    }
    static QList<Message> messages(qint64 from, qint64 to)
    {
        QList<Message> list;
        for (qint64 id = from; id <= to; ++id)
            list.append(message(id));
        return list;
    }
    static Note note(qint64 id, qint64 atMs) { return {id, 1, u"7"_s, u"N"_s, u"note"_s, atMs}; }
    static PendingItem pending(const QString& id) { return {id, false, u"p"_s, {}, 1, Delivery::Queued, {}, {}}; }

    static QStringList keysOf(const Thread& thread)
    {
        QStringList keys;
        for (const ThreadItem& item : thread.items()) {
            if (const auto* one = std::get_if<Message>(&item))
                keys.append(u"m%1"_s.arg(one->id));
            else if (const auto* remark = std::get_if<Note>(&item))
                keys.append(u"n%1"_s.arg(remark->id));
            else
                keys.append(std::get<PendingItem>(item).clientId);
        }
        return keys;
    }

private slots:
    void messagesNotesAndWhatWaits()
    {
        Thread thread(1);
        thread.addNotes({note(1, 15), note(2, 35)});
        thread.setPending({pending(u"a"_s)});
        thread.setNewest(messages(1, 3), false);
        QCOMPARE(keysOf(thread), QStringList({u"m1"_s, u"n1"_s, u"m2"_s, u"m3"_s, u"n2"_s, u"a"_s}));
        thread.add(message(4));
        thread.add(message(4)); // again
        QCOMPARE(keysOf(thread).last(), u"a"_s);
        QCOMPARE(thread.count(), 7);
        thread.setPending({pending(u"b"_s), pending(u"c"_s)});
        QCOMPARE(keysOf(thread).mid(6), QStringList({u"b"_s, u"c"_s}));
        thread.setPending({});
        QCOMPARE(thread.count(), 6);
    }

    void whatComesBeforeThePageIsKept()
    {
        Thread thread(1);
        thread.add(message(3));
        thread.add(message(5));
        thread.setNewest(messages(1, 4), false);
        QCOMPARE(keysOf(thread), QStringList({u"m1"_s, u"m2"_s, u"m3"_s, u"m4"_s, u"m5"_s}));
        Message foreign = message(9);
        foreign.dialogId = 2;
        thread.add(foreign);
        QCOMPARE(thread.count(), 5);
    }

    void theWindowMoves()
    {
        Thread thread(1);
        thread.setNewest(messages(951, 1000), true);
        for (qint64 to = 950; to > 0; to -= 50) {
            thread.addOlder(messages(to - 49, to), to > 50);
            QVERIFY(thread.count() <= Thread::kMostItems);
        }
        QCOMPARE(thread.oldestMessageId(), 1);
        QVERIFY(!thread.hasOlder() && thread.hasNewer());
        thread.add(message(1001)); // not at the end: it comes with its page
        QCOMPARE(thread.newestMessageId(), 500);
        for (qint64 from = 501; from <= 1001; from += 50)
            thread.addNewer(messages(from, std::min<qint64>(from + 49, 1001)), from + 49 < 1001);
        QCOMPARE(thread.newestMessageId(), 1001);
        QVERIFY(thread.hasOlder() && !thread.hasNewer());
        QCOMPARE(thread.count(), Thread::kMostItems);
    }

    void notesOutsideOfTheWindowWait()
    {
        Thread thread(1);
        thread.setNewest(messages(51, 100), true);
        thread.addNotes({note(1, 105), note(2, 705)});
        QVERIFY(!keysOf(thread).contains(u"n1"_s));
        QVERIFY(keysOf(thread).contains(u"n2"_s));
        thread.addOlder(messages(1, 50), false);
        QVERIFY(keysOf(thread).contains(u"n1"_s));
    }

    void edits()
    {
        Thread thread(1);
        thread.setNewest(messages(1, 3), false);
        QSignalSpy changed(&thread, &Thread::changed);
        thread.edit(2, u"better"_s, 99);
        thread.edit(77, u"nobody"_s, 99);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(std::get<Message>(thread.at(1)).text, u"better"_s);
    }

    /// The announced rows are the ones that change: a mirror that follows the signals alone has the same number.
    void signalsAreExact()
    {
        QRandomGenerator random(3);
        Thread thread(1);
        int rows = 0;
        int count = 0;
        connect(&thread, &Thread::aboutToInsert, this, [&](int first, int last) {
            QVERIFY(first >= 0 && first <= rows && last >= first);
            count = last - first + 1;
        });
        connect(&thread, &Thread::inserted, this, [&] { rows += count; });
        connect(&thread, &Thread::aboutToRemove, this, [&](int first, int last) {
            QVERIFY(first >= 0 && last < rows && last >= first);
            count = last - first + 1;
        });
        connect(&thread, &Thread::removed, this, [&] { rows -= count; });
        connect(&thread, &Thread::reset, this, [&] { rows = thread.count(); });
        connect(&thread, &Thread::changed, this, [&](int row) { QVERIFY(row >= 0 && row < rows); });
        for (int step = 0; step < 3000; ++step) {
            const qint64 id = 1 + random.bounded(2000);
            switch (random.bounded(7)) {
            case 0:
                thread.setNewest(messages(id, id + 49), random.bounded(2) == 0);
                break;
            case 1:
                if (thread.oldestMessageId() > 1)
                    thread.addOlder(
                        messages(std::max<qint64>(1, thread.oldestMessageId() - 50), thread.oldestMessageId() - 1),
                        random.bounded(2) == 0);
                break;
            case 2:
                thread.addNewer(messages(thread.newestMessageId() + 1, thread.newestMessageId() + 50),
                                random.bounded(2) == 0);
                break;
            case 3:
                thread.add(message(id));
                break;
            case 4:
                thread.addNotes({note(id, id * 10 + 5)});
                break;
            case 5: {
                QList<PendingItem> list;
                for (int i = random.bounded(4); i > 0; --i)
                    list.append(pending(QString::number(random.bounded(5))));
                thread.setPending(list);
                break;
            }
            default:
                thread.edit(id, u"x"_s, step + 1);
            }
            QCOMPARE(thread.count(), rows);
            qint64 before = 0;
            for (const ThreadItem& item : thread.items()) {
                if (std::holds_alternative<PendingItem>(item))
                    break;
                QVERIFY(timeOf(item) >= before);
                before = timeOf(item);
            }
        }
    }
};

QTEST_GUILESS_MAIN(tst_ConsoleThread)
#include "tst_consolethread.moc"
