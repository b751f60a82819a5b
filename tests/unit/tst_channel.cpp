// SPDX-License-Identifier: GPL-3.0-or-later
// Channel names (spec section 2): which are well-formed and what kind each is.
// links: server_core
#include "core/channel.h"

#include <QTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(signalbox::ChannelKind)

class TestChannel : public QObject
{
    Q_OBJECT

private slots:
    void valid_data();
    void valid();
    void kinds_data();
    void kinds();
    void dialogName();
};

void TestChannel::valid_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("isValid");
    QTest::newRow("one byte") << "a"_ba << true;
    QTest::newRow("dialog") << "dialog:17"_ba << true;
    QTest::newRow("Cyrillic city") << "city:Саратов"_ba << true;
    QTest::newRow("space inside") << "city:Нижний Новгород"_ba << true;
    QTest::newRow("200 bytes") << QByteArray(200, 'x') << true;
    QTest::newRow("colons inside") << "a:b:c"_ba << true;
    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("201 bytes") << QByteArray(201, 'x') << false;
    QTest::newRow("comma") << "a,b"_ba << false;
    QTest::newRow("quote") << "a\"b"_ba << false;
    QTest::newRow("backslash") << "a\\b"_ba << false;
    QTest::newRow("NUL") << QByteArray("a\0b", 3) << false;
    QTest::newRow("line feed") << "a\nb"_ba << false;
    QTest::newRow("carriage return") << "a\rb"_ba << false;
    QTest::newRow("tab") << "a\tb"_ba << false;
    QTest::newRow("DEL") << "a\x7f"_ba << false;
    QTest::newRow("first space") << " a"_ba << false;
    QTest::newRow("last space") << "a "_ba << false;
    QTest::newRow("first colon") << ":a"_ba << false;
    QTest::newRow("last colon") << "dialog:"_ba << false;
    QTest::newRow("colon alone") << ":"_ba << false;
    QTest::newRow("invalid UTF-8") << "city:\xd0"_ba << false;
    QTest::newRow("overlong UTF-8") << "a\xc0\xaf"_ba << false;
    QTest::newRow("surrogate in UTF-8") << "a\xed\xa0\x80"_ba << false;
}

void TestChannel::valid()
{
    QFETCH(QByteArray, name);
    QFETCH(bool, isValid);
    QCOMPARE(isValidChannelName(name), isValid);
}

void TestChannel::kinds_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<ChannelKind>("kind");
    QTest::addColumn<QByteArray>("key");
    QTest::newRow("dialog") << "dialog:17"_ba << ChannelKind::Dialog << "17"_ba;
    QTest::newRow("dialog with colon") << "dialog:a:b"_ba << ChannelKind::Dialog << "a:b"_ba;
    QTest::newRow("staff") << "staff"_ba << ChannelKind::Staff << QByteArray();
    QTest::newRow("operators") << "operators"_ba << ChannelKind::Operators << QByteArray();
    QTest::newRow("directors") << "directors"_ba << ChannelKind::Directors << QByteArray();
    QTest::newRow("operator") << "operator:5"_ba << ChannelKind::Operator << "5"_ba;
    QTest::newRow("city") << "city:Саратов"_ba << ChannelKind::City << "Саратов"_ba;
    QTest::newRow("order") << "order:9"_ba << ChannelKind::Order << "9"_ba;
    QTest::newRow("user") << "user:u"_ba << ChannelKind::User << "u"_ba;
    QTest::newRow("deals") << "stream:deals"_ba << ChannelKind::Stream << "deals"_ba;
    QTest::newRow("tasks") << "stream:tasks"_ba << ChannelKind::Stream << "tasks"_ba;
    QTest::newRow("notifications") << "stream:notifications"_ba << ChannelKind::Stream << "notifications"_ba;
    QTest::newRow("payments") << "stream:payments"_ba << ChannelKind::Stream << "payments"_ba;
    QTest::newRow("system") << "system"_ba << ChannelKind::System << QByteArray();
    const QByteArrayList others{"stream:weather", "stream:",   "stream",  "dialog",    "dialog:", "city:",
                                "operator",       "operator:", "user:",   "staff:1",   "system:", "operators:1",
                                "Dialog:1",       "dialogs:1", "kitchen", "kitchen:1", ":dialog", ""};
    for (const QByteArray& name : others)
        QTest::addRow("other '%s'", name.constData()) << name << ChannelKind::Other << QByteArray();
}

void TestChannel::kinds()
{
    QFETCH(QByteArray, name);
    QFETCH(ChannelKind, kind);
    QFETCH(QByteArray, key);
    const ChannelName parsed = parseChannel(name);
    QCOMPARE(parsed.full, name);
    QVERIFY(parsed.kind == kind);
    if (kind != ChannelKind::Other)
        QCOMPARE(parsed.key, key);
}

void TestChannel::dialogName()
{
    QCOMPARE(dialogChannel("17"), "dialog:17"_ba);
    QVERIFY(parseChannel(dialogChannel("17")).kind == ChannelKind::Dialog);
}

QTEST_GUILESS_MAIN(TestChannel)
#include "tst_channel.moc"
