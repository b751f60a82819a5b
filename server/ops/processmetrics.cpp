// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/processmetrics.h"

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QList>

#include <optional>

#ifdef Q_OS_LINUX
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace signalbox {

#ifdef Q_OS_LINUX

namespace {

prometheus::MetricFamily family(const char* name, const char* help, prometheus::MetricType type, double value)
{
    prometheus::ClientMetric metric;
    if (type == prometheus::MetricType::Counter)
        metric.counter.value = value;
    else
        metric.gauge.value = value;
    return {name, help, type, {metric}};
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The fields of /proc/self/stat behind the command's name, which may hold spaces and brackets: index 0 is field 3
/// of proc(5).
QList<QByteArray> statFields()
{
    const QByteArray stat = contentOf(QStringLiteral("/proc/self/stat"));
    return stat.mid(stat.lastIndexOf(')') + 2).split(' ');
}

std::optional<double> bootTimeSeconds()
{
    for (const QByteArray& line : contentOf(QStringLiteral("/proc/stat")).split('\n')) {
        if (line.startsWith("btime "))
            return line.mid(6).trimmed().toDouble();
    }
    return {};
}

qsizetype openDescriptors()
{
    constexpr qsizetype kOwn = 1; // the one that lists them
    const QDir::Filters all = QDir::AllEntries | QDir::System | QDir::Hidden | QDir::NoDotAndDotDot;
    return QDir(QStringLiteral("/proc/self/fd")).entryList(all, QDir::Unsorted).size() - kOwn;
}

} // namespace

std::vector<prometheus::MetricFamily> ProcessMetrics::Collect() const
{
    using Type = prometheus::MetricType;
    constexpr qsizetype kUserTicks = 11, kSystemTicks = 12, kThreads = 17, kStartTicks = 19, kResidentPages = 21;
    std::vector<prometheus::MetricFamily> families;
    const QList<QByteArray> stat = statFields();
    if (stat.size() > kResidentPages) {
        const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
        const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
        families.push_back(family("process_cpu_seconds_total", "User and system CPU time.", Type::Counter,
                                  (stat[kUserTicks].toDouble() + stat[kSystemTicks].toDouble()) / ticks));
        families.push_back(family("process_resident_memory_bytes", "Resident memory.", Type::Gauge,
                                  stat[kResidentPages].toDouble() * page));
        families.push_back(family("process_threads", "Threads.", Type::Gauge, stat[kThreads].toDouble()));
        if (const auto boot = bootTimeSeconds())
            families.push_back(family("process_start_time_seconds", "Start of the process, Unix time.", Type::Gauge,
                                      *boot + stat[kStartTicks].toDouble() / ticks));
    }
    families.push_back(
        family("process_open_fds", "Open file descriptors.", Type::Gauge, static_cast<double>(openDescriptors())));
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
        families.push_back(family("process_max_fds", "Limit of open file descriptors.", Type::Gauge,
                                  static_cast<double>(limit.rlim_cur)));
    return families;
}

#else

std::vector<prometheus::MetricFamily> ProcessMetrics::Collect() const
{
    return {};
}

#endif

} // namespace signalbox
