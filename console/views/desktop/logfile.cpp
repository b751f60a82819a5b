// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/desktop/logfile.h"

#include "console/models/diagnostics.h"

#include <QDateTime>
#include <QDir>
#include <QFile>

#include <deque>
#include <mutex>

namespace signalbox::console {

namespace {

constexpr qint64 kMostBytes = 1 << 20;
constexpr size_t kKeptLines = 400;

struct Log
{
    std::mutex mutex;
    QString folder;
    QFile file;
    std::deque<QString> lines;
    QtMessageHandler before = nullptr;
};

// Qt's message handler has no context pointer: this is the one place where a global cannot be avoided.
Log& theLog()
{
    static Log log;
    return log;
}

void rotate(Log& log)
{
    log.file.close();
    const QString old = log.folder + QStringLiteral("/console.1.log");
    QFile::remove(old);
    QFile::rename(log.file.fileName(), old);
    log.file.open(QIODevice::WriteOnly | QIODevice::Append);
}

const char* levelName(QtMsgType type)
{
    switch (type) {
    case QtWarningMsg:
        return "warning";
    case QtCriticalMsg:
    case QtFatalMsg:
        return "error";
    case QtDebugMsg:
        return "debug";
    case QtInfoMsg:
        break;
    }
    return "info";
}

void write(QtMsgType type, const QMessageLogContext& context, const QString& message)
{
    Log& log = theLog();
    const QString line = QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs) + QLatin1Char(' ') +
                         QLatin1String(levelName(type)) + QLatin1Char(' ') +
                         QLatin1String(context.category ? context.category : "default") + QLatin1String(": ") +
                         redacted(message);
    {
        const std::lock_guard lock(log.mutex);
        log.lines.push_back(line);
        if (log.lines.size() > kKeptLines)
            log.lines.pop_front();
        if (log.file.isOpen()) {
            log.file.write(line.toUtf8() + '\n');
            log.file.flush();
            if (log.file.size() > kMostBytes)
                rotate(log);
        }
    }
    if (log.before && type != QtInfoMsg && type != QtDebugMsg)
        log.before(type, context, message);
}

} // namespace

void startLogFile(const QString& folder)
{
    QDir().mkpath(folder);
    Log& log = theLog();
    log.folder = folder;
    log.file.setFileName(folder + QStringLiteral("/console.log"));
    log.file.open(QIODevice::WriteOnly | QIODevice::Append);
    log.before = qInstallMessageHandler(write);
}

QStringList lastLogLines(int count)
{
    Log& log = theLog();
    const std::lock_guard lock(log.mutex);
    const auto most = std::min<size_t>(log.lines.size(), static_cast<size_t>(std::max(0, count)));
    return QStringList(log.lines.end() - static_cast<std::ptrdiff_t>(most), log.lines.end());
}

} // namespace signalbox::console
