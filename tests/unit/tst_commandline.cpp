// SPDX-License-Identifier: GPL-3.0-or-later
// What signalboxd makes of its arguments.
// links: server_config
#include "config/commandline.h"

#include <QTest>

using namespace signalbox;

class TestCommandLine : public QObject
{
    Q_OBJECT

private slots:
    void options_data();
    void options();
    void setTakesAnyKey();
    void commands_data();
    void commands();
    void problems_data();
    void problems();
    void everyProblemIsListed();
    void secretValueIsNotRepeated();
    void tokenOfAPerson();
    void tokenKinds_data();
    void tokenKinds();
    void ttl_data();
    void ttl();
    void newOperator();
    void operatorActions_data();
    void operatorActions();
};

void TestCommandLine::options_data()
{
    QTest::addColumn<QByteArrayList>("arguments");
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("two words") << QByteArrayList{"--port", "80"} << QByteArray("network/port") << QByteArray("80");
    QTest::newRow("one word") << QByteArrayList{"--port=80"} << QByteArray("network/port") << QByteArray("80");
    QTest::newRow("empty") << QByteArrayList{"--log-file="} << QByteArray("logging/file") << QByteArray("");
    QTest::newRow("equals inside") << QByteArrayList{"--config=a=b"} << QByteArray("server/config")
                                   << QByteArray("a=b");
    QTest::newRow("negative") << QByteArrayList{"--port", "-1"} << QByteArray("network/port") << QByteArray("-1");
}

void TestCommandLine::options()
{
    QFETCH(const QByteArrayList, arguments);
    const CommandLine line = parseCommandLine(arguments);
    QVERIFY(line.problems.isEmpty());
    QCOMPARE(line.command, CommandLine::Run);
    QCOMPARE(line.assignments.size(), 1);
    QTEST(line.assignments.first().key, "key");
    QTEST(line.assignments.first().value, "value");
}

void TestCommandLine::setTakesAnyKey()
{
    const CommandLine line = parseCommandLine({"--set", "a/b=c=d", "--set=x.y="});
    QVERIFY(line.problems.isEmpty());
    QCOMPARE(line.assignments.size(), 2);
    QCOMPARE(line.assignments[0].key, QByteArray("a/b"));
    QCOMPARE(line.assignments[0].value, QByteArray("c=d"));
    QCOMPARE(line.assignments[0].source, QByteArray("--set"));
    QCOMPARE(line.assignments[1].key, QByteArray("x.y"));
    QCOMPARE(line.assignments[1].value, QByteArray());
}

void TestCommandLine::commands_data()
{
    QTest::addColumn<QByteArrayList>("arguments");
    QTest::addColumn<int>("command");
    QTest::newRow("nothing") << QByteArrayList{} << int(CommandLine::Run);
    QTest::newRow("help") << QByteArrayList{"--help"} << int(CommandLine::Help);
    QTest::newRow("short help") << QByteArrayList{"-h"} << int(CommandLine::Help);
    QTest::newRow("help wins, whatever is wrong")
        << QByteArrayList{"--nonsense", "--version", "--help"} << int(CommandLine::Help);
    QTest::newRow("help of token") << QByteArrayList{"token", "--help"} << int(CommandLine::Help);
    QTest::newRow("version") << QByteArrayList{"--version"} << int(CommandLine::Version);
    QTest::newRow("print") << QByteArrayList{"--port=1", "--print-config"} << int(CommandLine::PrintConfig);
    QTest::newRow("check") << QByteArrayList{"--check-config"} << int(CommandLine::CheckConfig);
    QTest::newRow("example") << QByteArrayList{"--print-example"} << int(CommandLine::PrintExample);
    QTest::newRow("token") << QByteArrayList{"token", "admin", "--sub=1"} << int(CommandLine::Token);
    QTest::newRow("operator") << QByteArrayList{"operator", "list", "--data-dir=x"} << int(CommandLine::Operator);
    QTest::newRow("help of operator") << QByteArrayList{"operator", "--help"} << int(CommandLine::Help);
}

void TestCommandLine::commands()
{
    QFETCH(const QByteArrayList, arguments);
    const CommandLine line = parseCommandLine(arguments);
    QVERIFY(line.problems.isEmpty());
    QTEST(int(line.command), "command");
}

void TestCommandLine::problems_data()
{
    QTest::addColumn<QByteArrayList>("arguments");
    QTest::addColumn<QByteArray>("source");
    QTest::newRow("unknown option") << QByteArrayList{"--prot", "80"} << QByteArray("--prot");
    QTest::newRow("word") << QByteArrayList{"start"} << QByteArray("start");
    QTest::newRow("value missing at the end") << QByteArrayList{"--port"} << QByteArray("--port");
    QTest::newRow("value missing before an option") << QByteArrayList{"--port", "--host", "::"} << QByteArray("--port");
    QTest::newRow("set without key") << QByteArrayList{"--set", "=5"} << QByteArray("--set");
    QTest::newRow("set without value") << QByteArrayList{"--set", "network/port"} << QByteArray("--set");
    QTest::newRow("value of a flag") << QByteArrayList{"--check-config=yes"} << QByteArray("--check-config");
    QTest::newRow("token alone") << QByteArrayList{"token"} << QByteArray("token");
    QTest::newRow("unknown kind") << QByteArrayList{"token", "king"} << QByteArray("token");
    QTest::newRow("token not in front") << QByteArrayList{"--port=1", "token"} << QByteArray("token");
    QTest::newRow("no sub") << QByteArrayList{"token", "operator"} << QByteArray("token operator");
    QTest::newRow("empty sub") << QByteArrayList{"token", "operator", "--sub="} << QByteArray("--sub");
    QTest::newRow("sub twice") << QByteArrayList{"token", "user", "--sub=1", "--sub=2"} << QByteArray("--sub");
    QTest::newRow("no dialog") << QByteArrayList{"token", "session"} << QByteArray("token session");
    QTest::newRow("no assistant") << QByteArrayList{"token", "guest", "--dialog=1"} << QByteArray("token guest");
    QTest::newRow("ttl of a session") << QByteArrayList{"token", "session", "--dialog=1", "--ttl=1h"}
                                      << QByteArray("--ttl");
    QTest::newRow("sub of a link") << QByteArrayList{"token", "link", "--dialog=1", "--sub=1"} << QByteArray("--sub");
    QTest::newRow("operator alone") << QByteArrayList{"operator"} << QByteArray("operator");
    QTest::newRow("unknown action") << QByteArrayList{"operator", "crown"} << QByteArray("operator");
    QTest::newRow("action missing") << QByteArrayList{"operator", "--login=anna"} << QByteArray("operator");
    QTest::newRow("no login") << QByteArrayList{"operator", "passwd"} << QByteArray("operator passwd");
    QTest::newRow("no name") << QByteArrayList{"operator", "add", "--login=anna", "--role=admin"}
                             << QByteArray("operator add");
    QTest::newRow("unknown role") << QByteArrayList{"operator", "add", "--login=anna", "--name=A", "--role=king"}
                                  << QByteArray("--role");
    for (const char* capacity : {"0", "101", "-1", "many"})
        QTest::addRow("capacity %s", capacity)
            << QByteArrayList{"operator", "add", "--login=anna", "--name=A", "--role=admin", "--capacity", capacity}
            << QByteArray("--capacity");
    QTest::newRow("value of the password")
        << QByteArrayList{"operator", "passwd", "--login=anna", "--password-stdin=swordfish"}
        << QByteArray("--password-stdin");
    QTest::newRow("name of a list") << QByteArrayList{"operator", "list", "--name=A"} << QByteArray("--name");
    QTest::newRow("invalid UTF-8") << QByteArrayList{"token", "user", "--sub=\xff"} << QByteArray("--sub");
}

void TestCommandLine::problems()
{
    QFETCH(const QByteArrayList, arguments);
    const CommandLine line = parseCommandLine(arguments);
    QVERIFY(!line.problems.isEmpty());
    QTEST(line.problems.first().source, "source");
    QVERIFY(!line.problems.first().message.isEmpty());
}

void TestCommandLine::everyProblemIsListed()
{
    const CommandLine line = parseCommandLine({"--nonsense", "--set", "x", "--check-config=1", "--port"});
    QCOMPARE(line.problems.size(), 4);
}

void TestCommandLine::secretValueIsNotRepeated()
{
    const CommandLine line = parseCommandLine({"--jwt-secret=hunter2"});
    QCOMPARE(line.problems.size(), 1);
    QVERIFY(!line.problems.first().text().contains("hunter2"));
}

void TestCommandLine::tokenOfAPerson()
{
    const CommandLine line =
        parseCommandLine({"token", "operator", "--sub", "42", "--name", "Мария", "--cities", "Саратов, Омск",
                          "--channels=order:1", "--ttl", "30m", "--profile=production"});
    QVERIFY(line.problems.isEmpty());
    QCOMPARE(line.token.kind, TokenKind::Operator);
    QCOMPARE(line.token.sub, QByteArray("42"));
    QCOMPARE(line.token.name, QByteArray("Мария"));
    QCOMPARE(line.token.cities, (QByteArrayList{"Саратов", "Омск"}));
    QCOMPARE(line.token.channels, QByteArrayList{"order:1"});
    QCOMPARE(line.token.ttlMs, qint64(30 * 60 * 1000));
    QCOMPARE(line.assignments.size(), 1);
}

void TestCommandLine::tokenKinds_data()
{
    QTest::addColumn<QByteArrayList>("arguments");
    QTest::addColumn<int>("kind");
    QTest::addColumn<qint64>("ttlMs");
    for (const TokenKindRow& each : signalbox::tokenKinds()) {
        QByteArrayList arguments{"token", each.name};
        for (const QByteArray& name : QByteArray(each.required).split(' '))
            arguments.append("--" + name + "=17");
        const bool expires = QByteArray(each.optional).contains("ttl");
        QTest::newRow(each.name) << arguments << int(each.kind) << qint64(expires ? 3'600'000 : 0);
    }
}

void TestCommandLine::tokenKinds()
{
    QFETCH(const QByteArrayList, arguments);
    const CommandLine line = parseCommandLine(arguments);
    QVERIFY(line.problems.isEmpty());
    QTEST(int(line.token.kind), "kind");
    QTEST(line.token.ttlMs, "ttlMs");
    const TokenRequest& token = line.token;
    QCOMPARE(token.sub.isEmpty(), !arguments.contains("--sub=17"));
    QCOMPARE(token.dialog.isEmpty(), !arguments.contains("--dialog=17"));
    QCOMPARE(token.site.isEmpty(), !arguments.contains("--site=17"));
    QCOMPARE(token.assistant.isEmpty(), !arguments.contains("--assistant=17"));
}

void TestCommandLine::ttl_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("ttlMs");
    QTest::newRow("plain seconds") << QByteArray("90") << qint64(90'000);
    QTest::newRow("shortest") << QByteArray("1s") << qint64(1000);
    QTest::newRow("longest") << QByteArray("24h") << qint64(86'400'000);
    QTest::newRow("too long") << QByteArray("86401") << qint64(-1);
    QTest::newRow("too short") << QByteArray("0") << qint64(-1);
    QTest::newRow("nonsense") << QByteArray("soon") << qint64(-1);
}

void TestCommandLine::ttl()
{
    QFETCH(const QByteArray, text);
    QFETCH(const qint64, ttlMs);
    const CommandLine line = parseCommandLine({"token", "site", "--site=shop", "--ttl", text});
    QCOMPARE(line.problems.isEmpty(), ttlMs > 0);
    if (ttlMs > 0)
        QCOMPARE(line.token.ttlMs, ttlMs);
}

void TestCommandLine::newOperator()
{
    const CommandLine line =
        parseCommandLine({"operator", "add", "--login", "anna", "--name=Анна", "--role", "director", "--password-stdin",
                          "--cities=Омск, Саратов", "--capacity", "100", "--data-dir=x"});
    QVERIFY(line.problems.isEmpty());
    QCOMPARE(line.person.action, OperatorAction::Add);
    QCOMPARE(line.person.login, QByteArray("anna"));
    QCOMPARE(line.person.name, QByteArray("Анна"));
    QCOMPARE(line.person.role, QByteArray("director"));
    QCOMPARE(line.person.cities, (QByteArrayList{"Омск", "Саратов"}));
    QCOMPARE(line.person.capacity, 100);
    QVERIFY(line.person.passwordFromInput);
    QCOMPARE(line.assignments.size(), 1);
}

void TestCommandLine::operatorActions_data()
{
    QTest::addColumn<QByteArrayList>("arguments");
    QTest::addColumn<int>("action");
    for (const OperatorActionRow& each : signalbox::operatorActions()) {
        QByteArrayList arguments{"operator", each.name};
        for (const QByteArray& name : QByteArray(each.required).split(' ')) {
            if (!name.isEmpty())
                arguments.append("--" + name + (name == "role" ? "=admin" : "=anna"));
        }
        QTest::newRow(each.name) << arguments << int(each.action);
    }
}

void TestCommandLine::operatorActions()
{
    QFETCH(const QByteArrayList, arguments);
    const CommandLine line = parseCommandLine(arguments);
    QVERIFY(line.problems.isEmpty());
    QCOMPARE(line.command, CommandLine::Operator);
    QTEST(int(line.person.action), "action");
    QCOMPARE(line.person.login.isEmpty(), !arguments.contains("--login=anna"));
    QVERIFY(!line.person.passwordFromInput);
}

QTEST_APPLESS_MAIN(TestCommandLine)
#include "tst_commandline.moc"
