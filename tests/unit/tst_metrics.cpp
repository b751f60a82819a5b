// SPDX-License-Identifier: GPL-3.0-or-later
// The Prometheus instruments of spec section 10, and that dashboard and alert rules use nothing else.
// links: server_ops
#include "ops/looplag.h"
#include "ops/metrics.h"
#include "support/exposition.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

#include <thread>

using namespace signalbox;
using signalbox::test::Exposition;

namespace {

const Catalog& catalog()
{
    static const Catalog instance;
    return instance;
}

QByteArray contentOf(const char* path)
{
    QFile file(QFINDTESTDATA(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Every "expr" of a Grafana dashboard, at whatever depth.
void collectExpressions(const QJsonValue& value, QStringList& expressions)
{
    if (value.isArray()) {
        for (const QJsonValue& item : value.toArray())
            collectExpressions(item, expressions);
    } else if (value.isObject()) {
        const QJsonObject object = value.toObject();
        for (auto it = object.begin(); it != object.end(); ++it) {
            if (it.key() == QLatin1String("expr"))
                expressions += it->toString();
            else
                collectExpressions(*it, expressions);
        }
    }
}

struct Selector
{
    QByteArray metric;
    QSet<QByteArray> labels; ///< used in its matchers
};

/// The series that a PromQL expression reads.
QList<Selector> selectorsOf(QString expression)
{
    static const QRegularExpression strings(QStringLiteral("\"[^\"]*\""));
    static const QRegularExpression ranges(QStringLiteral("\\[[^\\]]*\\]|\\boffset\\s+\\w+"));
    static const QRegularExpression groups(QStringLiteral("\\b(by|without|on|ignoring)\\s*\\([^)]*\\)"));
    static const QRegularExpression selector(QStringLiteral("([a-zA-Z_:][\\w:]*)\\s*(\\{[^}]*\\}|\\()?"));
    static const QRegularExpression label(QStringLiteral("(\\w+)\\s*(=~|!=|!~|=)"));
    static const QSet<QByteArray> words{"and", "or", "unless", "bool"};
    expression.replace(strings, QStringLiteral("\"\"")).replace(ranges, QString()).replace(groups, QString());
    QList<Selector> found;
    for (auto it = selector.globalMatch(expression); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        const QByteArray name = match.captured(1).toUtf8();
        if (match.captured(2) == QLatin1String("(") || words.contains(name))
            continue;
        Selector use{name, {}};
        for (auto labels = label.globalMatch(match.captured(2)); labels.hasNext();)
            use.labels += labels.next().captured(1).toUtf8();
        found += use;
    }
    return found;
}

/// What is wrong with an expression; empty when every series and label it reads is exported.
QByteArray complaintAbout(const QString& expression, const Exposition& exported)
{
    const QList<Selector> selectors = selectorsOf(expression);
    if (selectors.isEmpty())
        return "reads nothing: " + expression.toUtf8();
    for (const Selector& use : selectors) {
        if (use.metric == "up") // Prometheus' own
            continue;
        if (!exported.hasSeries(use.metric))
            return "no such series: " + use.metric;
        const QSet<QByteArray> known = exported.labelNames(use.metric) + QSet<QByteArray>{"job", "instance"};
        if (!known.contains(use.labels))
            return "no such label of " + use.metric + " in " + expression.toUtf8();
    }
    return {};
}

QByteArray fullExposition()
{
    Metrics metrics(catalog(), 2, "1.2.3");
    metrics.setPart("core", true);
    return metrics.exposition();
}

} // namespace

class TestMetrics : public QObject
{
    Q_OBJECT

private slots:
    void namesOfTheSpecificationAreExported_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("type");
        const auto row = [](const char* name, const char* type) {
            QTest::newRow(name) << QByteArray(name) << QByteArray(type);
        };
        row("active_connections", "gauge");
        row("dispatch_errors", "counter");
        row("ws_ping_latency", "histogram");
        row("websocket_connections_total", "gauge");
        row("websocket_connections_by_type", "gauge");
        row("signalbox_connections_opened_total", "counter");
        row("signalbox_publish_to_delivery_seconds", "histogram");
        row("signalbox_events_total", "counter");
        row("signalbox_deliveries_total", "counter");
        row("signalbox_publishes_refused_total", "counter");
        row("signalbox_slow_client_closes_total", "counter");
        row("signalbox_resumes_total", "counter");
        row("signalbox_http_requests_total", "counter");
        row("signalbox_auth_failures_total", "counter");
        row("signalbox_rate_limited_total", "counter");
        row("signalbox_event_loop_lag_seconds", "histogram");
        row("signalbox_history_bytes", "gauge");
        row("signalbox_channels", "gauge");
        row("signalbox_part_up", "gauge");
        row("signalbox_build_info", "gauge");
#ifdef Q_OS_LINUX
        row("process_cpu_seconds_total", "counter");
        row("process_resident_memory_bytes", "gauge");
        row("process_open_fds", "gauge");
        row("process_max_fds", "gauge");
        row("process_threads", "gauge");
        row("process_start_time_seconds", "gauge");
#endif
    }

    void namesOfTheSpecificationAreExported()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, type);
        const Exposition exported(fullExposition());
        QCOMPARE(exported.error(), QByteArray());
        QCOMPARE(exported.typeOf(name), type);
    }

    void theConnectionTypesAreThoseOfTheSpecification()
    {
        Metrics metrics(catalog(), 1, "1");
        metrics.setLoad({{4, 3, 2, 1}, 1000, 7});
        metrics.connectionOpened(TransportKind::Sse);
        metrics.connectionOpened(TransportKind::Sse);
        const Exposition exported(metrics.exposition());
        QCOMPARE(exported.error(), QByteArray());
        QCOMPARE(exported.value("websocket_connections_by_type", {{"connection_type", "ws"}}), 4.0);
        QCOMPARE(exported.value("websocket_connections_by_type", {{"connection_type", "sse"}}), 3.0);
        QCOMPARE(exported.value("websocket_connections_by_type", {{"connection_type", "socketio"}}), 2.0);
        QCOMPARE(exported.value("websocket_connections_by_type", {{"connection_type", "polling"}}), 1.0);
        QCOMPARE(exported.value("active_connections"), 10.0);
        QCOMPARE(exported.value("websocket_connections_total"), 10.0);
        QCOMPARE(exported.value("signalbox_connections_opened_total", {{"connection_type", "sse"}}), 2.0);
        QCOMPARE(exported.value("signalbox_connections_opened_total", {{"connection_type", "ws"}}), 0.0);
        QCOMPARE(exported.value("signalbox_history_bytes"), 1000.0);
        QCOMPARE(exported.value("signalbox_channels"), 7.0);
    }

    void eventsAreCountedByNameWithinTheCatalogue()
    {
        Metrics metrics(catalog(), 1, "1");
        Event event;
        event.name = "typing.start";
        metrics.eventPublished(event);
        metrics.eventPublished(event);
        const qsizetype before = Exposition(metrics.exposition()).samples().size();
        for (int i = 0; i < 50; ++i) {
            event.name = "made.up." + QByteArray::number(i);
            metrics.eventPublished(event);
        }
        const Exposition exported(metrics.exposition());
        QCOMPARE(exported.value("signalbox_events_total", {{"name", "typing.start"}}), 2.0);
        QCOMPARE(exported.value("signalbox_events_total", {{"name", "other"}}), 50.0);
        QCOMPARE(exported.samples().size(), before);
    }

    void countersOfCodesAreCounted()
    {
        Metrics metrics(catalog(), 1, "1");
        metrics.publishRefused(ErrorCode::Forbidden);
        metrics.publishRefused(ErrorCode::PayloadTooLarge);
        metrics.dispatchFailed(ErrorCode::HistoryLost);
        metrics.authFailed(ErrorCode::TokenExpired);
        metrics.slowClientClosed();
        metrics.rateLimited();
        metrics.resumed(true);
        metrics.resumed(false);
        metrics.resumed(true);
        const Exposition exported(metrics.exposition());
        QCOMPARE(exported.value("signalbox_publishes_refused_total", {{"code", "forbidden"}}), 1.0);
        QCOMPARE(exported.value("signalbox_publishes_refused_total", {{"code", "payload_too_large"}}), 1.0);
        QCOMPARE(exported.value("dispatch_errors", {{"reason", "history_lost"}}), 1.0);
        QCOMPARE(exported.value("dispatch_errors", {{"reason", "slow_consumer"}}), 0.0);
        QCOMPARE(exported.value("signalbox_auth_failures_total", {{"reason", "token_expired"}}), 1.0);
        QCOMPARE(exported.value("signalbox_slow_client_closes_total"), 1.0);
        QCOMPARE(exported.value("signalbox_rate_limited_total"), 1.0);
        QCOMPARE(exported.value("signalbox_resumes_total", {{"result", "recovered"}}), 2.0);
        QCOMPARE(exported.value("signalbox_resumes_total", {{"result", "reset"}}), 1.0);
    }

    void httpStatus_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("label");
        QTest::newRow("ok") << 200 << QByteArray("200");
        QTest::newRow("lowest") << 100 << QByteArray("100");
        QTest::newRow("highest") << 599 << QByteArray("599");
        QTest::newRow("below") << 99 << QByteArray("other");
        QTest::newRow("above") << 600 << QByteArray("other");
        QTest::newRow("negative") << -1 << QByteArray("other");
    }

    void httpStatus()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, label);
        Metrics metrics(catalog(), 1, "1");
        metrics.httpAnswered(status);
        QCOMPARE(Exposition(metrics.exposition()).value("signalbox_http_requests_total", {{"status", label}}), 1.0);
    }

    void deliveriesCountSessionsAndOneLatencyPerEvent()
    {
        Metrics metrics(catalog(), 1, "1");
        metrics.delivered(1000, 0.03);
        metrics.delivered(1, -5.0);
        metrics.delivered(0, 100.0);
        const Exposition exported(metrics.exposition());
        QCOMPARE(exported.error(), QByteArray());
        QCOMPARE(exported.value("signalbox_deliveries_total"), 1001.0);
        QCOMPARE(exported.value("signalbox_publish_to_delivery_seconds_count"), 2.0);
        QCOMPARE(exported.value("signalbox_publish_to_delivery_seconds_sum"), 0.03);
        QCOMPARE(exported.value("signalbox_publish_to_delivery_seconds_bucket", {{"le", "0.02"}}), 1.0);
        QCOMPARE(exported.value("signalbox_publish_to_delivery_seconds_bucket", {{"le", "0.05"}}), 2.0);
    }

    void loopsAreToldApart_data()
    {
        QTest::addColumn<int>("loop");
        QTest::addColumn<QByteArray>("label");
        QTest::newRow("core") << Metrics::kCoreLoop << QByteArray("core");
        QTest::newRow("first worker") << 0 << QByteArray("0");
        QTest::newRow("last worker") << 1 << QByteArray("1");
        QTest::newRow("beyond the last") << 2 << QByteArray();
        QTest::newRow("before the first") << -2 << QByteArray();
    }

    void loopsAreToldApart()
    {
        QFETCH(int, loop);
        QFETCH(QByteArray, label);
        Metrics metrics(catalog(), 2, "1");
        metrics.loopLagged(loop, 0.5);
        const Exposition exported(metrics.exposition());
        for (const QByteArray& each : {QByteArray("core"), QByteArray("0"), QByteArray("1")})
            QCOMPARE(exported.value("signalbox_event_loop_lag_seconds_count", {{"loop", each}}),
                     each == label ? 1.0 : 0.0);
    }

    void aDisabledPartIsNotExported()
    {
        Metrics metrics(catalog(), 1, "1");
        metrics.setPart("core", true);
        metrics.setPart("redis", false);
        QCOMPARE(Exposition(metrics.exposition()).value("signalbox_part_up", {{"part", "redis"}}), 0.0);
        metrics.setPart("redis", std::nullopt);
        metrics.setPart("rabbitmq", std::nullopt);
        const Exposition exported(metrics.exposition());
        QCOMPARE(exported.value("signalbox_part_up", {{"part", "core"}}), 1.0);
        QVERIFY(!exported.value("signalbox_part_up", {{"part", "redis"}}));
        metrics.setPart("redis", true);
        QCOMPARE(Exposition(metrics.exposition()).value("signalbox_part_up", {{"part", "redis"}}), 1.0);
    }

    void buildInfoNamesTheVersion()
    {
        const Exposition exported(fullExposition());
        QCOMPARE(exported.value("signalbox_build_info", {{"version", "1.2.3"}, {"qt", qVersion()}}), 1.0);
    }

#ifdef Q_OS_LINUX
    void processFiguresAreThoseOfThisProcess()
    {
        const double before = *Exposition(fullExposition()).value("process_open_fds");
        QFile one(QStringLiteral("/dev/null"));
        QVERIFY(one.open(QIODevice::ReadOnly));
        const Exposition exported(fullExposition());
        QCOMPARE(exported.value("process_open_fds"), before + 1);
        QVERIFY(*exported.value("process_max_fds") > before);
        QVERIFY(*exported.value("process_resident_memory_bytes") > 1 << 20);
        const double start = *exported.value("process_start_time_seconds");
        const double now = static_cast<double>(QDateTime::currentSecsSinceEpoch());
        QVERIFY2(start > now - 24 * 3600 && start <= now + 5, QByteArray::number(start - now).constData());
    }
#endif

    void countsFromManyThreadsAreAllThere()
    {
        constexpr int kThreads = 4, kRounds = 2000;
        Metrics metrics(catalog(), 1, "1");
        std::vector<std::thread> threads;
        for (int i = 0; i < kThreads; ++i) {
            threads.emplace_back([&metrics] {
                for (int round = 0; round < kRounds; ++round) {
                    metrics.delivered(2, 0.01);
                    metrics.httpAnswered(200 + round % 100);
                    metrics.publishRefused(ErrorCode::RateLimited);
                }
            });
        }
        for (int i = 0; i < 20; ++i)
            QCOMPARE(Exposition(metrics.exposition()).error(), QByteArray());
        for (std::thread& thread : threads)
            thread.join();
        const Exposition exported(metrics.exposition());
        QCOMPARE(exported.value("signalbox_deliveries_total"), 2.0 * kThreads * kRounds);
        QCOMPARE(exported.value("signalbox_publish_to_delivery_seconds_count"), 1.0 * kThreads * kRounds);
        QCOMPARE(exported.value("signalbox_http_requests_total", {{"status", "299"}}), kThreads * kRounds / 100.0);
        QCOMPARE(exported.value("signalbox_publishes_refused_total", {{"code", "rate_limited"}}),
                 1.0 * kThreads * kRounds);
    }

    void loopLagIsTheTimeBeyondTheInterval()
    {
        ManualClock clock;
        QList<double> lags;
        const LoopLag lag(
            clock, [&lags](double seconds) { lags += seconds; }, 10);
        clock.advance(260);
        QTRY_COMPARE_GE(lags.size(), 1);
        QCOMPARE(lags.first(), 0.25);
        lags.clear();
        QTRY_COMPARE_GE(lags.size(), 2);
        QCOMPARE(lags.first(), 0.0); // early by a clock that stands still: never negative
    }

    void theReaderRefuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        const QByteArray head = "# HELP a x\n# TYPE a counter\n";
        QTest::newRow("no end") << head + "a 1";
        QTest::newRow("no type") << QByteArray("# HELP a x\na 1\n");
        QTest::newRow("another family") << head + "b 1\n";
        QTest::newRow("series twice") << head + "a 1\na 2\n";
        QTest::newRow("family twice") << head + "a 1\n" + head + "a{x=\"y\"} 2\n";
        QTest::newRow("no number") << head + "a one\n";
        QTest::newRow("open label") << head + "a{x=\"y} 1\n";
        QTest::newRow("falling buckets") << QByteArray(
            "# HELP h x\n# TYPE h histogram\nh_count 1\nh_sum 1\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\n");
        QTest::newRow("count differs") << QByteArray(
            "# HELP h x\n# TYPE h histogram\nh_count 2\nh_sum 1\nh_bucket{le=\"+Inf\"} 1\n");
    }

    void theReaderRefuses()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!Exposition(text).error().isEmpty());
    }

    void theDashboardUsesExportedMetrics()
    {
        const QJsonDocument dashboard =
            QJsonDocument::fromJson(contentOf("../../packaging/grafana/signalbox-dashboard.json"));
        QStringList expressions;
        collectExpressions(dashboard.object(), expressions);
        QVERIFY(expressions.size() > 20);
        const Exposition exported(fullExposition());
        for (const QString& expression : std::as_const(expressions))
            QCOMPARE(complaintAbout(expression, exported), QByteArray());
    }

    void theAlertsUseExportedMetrics()
    {
        const Exposition exported(fullExposition());
        int alerts = 0, expressions = 0;
        for (const QByteArray& line : contentOf("../../packaging/grafana/alerts.yml").split('\n')) {
            const QByteArray text = line.trimmed();
            alerts += text.startsWith("- alert: ");
            if (!text.startsWith("expr: "))
                continue;
            ++expressions;
            QCOMPARE(complaintAbout(QString::fromUtf8(text.mid(6)), exported), QByteArray());
        }
        QVERIFY(alerts > 10);
        QCOMPARE(expressions, alerts);
    }

    void theCheckFindsWhatIsNotExported_data()
    {
        QTest::addColumn<QString>("expression");
        QTest::newRow("metric") << QStringLiteral("sum by (le) (rate(signalbox_made_up_total{job=\"x\"}[5m])) > 1");
        QTest::newRow("second metric") << QStringLiteral("active_connections > 0 and made_up offset 5m > 1");
        QTest::newRow("label") << QStringLiteral("rate(dispatch_errors{cause=\"x\"}[5m])");
        QTest::newRow("histogram without its suffix") << QStringLiteral("rate(ws_ping_latency[5m])");
    }

    void theCheckFindsWhatIsNotExported()
    {
        QFETCH(QString, expression);
        QVERIFY(!complaintAbout(expression, Exposition(fullExposition())).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestMetrics)
#include "tst_metrics.moc"
