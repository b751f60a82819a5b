// SPDX-License-Identifier: GPL-3.0-or-later
// The table of codes (spec section 9) and the JSON that carries them.
// links: signalbox_shared
#include "shared/errors.h"
#include "shared/result.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <QTest>

#include <memory>

using namespace signalbox;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(signalbox::ErrorCode)

class TestErrors : public QObject
{
    Q_OBJECT

private slots:
    void rowsAreComplete();
    void knownRows_data();
    void knownRows();
    void body();
    void bodyWithoutMessage();
    void bodySurvivesAnyText_data();
    void bodySurvivesAnyText();
    void stringLiterals_data();
    void stringLiterals();
    void resultHoldsOneSide();
    void resultMovesItsValue();
};

void TestErrors::rowsAreComplete()
{
    const QSet<int> statuses{400, 401, 403, 404, 405, 408, 409, 410, 413, 415, 422, 429, 431, 500, 503};
    QSet<QByteArray> names;
    for (int i = 0; i < static_cast<int>(ErrorCode::Count_); ++i) {
        const ErrorInfo& info = errorInfo(static_cast<ErrorCode>(i));
        QVERIFY2(info.name != nullptr && info.meaning != nullptr, qPrintable(QString::number(i)));
        QVERIFY2(!names.contains(info.name), info.name);
        names.insert(info.name);
        QVERIFY2(statuses.contains(info.httpStatus), info.name);
        const bool standard = info.closeCode == 1001 || info.closeCode == 1008 || info.closeCode == 1009 ||
                              info.closeCode == 1011 || info.closeCode == 1013;
        QVERIFY2(standard || (info.closeCode >= 4400 && info.closeCode <= 4499), info.name);
    }
}

void TestErrors::knownRows_data()
{
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("close");
    QTest::addColumn<bool>("reconnect");
    QTest::newRow("bad message") << ErrorCode::BadJson << "bad_json"_ba << 400 << 4400 << false;
    QTest::newRow("no token") << ErrorCode::Unauthorized << "unauthorized"_ba << 401 << 4401 << false;
    QTest::newRow("forbidden") << ErrorCode::Forbidden << "forbidden"_ba << 403 << 4403 << false;
    QTest::newRow("no pong") << ErrorCode::PongTimeout << "pong_timeout"_ba << 408 << 4408 << true;
    QTest::newRow("stream limit") << ErrorCode::StreamLimit << "stream_limit"_ba << 409 << 4409 << false;
    QTest::newRow("replaced") << ErrorCode::Replaced << "replaced"_ba << 409 << 4409 << false;
    QTest::newRow("too large") << ErrorCode::PayloadTooLarge << "payload_too_large"_ba << 413 << 1009 << false;
    QTest::newRow("field") << ErrorCode::InvalidField << "invalid_field"_ba << 422 << 4400 << false;
    QTest::newRow("event") << ErrorCode::UnknownEvent << "unknown_event"_ba << 422 << 4400 << false;
    QTest::newRow("too fast") << ErrorCode::RateLimited << "rate_limited"_ba << 429 << 4429 << true;
    QTest::newRow("slow") << ErrorCode::SlowConsumer << "slow_consumer"_ba << 503 << 4413 << true;
    QTest::newRow("history") << ErrorCode::HistoryLost << "history_lost"_ba << 410 << 4410 << true;
    QTest::newRow("source") << ErrorCode::SourceUnavailable << "source_unavailable"_ba << 503 << 1013 << true;
    QTest::newRow("going") << ErrorCode::GoingAway << "going_away"_ba << 503 << 1001 << true;
    QTest::newRow("admin") << ErrorCode::ClosedByAdmin << "closed_by_admin"_ba << 403 << 1008 << false;
    QTest::newRow("internal") << ErrorCode::Internal << "internal"_ba << 500 << 1011 << true;
}

void TestErrors::knownRows()
{
    QFETCH(ErrorCode, code);
    QFETCH(QByteArray, name);
    QFETCH(int, status);
    QFETCH(int, close);
    QFETCH(bool, reconnect);
    const Error error(code);
    QCOMPARE(QByteArray(error.name()), name);
    QCOMPARE(error.httpStatus(), status);
    QCOMPARE(error.closeCode(), close);
    QCOMPARE(errorInfo(code).reconnect, reconnect);
}

void TestErrors::body()
{
    const Error error(ErrorCode::InvalidField, u"Нет \"поля\""_s, "data.id");
    QCOMPARE(error.toJson(), R"({"code":"invalid_field","message":"Нет \"поля\"","field":"data.id"})"_ba);
}

void TestErrors::bodyWithoutMessage()
{
    const Error error(ErrorCode::StreamLimit);
    QCOMPARE(error.text(), QString::fromLatin1(errorInfo(ErrorCode::StreamLimit).meaning));
    const QJsonObject object = QJsonDocument::fromJson(error.toJson()).object();
    QCOMPARE(object.value("code"_L1).toString(), u"stream_limit"_s);
    QCOMPARE(object.value("message"_L1).toString(), error.text());
    QVERIFY(!object.contains("field"_L1));
}

void TestErrors::bodySurvivesAnyText_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("quotes") << uR"(a "b" \c)"_s;
    QTest::newRow("controls") << QString::fromLatin1("\x01\x1f\t\r\n\b\f\x7f");
    QTest::newRow("NUL") << QString(QChar(0)) + u"x"_s;
    QTest::newRow("emoji") << u"\U0001F600"_s;
    QTest::newRow("line separator") << u"\u2028\u2029"_s;
}

void TestErrors::bodySurvivesAnyText()
{
    QFETCH(QString, text);
    const QByteArray json = Error(ErrorCode::BadRequest, text).toJson();
    QVERIFY(!json.contains('\n') && !json.contains('\r'));
    QCOMPARE(QJsonDocument::fromJson(json).object().value("message"_L1).toString(), text);
}

void TestErrors::stringLiterals_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("literal");
    QTest::newRow("empty") << QByteArray() << "\"\""_ba;
    QTest::newRow("plain") << "abc"_ba
                           << "\"abc\""_ba;
    QTest::newRow("quote") << "a\"b"_ba
                           << R"("a\"b")"_ba;
    QTest::newRow("backslash") << "a\\b"_ba
                               << R"("a\\b")"_ba;
    QTest::newRow("line feed") << "\n"_ba
                               << R"("\u000a")"_ba;
    QTest::newRow("NUL") << QByteArray("\0", 1) << R"("\u0000")"_ba;
    QTest::newRow("DEL") << "\x7f"_ba
                         << R"("\u007f")"_ba;
    QTest::newRow("Cyrillic") << "Саратов"_ba
                              << "\"Саратов\""_ba;
    QTest::newRow("invalid byte") << "a\xff"_ba
                                  << "\"a\xef\xbf\xbd\""_ba;
}

void TestErrors::stringLiterals()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, literal);
    QCOMPARE(jsonString(text), literal);
    if (text.isValidUtf8())
        QCOMPARE(jsonString(QString::fromUtf8(text)), literal);
}

void TestErrors::resultHoldsOneSide()
{
    const Result<int> good(5);
    QVERIFY(good.ok() && good);
    QCOMPARE(*good, 5);
    const Result<int> bad(Error(ErrorCode::NotFound, u"x"_s, "f"));
    QVERIFY(!bad.ok() && !bad);
    QVERIFY(bad.error().code == ErrorCode::NotFound);
    QCOMPARE(bad.error().field, "f"_ba);
    QVERIFY(Result<void>().ok());
    QVERIFY(Result<void>(Error(ErrorCode::Internal)).error().code == ErrorCode::Internal);
}

void TestErrors::resultMovesItsValue()
{
    Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
    const std::unique_ptr<int> taken = std::move(result).value();
    QCOMPARE(*taken, 7);
}

QTEST_GUILESS_MAIN(TestErrors)
#include "tst_errors.moc"
