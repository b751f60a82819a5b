// SPDX-License-Identifier: GPL-3.0-or-later
// README.md's five-minute tour, run as it is written: its shell blocks are taken from the page, with the test's port,
// path and data folder put in.

#include "support/serverprocess.h"
#include "support/wsclient.h"

#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QTest>

#include <csignal>
#include <memory>

using namespace signalbox;
using namespace signalbox::test;

namespace {

/// A command of the tour that goes on until it is stopped.
class Listening
{
public:
    Listening(const QByteArray& command, const QProcessEnvironment& environment)
    {
        m_process.setProcessEnvironment(environment);
        m_process.start(QStringLiteral("bash"), {QStringLiteral("-c"), QString::fromUtf8("exec " + command)});
    }
    ~Listening() { stop(); }

    bool waitFor(const QByteArray& part)
    {
        return QTest::qWaitFor([&] { return output().contains(part); }, kPatienceMs);
    }
    /// Ctrl-C.
    void stop()
    {
        if (m_process.state() == QProcess::NotRunning)
            return;
        ::kill(static_cast<pid_t>(m_process.processId()), SIGINT);
        m_process.waitForFinished(kPatienceMs);
    }
    QByteArray output()
    {
        m_output += m_process.readAllStandardOutput();
        return m_output;
    }
    QList<SseEvent> events() { return parseEventStream(output()); }
    /// `data.id` of the chat messages it has shown.
    QList<int> messageIds()
    {
        QList<int> ids;
        for (const SseEvent& event : events()) {
            if (event.data.contains("chat.message"))
                ids.append(json(event.data)[QStringLiteral("data")][QLatin1String("id")].toInt());
        }
        return ids;
    }

private:
    QProcess m_process;
    QByteArray m_output;
};

} // namespace

class TestTour : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void hasItsBlocks();
    void mintsTokens();
    void everyListenerShowsTheEvent();
    void cutAndResume();
    void webSocketsOpen();

private:
    QByteArray run(const QByteArray& script);
    QByteArray publish(int id);
    QByteArray ownPort() const { return ':' + QByteArray::number(m_server.port()); }
    QByteArrayList listeners() const { return m_blocks.value(2).trimmed().split('\n'); }

    ServerProcess m_server;
    QProcessEnvironment m_environment = QProcessEnvironment::systemEnvironment();
    QByteArrayList m_blocks; ///< run.sh, variables, listen, publish, resume, WebSocket
};

void TestTour::initTestCase()
{
    QFile page(QFINDTESTDATA("../../README.md"));
    QVERIFY(page.open(QIODevice::ReadOnly));
    static const QRegularExpression block(QStringLiteral("```sh\n(.*?)```"),
                                          QRegularExpression::DotMatchesEverythingOption);
    auto match = block.globalMatch(QString::fromUtf8(page.readAll()));
    while (match.hasNext())
        m_blocks.append(match.next().captured(1).toUtf8());

    // As for somebody at home: the secrets are the data folder's.
    QVERIFY(m_server.start(
        {{"JWT_SECRET", ""}, {"SESSION_SECRET", ""}, {"WEBHOOK_TOKEN", ""}, {"SIGNALBOX_DRAIN_SECONDS", "0"}}));
    m_environment.insert(QStringLiteral("SIGNALBOX_DATA_DIR"), QString::fromUtf8(m_server.dataFolder()));
    m_environment.insert(QStringLiteral("NO_PROXY"), QStringLiteral("localhost,127.0.0.1"));
    m_environment.insert(QStringLiteral("no_proxy"), QStringLiteral("localhost,127.0.0.1"));
    m_environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
}

void TestTour::cleanupTestCase()
{
    QCOMPARE(m_server.stop(), 0);
}

/// Runs a script of the page to its end; what it prints.
QByteArray TestTour::run(const QByteArray& script)
{
    QProcess bash;
    bash.setProcessEnvironment(m_environment);
    bash.start(QStringLiteral("bash"), {QStringLiteral("-euc"), QString::fromUtf8(script)});
    if (!bash.waitForFinished(30'000) || bash.exitCode() != 0)
        return "failed: " + bash.readAllStandardError();
    return bash.readAllStandardOutput();
}

/// The page's publish, of a message with this id.
QByteArray TestTour::publish(int id)
{
    return run(m_blocks.value(3).replace("\"id\": 1", QByteArray("\"id\": " + QByteArray::number(id))));
}

void TestTour::hasItsBlocks()
{
    QVERIFY(m_blocks.size() >= 6);
    QVERIFY(m_blocks[0].contains("./run.sh"));
    QVERIFY(m_blocks[1].contains("signalboxd token"));
    QVERIFY(listeners().size() >= 7);
    QVERIFY(m_blocks[3].contains("/api/v1/publish"));
    QVERIFY(m_blocks[4].contains("Last-Event-ID"));
    QVERIFY(m_blocks[5].contains("wscat"));
}

void TestTour::mintsTokens()
{
    QByteArray script = m_blocks.value(1);
    QVERIFY(script.contains("$PWD/build/release/bin"));
    QVERIFY(script.contains("http://localhost:5009"));
    script.replace("$PWD/build/release/bin", QFileInfo(QString::fromUtf8(ServerProcess::program())).path().toUtf8());
    script.replace(":5009", ownPort());
    static const QRegularExpression assignment(QStringLiteral("^(?:export )?([A-Z]+)="),
                                               QRegularExpression::MultilineOption);
    QByteArrayList names;
    auto match = assignment.globalMatch(QString::fromUtf8(script));
    while (match.hasNext())
        names.append(match.next().captured(1).toUtf8());
    QByteArray print = "\nprintf '%s\\n'";
    for (const QByteArray& name : names)
        print += " \"$" + name + '"';
    const QByteArray printed = run(script + print);
    const QByteArrayList values = printed.trimmed().split('\n');
    QVERIFY2(values.size() == names.size(), printed);
    for (qsizetype i = 0; i < names.size(); ++i) {
        QVERIFY2(!values[i].isEmpty(), names[i]);
        m_environment.insert(QString::fromUtf8(names[i]), QString::fromUtf8(values[i]));
    }
    QVERIFY(m_environment.contains(QStringLiteral("LINK")));
}

void TestTour::everyListenerShowsTheEvent()
{
    std::vector<std::unique_ptr<Listening>> all;
    for (const QByteArray& command : listeners()) {
        QVERIFY2(command.startsWith("curl -N "), command);
        all.push_back(std::make_unique<Listening>(command, m_environment));
    }
    for (size_t i = 0; i < all.size(); ++i)
        QVERIFY2(all[i]->waitFor("retry: "), listeners()[static_cast<qsizetype>(i)]);
    for (size_t i = 0; i < all.size(); ++i) { // all but seed 004's streams greet
        if (!listeners()[static_cast<qsizetype>(i)].contains("/streams/"))
            QVERIFY(all[i]->waitFor("connection.established"));
    }
    const QJsonObject answer = json(publish(1));
    QVERIFY(!text(answer, "id").isEmpty());
    QVERIFY(text(answer, "positions.dialog:17").endsWith(":1"));
    for (size_t i = 0; i < all.size(); ++i) {
        const QByteArray command = listeners()[static_cast<qsizetype>(i)];
        if (command.contains("/streams/"))
            continue; // a stream of other events
        QVERIFY2(all[i]->waitFor("Здравствуйте!"), command);
        QTRY_COMPARE(all[i]->messageIds(), QList<int>{1});
        QVERIFY(all[i]->events().last().id.contains(':'));
    }
}

void TestTour::cutAndResume()
{
    Listening listener(listeners().first(), m_environment);
    QVERIFY(listener.waitFor("connection.established"));
    QVERIFY(publish(2).contains("positions"));
    QVERIFY(listener.waitFor("chat.message"));
    QTRY_COMPARE(listener.messageIds(), QList<int>{2});
    const QByteArray place = listener.events().last().id;
    listener.stop();
    for (int id = 3; id <= 5; ++id)
        QVERIFY(publish(id).contains("positions"));

    static const QRegularExpression header(QStringLiteral("Last-Event-ID: [^\"]+"));
    QString command = QString::fromUtf8(m_blocks.value(4).trimmed());
    command.replace(header, QStringLiteral("Last-Event-ID: %1").arg(QString::fromUtf8(place)));
    Listening again(command.toUtf8(), m_environment);
    QTRY_COMPARE(again.messageIds(), (QList<int>{3, 4, 5})); // exactly those three
    QVERIFY(publish(6).contains("positions"));
    QTRY_COMPARE(again.messageIds(), (QList<int>{3, 4, 5, 6})); // then whatever comes
}

/// The addresses and the message that the page gives to wscat.
void TestTour::webSocketsOpen()
{
    int opened = 0;
    for (QByteArray line : m_blocks.value(5).trimmed().split('\n')) {
        if (!line.startsWith("npx wscat -c "))
            continue;
        line.replace("npx wscat -c ", "printf %s ").replace(":5009", ownPort());
        const QByteArray url = run(line);
        const QByteArray prefix = "ws://localhost:" + QByteArray::number(m_server.port());
        QVERIFY2(url.startsWith(prefix), url);
        WsClient socket(m_server.port(), url.mid(prefix.size()));
        QVERIFY2(socket.nextText().contains("connection.established"), url);
        ++opened;
        if (!url.contains("type=staff"))
            continue;
        const qsizetype message = m_blocks[5].indexOf("> {");
        QVERIFY(message >= 0);
        socket.send(m_blocks[5].mid(message + 2).trimmed());
        QVERIFY(socket.nextText().startsWith(R"({"type":"subscribed","channel":"dialog:17")"));
    }
    QCOMPARE(opened, 2);
}

QTEST_GUILESS_MAIN(TestTour)
#include "tst_tour.moc"
