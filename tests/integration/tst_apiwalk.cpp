// SPDX-License-Identifier: GPL-3.0-or-later
// docs/api.md, "A dialog from beginning to end", as it stands there: curl against a real server.
#include "operatorhouse.h"

#include <QFile>
#include <QProcess>

using namespace signalbox;
using namespace signalbox::test;

namespace {

/// The first shell block of a section of a Markdown file.
QByteArray shellBlock(const QString& path, const QByteArray& section)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray text = file.readAll();
    const QByteArray heading = "\n## " + section + '\n';
    const qsizetype start = text.indexOf("```sh\n", text.indexOf(heading));
    return text.sliced(start + 6, text.indexOf("```", start + 6) - start - 6);
}

} // namespace

class TestApiWalk : public QObject, private OperatorHouse
{
    Q_OBJECT

private slots:
    void initTestCase() { open(); }
    void asWritten();
    void aLineThatFailsIsSeen();

private:
    struct Run
    {
        int exitCode = -1;
        QByteArray output;
    };
    Run run(const QByteArray& script) const;
};

TestApiWalk::Run TestApiWalk::run(const QByteArray& script) const
{
    QProcess shell;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("BASE"), QStringLiteral("http://127.0.0.1:%1").arg(m_server.port()));
    environment.insert(QStringLiteral("WEBHOOK_TOKEN"), QString::fromLatin1(ServerProcess::webhookToken()));
    environment.insert(QStringLiteral("LOGIN"), QStringLiteral("root"));
    environment.insert(QStringLiteral("PASSWORD"), QString::fromLatin1(kPassword));
    shell.setProcessEnvironment(environment);
    shell.setProcessChannelMode(QProcess::MergedChannels);
    shell.start(QStringLiteral("bash"),
                {QStringLiteral("-euo"), QStringLiteral("pipefail"), QStringLiteral("-c"), QString::fromUtf8(script)});
    constexpr int kWalkMs = 60'000;
    if (!shell.waitForFinished(kWalkMs))
        return {};
    return {shell.exitCode(), shell.readAll()};
}

void TestApiWalk::asWritten()
{
    const QByteArray script = shellBlock(QFINDTESTDATA("../../docs/api.md"), "A dialog from beginning to end");
    QVERIFY(script.count("curl ") > 10);
    const Run walk = run(script);
    QVERIFY2(walk.exitCode == 0, walk.output.constData());

    const auto dialogs = items(ask(m_server.port(), "GET", "/api/dialogs?status=closed", bearer(m_root)));
    QCOMPARE(dialogs.size(), 1);
    QCOMPARE(text(dialogs.first().toObject(), "guest.name"), QByteArray("Anna"));
    const QByteArray id = QByteArray::number(dialogs.first().toObject().value(QLatin1String("id")).toInteger());
    const auto said = items(ask(m_server.port(), "GET", "/api/dialogs/" + id + "/messages", bearer(m_root)));
    QByteArrayList senders;
    for (const QJsonValue& message : said)
        senders.append(text(message.toObject(), "sender"));
    senders.removeAll("system");
    QCOMPARE(senders, QByteArrayList({"client", "ai", "operator", "client"}));
}

void TestApiWalk::aLineThatFailsIsSeen()
{
    QVERIFY(run("curl -sS --fail-with-body $BASE/api/dialogs/17/close -X POST").exitCode != 0);
}

QTEST_GUILESS_MAIN(TestApiWalk)
#include "tst_apiwalk.moc"
