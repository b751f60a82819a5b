// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/settings.h"
#include "shared/result.h"

#include <QDateTime>
#include <QLoggingCategory>

#include <memory>

namespace signalbox {

// The categories: "signalbox.core", "signalbox.http", …; used as qCInfo(logHttp) << …
Q_DECLARE_LOGGING_CATEGORY(logApp)
Q_DECLARE_LOGGING_CATEGORY(logConfig)
Q_DECLARE_LOGGING_CATEGORY(logCore)
Q_DECLARE_LOGGING_CATEGORY(logNet)
Q_DECLARE_LOGGING_CATEGORY(logHttp)
Q_DECLARE_LOGGING_CATEGORY(logWs)
Q_DECLARE_LOGGING_CATEGORY(logSse)
Q_DECLARE_LOGGING_CATEGORY(logApi)
Q_DECLARE_LOGGING_CATEGORY(logAuth)
Q_DECLARE_LOGGING_CATEGORY(logDesk)
Q_DECLARE_LOGGING_CATEGORY(logRedis)
Q_DECLARE_LOGGING_CATEGORY(logAmqp)
Q_DECLARE_LOGGING_CATEGORY(logOps)

/// While it lives, everything that its thread logs carries this id (spec section 10: one id through a request and its
/// events). Scopes nest, the innermost counts; each is destroyed on the thread that made it, in reverse order. Another
/// thread that carries on with the request opens a scope of its own with the same id.
class LogScope
{
public:
    explicit LogScope(QByteArray id);
    ~LogScope();
    LogScope(const LogScope&) = delete;
    LogScope& operator=(const LogScope&) = delete;

    /// The id in force on this thread; empty when none is.
    static QByteArray currentId();

    /// A fresh id: 16 hex digits, to tell requests apart and not to keep anything secret.
    static QByteArray newId();

private:
    QByteArray m_id;
    const LogScope* m_outer;
};

/// One message on its way to the log.
struct LogRecord
{
    QDateTime time;
    LogLevel level = LogLevel::Info;
    QByteArray category;
    QByteArray id;
    QByteArray message; ///< UTF-8
};

/// The line of a record, with its line break, never longer than `maxBytes` (at least 512): the message is cut at a
/// character and says how many bytes are left out. Credentials are masked (logredaction.h); control characters,
/// line and paragraph separators and direction overrides are escaped, so that a message cannot forge a line.
/// Text: `2025-01-31T12:00:00.000Z info signalbox.http [id] message`
/// Json: `{"ts":"…","level":"info","category":"signalbox.http","id":"…","msg":"…"}`, "id" only when there is one.
QByteArray formatLogLine(LogFormat format, const LogRecord& record, int maxBytes);

/// Sends everything logged through Qt, from any thread, to standard error or a rotating file (logfile.h). main owns
/// the one that there is at a time; the former handler comes back when it is destroyed, after the other threads ended.
class Logging
{
public:
    /// Error unavailable: the log file cannot be opened; nothing is changed then.
    static Result<std::unique_ptr<Logging>> start(const LoggingSettings& settings);
    ~Logging();
    Logging(const Logging&) = delete;
    Logging& operator=(const Logging&) = delete;

    /// Level and rules at once, for all threads (SIGHUP). Qt's own debug messages stay off unless a rule wants them.
    void setLevel(LogLevel level, const QByteArrayList& rules);

    /// Opens the file again (SIGHUP after an outside logrotate).
    void reopenFile();

    /// Lines that the system did not take, since the start.
    qint64 lostLines() const;

private:
    struct Sink;
    explicit Logging(std::shared_ptr<Sink> sink);
    static void handle(QtMsgType type, const QMessageLogContext& context, const QString& message);

    std::shared_ptr<Sink> m_sink;
    QtMessageHandler m_former = nullptr;
};

} // namespace signalbox
