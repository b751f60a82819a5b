// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of the server and what probes are told of them.
// links: server_ops
#include "ops/health.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <atomic>
#include <thread>

using namespace signalbox;

namespace {

struct Change
{
    QByteArray part;
    PartState before;
    PartState now;
    QString message;

    bool operator==(const Change&) const = default;
};

struct Fixture
{
    ManualClock clock;
    QList<Change> changes;
    Health health{clock,
                  "1.2.3",
                  {"core", "database"},
                  [this](const QByteArray& part, const PartHealth& before, const PartHealth& now) {
                      changes += {part, before.state, now.state, now.message};
                  }};
};

QJsonObject bodyOf(const Health& health)
{
    return QJsonDocument::fromJson(health.report().body).object();
}

} // namespace

Q_DECLARE_METATYPE(signalbox::PartState)
Q_DECLARE_METATYPE(signalbox::Health::Phase)

class TestHealth : public QObject
{
    Q_OBJECT

private slots:
    void theStatusOfTheWhole_data()
    {
        using Phase = Health::Phase;
        QTest::addColumn<Phase>("phase");
        QTest::addColumn<PartState>("core"); // required
        QTest::addColumn<PartState>("redis");
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<int>("http");
        const auto row = [](const char* name, Phase phase, PartState core, PartState redis, const char* status,
                            int http) { QTest::newRow(name) << phase << core << redis << QByteArray(status) << http; };
        row("all well", Phase::Serving, PartState::Ok, PartState::Ok, "ok", 200);
        row("disabled", Phase::Serving, PartState::Ok, PartState::Disabled, "ok", 200);
        row("degraded", Phase::Serving, PartState::Ok, PartState::Degraded, "degraded", 200);
        row("required degraded", Phase::Serving, PartState::Degraded, PartState::Ok, "degraded", 200);
        row("down, not required", Phase::Serving, PartState::Ok, PartState::Down, "degraded", 200);
        row("required down", Phase::Serving, PartState::Down, PartState::Ok, "down", 503);
        row("required disabled", Phase::Serving, PartState::Disabled, PartState::Ok, "ok", 200);
        row("starting", Phase::Starting, PartState::Ok, PartState::Ok, "starting", 503);
        row("starting, required down", Phase::Starting, PartState::Down, PartState::Ok, "down", 503);
        row("draining", Phase::Draining, PartState::Ok, PartState::Ok, "draining", 503);
        row("draining, required down", Phase::Draining, PartState::Down, PartState::Down, "draining", 503);
    }

    void theStatusOfTheWhole()
    {
        QFETCH(Health::Phase, phase);
        QFETCH(PartState, core);
        QFETCH(PartState, redis);
        QFETCH(QByteArray, status);
        QFETCH(int, http);
        Fixture f;
        f.health.setPart("core", core);
        f.health.setPart("redis", redis);
        f.health.setPhase(phase);
        QCOMPARE(f.health.report().status, status);
        QCOMPARE(f.health.report().httpStatus, http);
        QCOMPARE(bodyOf(f.health)[QLatin1String("status")].toString().toUtf8(), status);
    }

    void theBodyNamesEachPart()
    {
        Fixture f;
        f.health.setPhase(Health::Phase::Serving);
        f.health.setPart("core", PartState::Ok);
        f.health.setPart("redis", PartState::Down, QStringLiteral("connection \"refused\"\n"));
        f.clock.advance(12'999);
        QCOMPARE(f.health.report().body,
                 QByteArray("{\"status\":\"degraded\",\"version\":\"1.2.3\",\"uptime_seconds\":12,\"parts\":{"
                            "\"core\":{\"status\":\"ok\"},"
                            "\"redis\":{\"status\":\"down\",\"message\":\"connection \\\"refused\\\"\\u000a\"}}}"));
    }

    void aServerWithoutPartsIsStarting()
    {
        const Fixture f;
        QCOMPARE(f.health.report().body,
                 QByteArray("{\"status\":\"starting\",\"version\":\"1.2.3\",\"uptime_seconds\":0,\"parts\":{}}"));
        QCOMPARE(f.health.report().httpStatus, 503);
    }

    void changesAreReportedOnce()
    {
        Fixture f;
        f.health.setPart("redis", PartState::Ok);
        f.health.setPart("redis", PartState::Ok);
        f.health.setPart("redis", PartState::Down, QStringLiteral("refused"));
        f.health.setPart("redis", PartState::Down, QStringLiteral("timed out"));
        f.health.setPart("redis", PartState::Ok);
        f.health.setPart("rabbitmq", PartState::Disabled);
        const QList<Change> expected{{"redis", PartState::Disabled, PartState::Ok, QString()},
                                     {"redis", PartState::Ok, PartState::Down, QStringLiteral("refused")},
                                     {"redis", PartState::Down, PartState::Ok, QString()}};
        QCOMPARE(f.changes, expected);
    }

    void aNewMessageIsShownWithoutAChange()
    {
        Fixture f;
        f.health.setPart("redis", PartState::Down, QStringLiteral("refused"));
        f.health.setPart("redis", PartState::Down, QStringLiteral("timed out"));
        QCOMPARE(f.changes.size(), 1);
        QCOMPARE(f.health.report().parts.at("redis").message, QStringLiteral("timed out"));
    }

    void theReportIsNewWhenAChangeIsReported()
    {
        const ManualClock clock;
        const Health* seen = nullptr;
        QByteArray during;
        Health health(clock, "1", {"core"},
                      [&](const QByteArray&, const PartHealth&, const PartHealth&) { during = seen->report().status; });
        seen = &health;
        health.setPhase(Health::Phase::Serving);
        health.setPart("core", PartState::Down);
        QCOMPARE(during, QByteArray("down"));
    }

    void anyThreadGetsWholeReports()
    {
        Fixture f;
        f.health.setPhase(Health::Phase::Serving);
        f.health.setPart("core", PartState::Ok);
        std::atomic<bool> stop{false};
        std::atomic<int> torn{0}, read{0};
        std::thread reader([&] {
            while (!stop) {
                const HealthReport report = f.health.report();
                const bool down = report.parts.at("core").state == PartState::Down;
                const bool fits = (report.httpStatus == 503) == down && report.body.contains(report.status) &&
                                  report.body.contains("\"message\"") == down;
                torn += fits ? 0 : 1;
                ++read;
            }
        });
        while (read < 100) {
            f.health.setPart("core", PartState::Down, QStringLiteral("gone"));
            f.health.setPart("core", PartState::Ok);
        }
        stop = true;
        reader.join();
        QCOMPARE(torn.load(), 0);
    }
};

QTEST_GUILESS_MAIN(TestHealth)
#include "tst_health.moc"
