// SPDX-License-Identifier: GPL-3.0-or-later
// What the routes of dialogs read: attachments, cursors of lists.
// links: server_api
#include "api/attachments.h"
#include "api/dialogcursor.h"

#include <QJsonDocument>
#include <QTest>

using namespace signalbox;

namespace {

FieldReader reader(const QByteArray& json)
{
    return FieldReader(QJsonDocument::fromJson(json).object());
}

QByteArray attachments(int count)
{
    QByteArrayList list;
    for (int i = 0; i < count; ++i)
        list.append(R"({"url":"/f","name":"f"})");
    return "{\"attachments\":[" + list.join(',') + "]}";
}

} // namespace

class TestDialogRequest : public QObject
{
    Q_OBJECT

private slots:
    void urls_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char* url, bool expected) {
            QTest::newRow(url) << QString::fromUtf8(url) << expected;
        };
        row("https://example.org/a.png", true);
        row("http://example.org", true);
        row("HTTPS://EXAMPLE.ORG/A", true);
        row("https://user@example.org:8443/a?b=c#d", true);
        row("https://example.org/файл.pdf", true);
        row("/files/17/a.png", true);
        row("/", true);
        row("//evil.example/a", false);
        row("/\\evil.example/a", false);
        row("javascript:alert(1)", false);
        row("JaVaScRiPt:alert(1)", false);
        row("data:text/html,x", false);
        row("file:///etc/passwd", false);
        row("ftp://example.org/a", false);
        row("https:", false);
        row("https:///a", false);
        row("https://", false);
        row("files/a.png", false);
        row("", false);
        row(" https://example.org", false);
        row("https://example.org/a b", false);
        row("https://example.org/a\nb", false);
        row("/a\tb", false);
    }
    void urls()
    {
        QFETCH(const QString, url);
        QFETCH(const bool, expected);
        QCOMPARE(isAttachmentUrl(url), expected);
    }

    void takesAttachments()
    {
        const QByteArray full = R"({"url":"/f/1","name":"a.png","size":0,"type":"image/png"})";
        const QByteArray least = R"({"url":"https://example.org/b","name":"b"})";
        FieldReader fields = reader("{\"attachments\":[" + full + ',' + least + "]}");
        const QJsonArray taken = QJsonDocument::fromJson(attachmentsOf(fields)).array();
        QVERIFY(fields.finish());
        QCOMPARE(taken.size(), 2);
        QCOMPARE(taken[0].toObject().value(QLatin1String("size")).toInteger(-1), 0);
        QCOMPARE(taken[1].toObject().keys(), (QStringList{QStringLiteral("name"), QStringLiteral("url")}));
    }

    void noAttachments_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("absent") << QByteArray("{}");
        QTest::newRow("null") << QByteArray(R"({"attachments":null})");
        QTest::newRow("empty") << QByteArray(R"({"attachments":[]})");
    }
    void noAttachments()
    {
        QFETCH(const QByteArray, json);
        FieldReader fields = reader(json);
        QVERIFY(attachmentsOf(fields).isEmpty());
        QVERIFY(fields.finish());
    }

    void countsAttachments()
    {
        FieldReader ten = reader(attachments(10));
        QVERIFY(!attachmentsOf(ten).isEmpty());
        QVERIFY(ten.finish());
        FieldReader eleven = reader(attachments(11));
        attachmentsOf(eleven);
        QVERIFY(!eleven.finish());
    }

    void refusesAttachments_data();
    void refusesAttachments()
    {
        QFETCH(const QByteArray, json);
        FieldReader fields = reader(json);
        QVERIFY(attachmentsOf(fields).isEmpty());
        const auto finished = fields.finish();
        QVERIFY(!finished);
        QCOMPARE(finished.error().code, ErrorCode::InvalidField);
        QCOMPARE(finished.error().field, QByteArray("attachments"));
    }

    void bordersOfAttachments();

    void cursorsComeBack()
    {
        DialogFilter list;
        DialogFilter search;
        search.text = QStringLiteral("word");
        for (const DialogFilter& filter : {list, search}) {
            const ListPlace place{1'700'000'000'123, 42};
            const auto parsed = parseDialogCursor(filter, dialogCursorText(filter, place));
            QVERIFY(parsed);
            QCOMPARE(parsed->value, place.value);
            QCOMPARE(parsed->id, place.id);
        }
        QVERIFY(!parseDialogCursor(search, dialogCursorText(list, {1, 2})));
        QVERIFY(!parseDialogCursor(list, dialogCursorText(search, {1, 2})));
    }

    void refusesCursors_data()
    {
        QTest::addColumn<QByteArray>("text");
        const auto encoded = [](const char* text) {
            return QByteArray(text).toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
        };
        QTest::newRow("nonsense") << QByteArray("nonsense");
        QTest::newRow("not base64") << QByteArray("%%%");
        QTest::newRow("padded") << QByteArray("l1:2").toBase64();
        QTest::newRow("no id") << encoded("l1:");
        QTest::newRow("no value") << encoded("l:1");
        QTest::newRow("no kind") << encoded("1:2");
        QTest::newRow("unknown kind") << encoded("x1:2");
        QTest::newRow("zero") << encoded("l0:0");
        QTest::newRow("leading zero") << encoded("l01:2");
        QTest::newRow("sign") << encoded("l+1:2");
        QTest::newRow("overflow") << encoded("l1:99999999999999999999");
        QTest::newRow("more") << encoded("l1:2:3");
        QTest::newRow("long") << QByteArray(100'000, 'A');
    }
    void refusesCursors()
    {
        QFETCH(const QByteArray, text);
        const auto parsed = parseDialogCursor({}, text);
        QVERIFY(!parsed);
        QCOMPARE(parsed.error().code, ErrorCode::BadRequest);
        QCOMPARE(parsed.error().field, QByteArray("cursor"));
    }
};

void TestDialogRequest::refusesAttachments_data()
{
    QTest::addColumn<QByteArray>("json");
    const auto row = [](const char* name, const QByteArray& item) {
        QTest::newRow(name) << QByteArray("{\"attachments\":[" + item + "]}");
    };
    QTest::newRow("an object") << QByteArray(R"({"attachments":{}})");
    row("a text", "\"/f\"");
    row("no url", R"({"name":"a"})");
    row("no name", R"({"url":"/a"})");
    row("empty name", R"({"url":"/a","name":""})");
    row("bad url", R"({"url":"javascript:1","name":"a"})");
    row("long url", R"({"url":"/)" + QByteArray(2048, 'a') + R"(","name":"a"})");
    row("long name", R"({"url":"/a","name":")" + QByteArray(256, 'a') + "\"}");
    row("negative size", R"({"url":"/a","name":"a","size":-1})");
    row("half a byte", R"({"url":"/a","name":"a","size":1.5})");
    row("size as text", R"({"url":"/a","name":"a","size":"1"})");
    row("long type", R"({"url":"/a","name":"a","type":")" + QByteArray(128, 'a') + "\"}");
    row("unknown member", R"({"url":"/a","name":"a","x":1})");
    row("the second", R"({"url":"/a","name":"a"},{"url":"/b"})");
}

void TestDialogRequest::bordersOfAttachments()
{
    FieldReader fields = reader(R"({"attachments":[{"url":"/)" + QByteArray(2047, 'a') + R"(","name":")" +
                                QByteArray(255, 'n') + R"(","type":")" + QByteArray(127, 't') + "\"}]}");
    QVERIFY(!attachmentsOf(fields).isEmpty());
    QVERIFY(fields.finish());
}

QTEST_APPLESS_MAIN(TestDialogRequest)
#include "tst_dialogrequest.moc"
