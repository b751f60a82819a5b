// SPDX-License-Identifier: GPL-3.0-or-later
// What the console costs, on the practice mode's desk: start, memory, switching, a flood of events, a table of 100,000
// rows. Prints one JSON line; judges nothing.   bench_console [DIALOGS] [SECONDS]
#include "../console/demohouse.h"

#include "console/views/dialogs/connectionswindow.h"
#include "console/views/lists/dialogpane.h"
#include "console/views/thread/threadpane.h"
#include "console/views/thread/threadview.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QJsonDocument>
#include <QScrollBar>
#include <QTableView>

#include <cstdio>

using namespace signalbox;
using namespace signalbox::console;
using signalbox::test::DemoHouse;

namespace {

constexpr int kEventsPerSecond = 500;
constexpr int kBurstMs = 20;

double memoryMiB(const char* name)
{
    QFile file(QStringLiteral("/proc/self/smaps_rollup"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray& line : file.readAll().split('\n')) {
        if (line.startsWith(name))
            return line.mid(static_cast<qsizetype>(std::strlen(name))).trimmed().split(' ').first().toDouble() / 1024;
    }
    return 0;
}

/// Notes when the window has painted for the first time.
class FirstPaint : public QObject
{
public:
    using QObject::QObject;
    bool isSeen = false;
    bool eventFilter(QObject*, QEvent* event) override
    {
        isSeen = isSeen || event->type() == QEvent::Paint;
        return false;
    }
};

/// How long the event loop was busy at a stretch: what a 5 ms beat comes late by.
class Beats : public QObject
{
public:
    Beats()
    {
        m_beat.setTimerType(Qt::PreciseTimer);
        connect(&m_beat, &QTimer::timeout, this, [this] {
            m_late.push_back(static_cast<double>(m_since.nsecsElapsed()) / 1e6 - kBeatMs);
            m_since.start();
        });
        m_since.start();
        m_beat.start(kBeatMs);
    }
    double at(double part)
    {
        std::sort(m_late.begin(), m_late.end());
        return m_late.empty() ? 0 : m_late[static_cast<size_t>(part * static_cast<double>(m_late.size() - 1))];
    }
    size_t count() const { return m_late.size(); }

private:
    static constexpr int kBeatMs = 5;
    QTimer m_beat;
    QElapsedTimer m_since;
    std::vector<double> m_late;
};

QJsonObject measureSwitching(DemoHouse& house, qint64 a, qint64 b)
{
    std::vector<double> times;
    for (int i = 0; i < 60; ++i) {
        QElapsedTimer timer;
        timer.start();
        house.window->open(i % 2 == 0 ? a : b);
        house.window->repaint();
        house.window->thread().view().viewport()->repaint();
        times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        QTest::qWait(5);
    }
    std::sort(times.begin(), times.end());
    return {{QStringLiteral("median_ms"), times[30]}, {QStringLiteral("worst_ms"), times.back()}};
}

QJsonObject measureFlood(DemoHouse& house, const QList<qint64>& dialogs, int seconds)
{
    Beats beats;
    QTimer burst;
    int sent = 0;
    int ticks = 0;
    QTimer everySecond;
    QObject::connect(&everySecond, &QTimer::timeout, &everySecond, [&ticks] { ++ticks; });
    everySecond.start(1000);
    QObject::connect(&burst, &QTimer::timeout, &burst, [&] {
        for (int i = 0; i < kEventsPerSecond * kBurstMs / 1000; ++i, ++sent)
            house.workspace->demo()->desk().guestWrites(dialogs[sent % dialogs.size()],
                                                        QStringLiteral("Message %1").arg(sent));
        house.workspace->demo()->advance(kBurstMs);
    });
    burst.start(kBurstMs);
    burst.setTimerType(Qt::PreciseTimer);
    QEventLoop loop;
    QTimer::singleShot(seconds * 1000, &loop, &QEventLoop::quit);
    loop.exec();
    burst.stop();
    return {{QStringLiteral("events"), sent},
            {QStringLiteral("beats"), static_cast<qint64>(beats.count())},
            {QStringLiteral("median_busy_ms"), beats.at(0.5)},
            {QStringLiteral("p99_busy_ms"), beats.at(0.99)},
            {QStringLiteral("worst_busy_ms"), beats.at(1.0)},
            {QStringLiteral("second_ticks"), ticks}};
}

QJsonObject measureScrolling(DemoHouse& house)
{
    std::vector<ConnectionRecord> records(100'000);
    for (size_t i = 0; i < records.size(); ++i) {
        records[i].clientId = QString::number(i);
        records[i].user = QStringLiteral("guest:%1").arg(i);
        records[i].transport = QStringLiteral("websocket");
        records[i].createdMs = house.store().now() - static_cast<qint64>(i) * 10;
    }
    ConnectionsWindow& window = house.window->connections();
    QElapsedTimer timer;
    timer.start();
    window.model().setRecords(std::move(records));
    window.show();
    QTest::qWait(200);
    const double loading = static_cast<double>(timer.nsecsElapsed()) / 1e6 - 200;
    std::vector<double> frames;
    for (int i = 0; i < 300; ++i) {
        timer.start();
        window.table().verticalScrollBar()->setValue(i * 9973 % window.table().verticalScrollBar()->maximum());
        window.table().viewport()->repaint();
        frames.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    timer.start();
    window.model().setFilter(QStringLiteral("guest:999"));
    const double filtering = static_cast<double>(timer.nsecsElapsed()) / 1e6;
    window.hide();
    std::sort(frames.begin(), frames.end());
    return {{QStringLiteral("loading_ms"), loading},
            {QStringLiteral("median_frame_ms"), frames[150]},
            {QStringLiteral("worst_frame_ms"), frames.back()},
            {QStringLiteral("filter_ms"), filtering}};
}

} // namespace

int main(int argc, char** argv)
{
    QElapsedTimer started;
    started.start();
    QApplication app(argc, argv);
    const int count = app.arguments().value(1, QStringLiteral("5000")).toInt();
    const int seconds = app.arguments().value(2, QStringLiteral("60")).toInt();
    FirstPaint paint;
    auto house = std::make_unique<DemoHouse>();
    house->window->installEventFilter(&paint);
    house->window->resize(1280, 800);
    house->window->show();
    while (!paint.isSeen)
        QCoreApplication::processEvents();
    QJsonObject result{{QStringLiteral("first_paint_ms"), started.elapsed()}};

    DemoDesk& desk = house->workspace->demo()->desk();
    desk.setAlive(false);
    QList<qint64> dialogs;
    for (int i = 0; i < count; ++i)
        dialogs << desk.beginTalk(static_cast<size_t>(i % 8));
    house->becomesLive();
    house->workspace->session().resync();
    QTest::qWait(3000);
    for (int i = 0; i < 600; ++i)
        desk.guestWrites(dialogs[0], QStringLiteral("A rather long message of a long thread, number %1.").arg(i));
    house->window->open(dialogs[0]);
    QTest::qWait(1000);
    house->window->open(dialogs[1]);
    QTest::qWait(1000);
    result.insert(QStringLiteral("dialogs"), house->store().dialogCount());
    result.insert(QStringLiteral("rss_mib"), memoryMiB("Rss:"));
    result.insert(QStringLiteral("pss_mib"), memoryMiB("Pss:"));
    result.insert(QStringLiteral("switching"), measureSwitching(*house, dialogs[0], dialogs[1]));
    result.insert(QStringLiteral("flood"), measureFlood(*house, dialogs, seconds));
    result.insert(QStringLiteral("scrolling"), measureScrolling(*house));
    std::puts(QJsonDocument(result).toJson(QJsonDocument::Compact).constData());
    return 0;
}
