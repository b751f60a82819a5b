// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/cannedfields.h"
#include "console/models/cannedmodel.h"
#include "console/models/diagnostics.h"
#include "console/models/exporter.h"
#include "console/models/keyboardlayout.h"
#include "console/models/series.h"
#include "console/store/handoffcard.h"

#include <QTest>

using namespace signalbox::console;
using namespace Qt::StringLiterals;

class tst_ConsoleText : public QObject
{
    Q_OBJECT

private slots:
    void otherLayout_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("meant");
        QTest::newRow("hello") << u"ghbdtn"_s << u"привет"_s;
        QTest::newRow("English") << u"руддщ"_s << u"hello"_s;
        QTest::newRow("capitals") << u"Ghbdtn!"_s << u"Привет!"_s;
        QTest::newRow("letters on punctuation") << u",fpf j,]trn"_s << u"база объект"_s;
        QTest::newRow("yo") << u"`krf"_s << u"ёлка"_s;
        QTest::newRow("period") << u"Ythdysq ntrcn/"_s << u"Нервный текст."_s;
        QTest::newRow("question") << u"Rfr ltkf&"_s << u"Как дела?"_s;
        QTest::newRow("question to English") << u"Цруку,"_s << u"Where?"_s;
        QTest::newRow("digits stay") << u"pfrfp 123"_s << u"заказ 123"_s;
        QTest::newRow("foreign stays") << u"字🙏"_s << u"字🙏"_s;
        QTest::newRow("empty") << QString() << QString();
    }
    void otherLayout()
    {
        QFETCH(QString, typed);
        QFETCH(QString, meant);
        QCOMPARE(signalbox::console::otherLayout(typed), meant);
    }

    void everyCyrillicKeyHasALatinOne()
    {
        const QString keys = u"ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ"_s;
        QSet<int> found;
        for (const QChar key : keys) {
            const auto latin = latinKeyOf(key.unicode());
            QVERIFY2(latin, qPrintable(QString(key)));
            found.insert(*latin);
        }
        QCOMPARE(found.size(), keys.size());
        QCOMPARE(latinKeyOf(u'Л'), Qt::Key_K);
        QCOMPARE(latinKeyOf(u'Й'), Qt::Key_Q);
        QCOMPARE(latinKeyOf(u'Ж'), Qt::Key_Semicolon);
        QVERIFY(!latinKeyOf(Qt::Key_K));
        QVERIFY(!latinKeyOf(Qt::Key_F1));
        QVERIFY(!latinKeyOf(u'Ї'));
    }

    void theLastWordBegins()
    {
        QCOMPARE(wordStart(u"hello ghbdtn"_s, 12), 6);
        QCOMPARE(wordStart(u"a j,]trn"_s, 8), 2);
        QCOMPARE(wordStart(u"word "_s, 5), 0);
        QCOMPARE(wordStart(u""_s, 0), 0);
        QCOMPARE(wordStart(u"abc"_s, 99), 0);
    }

    void fields()
    {
        const auto names = [](const QString& text) {
            QStringList list;
            const auto found = cannedFields(text);
            for (const CannedField& field : found)
                list.append(field.name + u'@' + QString::number(field.start) + u'+' + QString::number(field.length));
            return list;
        };
        QCOMPARE(names(u"Hi {name}, {order number}!"_s), QStringList({u"name@3+6"_s, u"order number@11+14"_s}));
        QCOMPARE(names(u"{{name}} {x}"_s), QStringList{u"x@9+3"_s});
        QCOMPARE(names(u"{} { } {a{b} {open"_s), QStringList{u"b@9+3"_s});
        QCOMPARE(names(u"{two\nlines}"_s), QStringList());
        QCOMPARE(names(u"{x}"_s.repeated(80)).size(), 50);
    }

    void fillingLeavesNoKnownField()
    {
        const FilledText filled =
            fillFields(u"{Name}: {{literal}} {order} {name}"_s, {{u"name"_s, u"Анна {x}"_s}, {u"empty"_s, {}}});
        QCOMPARE(filled.text, u"Анна {x}: {literal} {order} Анна {x}"_s);
        QCOMPARE(filled.open.size(), 1);
        QCOMPARE(filled.text.mid(filled.open[0].start, filled.open[0].length), u"{order}"_s);
    }

    void cells_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("cell");
        QTest::newRow("plain") << u"abc"_s << u"abc"_s;
        QTest::newRow("comma") << u"a,b"_s << u"\"a,b\""_s;
        QTest::newRow("quote") << u"a\"b"_s << u"\"a\"\"b\""_s;
        QTest::newRow("line") << u"a\nb"_s << u"\"a\nb\""_s;
        QTest::newRow("formula") << u"=1+1"_s << u"'=1+1"_s;
        QTest::newRow("command") << u"@SUM(A1,A2)"_s << u"\"'@SUM(A1,A2)\""_s;
        QTest::newRow("plus") << u"+7 900"_s << u"'+7 900"_s;
        QTest::newRow("minus") << u"-cmd|calc"_s << u"'-cmd|calc"_s;
        QTest::newRow("behind spaces") << u"  =1"_s << u"\"'  =1\""_s;
        QTest::newRow("tab") << u"\t=1"_s << u"\"'\t=1\""_s;
        QTest::newRow("number") << u"-12.5"_s << u"-12.5"_s;
        QTest::newRow("empty") << QString() << QString();
    }
    void cells()
    {
        QFETCH(QString, text);
        QFETCH(QString, cell);
        QCOMPARE(csvCell(text), cell);
    }

    void aThreadIsExported()
    {
        Message message;
        message.sender = Sender::Client;
        message.senderName = u"=Anna"_s;
        message.text = u"Hello, you"_s;
        message.createdMs = 1'000;
        const QList<ThreadItem> items{message, Note{1, 1, u"7"_s, u"Oleg"_s, u"secret"_s, 2'000}};
        const QByteArray bytes = threadCsv(items);
        QVERIFY(bytes.startsWith("\xEF\xBB\xBF"
                                 "time,sender,kind,text\r\n"));
        const QString csv = QString::fromUtf8(bytes);
        QVERIFY(csv.contains(u"1970-01-01T00:00:01.000Z,'=Anna,client,\"Hello, you\"\r\n"));
        QVERIFY(csv.contains(u",Oleg,note,secret\r\n"));
        Dialog dialog;
        dialog.id = 5;
        QVERIFY(threadText(dialog, items).contains("Oleg (note): secret"));
    }

    void secretsAreRedacted_data()
    {
        QTest::addColumn<QString>("line");
        QTest::newRow("bearer") << u"Authorization: Bearer SECRET"_s;
        QTest::newRow("json") << u"{\"refresh_token\":\"SECRET\",\"x\":1}"_s;
        QTest::newRow("query") << u"GET /channel/ws?access_token=SECRET&x=1"_s;
        QTest::newRow("password") << u"password = SECRET"_s;
        QTest::newRow("jwt") << u"got eyJSECRET.SECRET.SECRET"_s;
        QTest::newRow("session") << u"token v1.1700000000.SECRET"_s;
        QTest::newRow("link") << u"/chat/1/stream?exp=1&sig=SECRET"_s;
    }
    void secretsAreRedacted()
    {
        QFETCH(QString, line);
        QVERIFY2(!redacted(line).contains(u"SECRET"), qPrintable(redacted(line)));
    }
    void theRestOfALineStays()
    {
        QCOMPARE(redacted(u"state Live, 24 ms, position 3x.y:4"_s), u"state Live, 24 ms, position 3x.y:4"_s);
        QVERIFY(redacted(u"?access_token=SECRET&x=1"_s).endsWith(u"&x=1"));
    }

    void cannedRepliesAreRanked()
    {
        const CannedReply refund{1, u"refund"_s, u"Money back"_s, u"Your refund is on its way"_s, {}};
        const CannedReply money{2, u"m"_s, u"Refund of money"_s, u"x"_s, {}};
        const CannedReply other{3, u"o"_s, u"Other"_s, u"we refund"_s, {}};
        const auto rank = [](const CannedReply& reply, const QString& search) {
            return CannedModel::rank(reply, search);
        };
        QVERIFY(rank(refund, u"refund"_s) > rank(money, u"refund"_s));
        QVERIFY(rank(money, u"refund"_s) > rank(other, u"refund"_s));
        QVERIFY(rank(other, u"refund"_s) > 0);
        QCOMPARE(rank(other, u"refund tour"_s), 0);
        QVERIFY(rank(refund, u"куагтв"_s) > 0); // the same keys on the other layout
        QVERIFY(rank(other, {}) > 0);
    }

    void aSeriesIsARing()
    {
        Series series(5);
        QVERIFY(series.isEmpty());
        for (int i = 0; i < 12; ++i)
            series.add(i * 10, i);
        QCOMPARE(series.count(), 5);
        QCOMPARE(series.at(0).value, 7);
        QCOMPARE(series.last().value, 11);
        QCOMPARE(series.highest(), 11);
        QCOMPARE(series.nearest(84).value, 8);
        const auto columns = series.columns(70, 120, 5);
        QCOMPARE(columns.size(), 5U);
        QCOMPARE(columns[0].last, 7);
        QCOMPARE(columns[4].last, 11);
        const auto two = series.columns(70, 120, 2);
        QCOMPARE(two[0].points + two[1].points, 5);
        QCOMPARE(two[1].high, 11);
        series.add(5, 99); // a clock that went back
        QCOMPARE(series.last().atMs, 110);
        QVERIFY(series.columns(0, 0, 10).size() == 10 && series.columns(0, 10, 0).empty());
        QVERIFY(series.toCsv(u"ms"_s).startsWith(u"time,ms\r\n1970-01-01T00:00:00.080Z,8\r\n"));
    }

    void aCardIsMadeOfMetadata()
    {
        Handoff handoff;
        handoff.reason = u"Refund"_s;
        handoff.metadata = {{u"summary"_s, u"Broken"_s},
                            {u"tried"_s, QJsonArray{u"photos"_s, 5, QJsonObject()}},
                            {u"order"_s, 1234},
                            {u"nested"_s, QJsonObject{{u"x"_s, 1}}}};
        const HandoffCard card = handoffCard(handoff);
        QCOMPARE(card.summary, u"Broken"_s);
        QCOMPARE(card.tried, QStringList({u"photos"_s, u"5"_s}));
        QCOMPARE(card.facts.size(), 1);
        QCOMPARE(card.facts[0].second, u"1234"_s);
        QVERIFY(handoffCard({}).isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_ConsoleText)
#include "tst_consoletext.moc"
