// SPDX-License-Identifier: GPL-3.0-or-later
#include "consolehouse.h"

#include <QProcess>
#include <QRandomGenerator>

using namespace signalbox;
using namespace signalbox::test;
using namespace Qt::StringLiterals;

/// kill -9 of console and server at random points while an operator types and sends.
class tst_ConsoleKill : public QObject, protected ConsoleHouse
{
    Q_OBJECT

    static constexpr int kRounds = 50;
    static constexpr int kPerRound = 12;

    QTemporaryDir m_clientFolder;
    qint64 m_dialogId = 0;

    void start(QProcess& client, int first, int count)
    {
        client.start(QStringLiteral(OUTBOXCLIENT_PATH),
                     {QString::number(port()), m_clientFolder.path(), u"anna"_s, QString::fromUtf8(kPassword),
                      QString::number(m_dialogId), QString::number(first), QString::number(count)});
        QVERIFY(client.waitForStarted());
    }
    static QList<int> numbersOf(const QByteArray& output, const QByteArray& word)
    {
        QList<int> numbers;
        // A line without its end is no word: the process was killed while it spoke.
        const QByteArray whole = output.first(output.lastIndexOf('\n') + 1);
        for (const QByteArray& line : whole.split('\n')) {
            if (line.startsWith(QByteArray(word + ' ')))
                numbers.append(line.mid(word.size() + 1).toInt());
        }
        return numbers;
    }

private slots:
    void initTestCase()
    {
        openHouse({{"SIGNALBOX_HANDOFF_LEASE_SECONDS", "3600"}, {"SIGNALBOX_HANDOFF_ANSWER_SECONDS", "3600"}});
        m_dialogId = guestComes();
        const QByteArray anna = access("anna");
        QCOMPARE(ask(port(), "POST", path(m_dialogId, "/handoff/start"), bearer(anna), "{}").status, 200);
    }
    void cleanupTestCase() { QCOMPARE(m_server.stop(), 0); }

    void everyMessageArrivesOnceAndInOrder()
    {
        QRandomGenerator random(50);
        QList<int> added;
        int lastDraft = 0;
        int serverKills = 0;
        for (int round = 0; round < kRounds; ++round) {
            QProcess client;
            start(client, 1000 * (round + 1), kPerRound);
            QTest::qWait(random.bounded(700));
            const bool killsServer = random.bounded(2) == 0;
            const bool serverFirst = random.bounded(2) == 0;
            if (killsServer && serverFirst) {
                m_server.kill();
                QTest::qWait(random.bounded(200));
            }
            client.kill();
            client.waitForFinished(); // false, too, when it had sent everything and gone
            QCOMPARE(client.state(), QProcess::NotRunning);
            if (killsServer && !serverFirst)
                m_server.kill();
            if (killsServer) {
                ++serverKills;
                QVERIFY(restart());
            }
            const QByteArray output = client.readAllStandardOutput();
            const QList<int> restored = numbersOf(output, "restored");
            // Killed before it had opened its folder it says nothing.
            QVERIFY2(restored.isEmpty() || restored.first() >= lastDraft, output.constData());
            added += numbersOf(output, "added");
            if (const QList<int> drafts = numbersOf(output, "draft"); !drafts.isEmpty())
                lastDraft = drafts.last();
        }
        QVERIFY(serverKills > 10);
        QVERIFY(added.size() > 100);

        QProcess client;
        start(client, 1'000'000, 0);
        QVERIFY(client.waitForFinished(120'000));
        QVERIFY(client.readAllStandardOutput().endsWith("empty\n"));
        compareWithServer(added);
    }

    void aSecondConsoleOfTheAccountIsRefused()
    {
        QProcess first;
        start(first, 2'000'000, 1'000'000);
        QVERIFY(QTest::qWaitFor([&first] { return first.bytesAvailable() > 0; }, kConsolePatienceMs));
        QProcess second;
        start(second, 3'000'000, 0);
        QVERIFY(second.waitForFinished());
        QCOMPARE(second.exitCode(), 3);
        QCOMPARE(second.readAllStandardError(), QByteArray("conflict\n"));
        first.kill();
        QVERIFY(first.waitForFinished());
    }

private:
    void compareWithServer(const QList<int>& added)
    {
        QList<int> arrived;
        QByteArray after = "0";
        for (bool more = true; more;) {
            const HttpAnswer page =
                ask(port(), "GET", path(m_dialogId, "/messages?limit=200&after=" + after), service());
            QCOMPARE(page.status, 200);
            const QJsonArray messages = items(page);
            for (const QJsonValue& item : messages) {
                const QJsonObject message = item.toObject();
                after = QByteArray::number(message.value("id"_L1).toInteger());
                if (message.value("sender"_L1).toString() == u"operator")
                    arrived.append(message.value("text"_L1).toString().mid(1).toInt());
            }
            more = json(page.body).value("has_more"_L1).toBool();
        }
        for (qsizetype i = 1; i < arrived.size(); ++i)
            QVERIFY2(arrived[i - 1] < arrived[i], // once, and in order
                     qPrintable(u"%1 before %2"_s.arg(arrived[i - 1]).arg(arrived[i])));
        for (const int number : added)
            QVERIFY2(arrived.contains(number), qPrintable(u"m%1 is lost"_s.arg(number)));
        qInfo() << added.size() << "said to be kept," << arrived.size() << "arrived";
    }
};

QTEST_GUILESS_MAIN(tst_ConsoleKill)
#include "tst_consolekill.moc"
