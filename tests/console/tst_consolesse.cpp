// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/sseparser.h"

#include <QTest>

using namespace signalbox::console;

class tst_ConsoleSse : public QObject
{
    Q_OBJECT

private slots:
    void events_data()
    {
        QTest::addColumn<QByteArray>("stream");
        QTest::addColumn<QList<SseEvent>>("events");
        const auto one = [](const char* type, const char* data, const char* id = "") {
            return SseEvent{type, data, id};
        };
        QTest::newRow("plain") << QByteArray("data: x\n\n") << QList{one("", "x")};
        QTest::newRow("typed") << QByteArray("event: reset\nid: 5\ndata: {}\n\n") << QList{one("reset", "{}", "5")};
        QTest::newRow("lines") << QByteArray("data: a\ndata:b\ndata:  c\n\n") << QList{one("", "a\nb\n c")};
        QTest::newRow("CR LF") << QByteArray("data: a\r\n\r\ndata: b\r\n\r\n") << QList{one("", "a"), one("", "b")};
        QTest::newRow("CR") << QByteArray("data: a\r\rdata: b\r\r") << QList{one("", "a"), one("", "b")};
        QTest::newRow("comment") << QByteArray(": hello\n\n:\n\ndata: a\n\n") << QList{one("", "a")};
        QTest::newRow("mark") << QByteArray("\xEF\xBB\xBF"
                                            "data: a\n\n")
                              << QList{one("", "a")};
        QTest::newRow("no data") << QByteArray("event: x\nid: 7\n\ndata: a\n\n") << QList{one("", "a", "7")};
        QTest::newRow("empty data") << QByteArray("data\n\n") << QList{one("", "")};
        QTest::newRow("id stays") << QByteArray("id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n")
                                  << QList{one("", "a", "1"), one("", "b", "1"), one("", "c")};
        QTest::newRow("id with NUL") << QByteArray("id: 1\nid: a\0b\ndata: a\n\n", 23) << QList{one("", "a", "1")};
        QTest::newRow("unknown field") << QByteArray("dat: x\ndata: a\n\n") << QList{one("", "a")};
        QTest::newRow("cut off") << QByteArray("data: a\n\ndata: b\n") << QList{one("", "a")};
        QTest::newRow("colons") << QByteArray("data: {\"a\":\"b:c\"}\n\n") << QList{one("", "{\"a\":\"b:c\"}")};
    }

    /// However the bytes are cut.
    void events()
    {
        QFETCH(QByteArray, stream);
        QFETCH(QList<SseEvent>, events);
        SseParser whole;
        QCOMPARE(whole.feed(stream), events);
        for (qsizetype cut = 0; cut <= stream.size(); ++cut) {
            SseParser parser;
            QList<SseEvent> found = parser.feed(stream.first(cut));
            found += parser.feed(stream.sliced(cut));
            QCOMPARE(found, events);
        }
        SseParser slow;
        QList<SseEvent> found;
        for (const char byte : stream)
            found += slow.feed(QByteArray(1, byte));
        QCOMPARE(found, events);
    }

    void retryIsANumber()
    {
        SseParser parser;
        parser.feed("retry: 3000\n\n");
        QCOMPARE(parser.retryMs(), 3000);
        parser.feed("retry: 3s\nretry: -1\nretry:\nretry: 99999999999999\n");
        QCOMPARE(parser.retryMs(), 3000);
    }

    void anEventWithoutEndFails()
    {
        SseParser parser;
        const QByteArray line = "data: " + QByteArray(100'000, 'x') + '\n';
        for (int i = 0; i < 30 && !parser.hasFailed(); ++i)
            parser.feed(line);
        QVERIFY(parser.hasFailed());
        QVERIFY(parser.feed("\n\n").isEmpty());
        SseParser longLine;
        for (int i = 0; i < 30 && !longLine.hasFailed(); ++i)
            longLine.feed(QByteArray(100'000, 'x'));
        QVERIFY(longLine.hasFailed());
    }
};

QTEST_GUILESS_MAIN(tst_ConsoleSse)
#include "tst_consolesse.moc"
