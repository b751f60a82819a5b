// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/logging.h"

#include "config/logfile.h"
#include "config/logredaction.h"

#include <QRandomGenerator>

#include <algorithm>
#include <mutex>

namespace signalbox {

Q_LOGGING_CATEGORY(logApp, "signalbox.app")
Q_LOGGING_CATEGORY(logConfig, "signalbox.config")
Q_LOGGING_CATEGORY(logCore, "signalbox.core")
Q_LOGGING_CATEGORY(logNet, "signalbox.net")
Q_LOGGING_CATEGORY(logHttp, "signalbox.http")
Q_LOGGING_CATEGORY(logWs, "signalbox.ws")
Q_LOGGING_CATEGORY(logSse, "signalbox.sse")
Q_LOGGING_CATEGORY(logApi, "signalbox.api")
Q_LOGGING_CATEGORY(logAuth, "signalbox.auth")
Q_LOGGING_CATEGORY(logDesk, "signalbox.desk")
Q_LOGGING_CATEGORY(logRedis, "signalbox.redis")
Q_LOGGING_CATEGORY(logAmqp, "signalbox.amqp")
Q_LOGGING_CATEGORY(logOps, "signalbox.ops")

/// What the handler writes to; the handler holds it while it writes, whoever ends the Logging meanwhile.
struct Logging::Sink
{
    LogFormat format = LogFormat::Text;
    int lineBytes = 0;
    std::mutex mutex; ///< guards file
    std::unique_ptr<LogFile> file;
};

namespace {

// A message handler is a plain function, so what it writes to hangs here: set by Logging, and by nothing else.
std::mutex currentMutex;
std::shared_ptr<void> current;

thread_local const LogScope* innermostScope = nullptr;

constexpr qsizetype kCategoryBytes = 64;
constexpr qsizetype kIdBytes = 128;
constexpr qsizetype kCutMarkBytes = 40;

const char* levelName(LogLevel level)
{
    static constexpr const char* kNames[] = {"debug", "info", "warning", "critical"};
    return kNames[static_cast<size_t>(level)];
}

LogLevel levelOf(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return LogLevel::Debug;
    case QtInfoMsg:
        return LogLevel::Info;
    case QtWarningMsg:
        return LogLevel::Warning;
    case QtCriticalMsg:
    case QtFatalMsg:
        break;
    }
    return LogLevel::Critical;
}

/// The bytes of the character at the front of valid UTF-8.
qsizetype characterBytes(QByteArrayView text)
{
    const auto first = static_cast<unsigned char>(text.front());
    const qsizetype size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    return std::min(size, text.size());
}

/// C1 controls (0x9b begins an escape sequence on a terminal), line separators, direction overrides and isolates.
bool dangerous(char32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

char32_t codePoint(QByteArrayView character)
{
    const auto byte = [character](qsizetype i) { return static_cast<unsigned char>(character[i]); };
    if (character.size() == 1)
        return byte(0);
    if (character.size() == 2)
        return (byte(0) & 0x1fu) << 6 | (byte(1) & 0x3fu);
    if (character.size() == 3)
        return (byte(0) & 0x0fu) << 12 | (byte(1) & 0x3fu) << 6 | (byte(2) & 0x3fu);
    return 0x10000;
}

QByteArray escapedCharacter(QByteArrayView character, bool json)
{
    const char32_t c = codePoint(character);
    if (json && (c == '"' || c == '\\'))
        return QByteArray(1, '\\') + static_cast<char>(c);
    if (!dangerous(c))
        return character.toByteArray();
    if (c == '\n')
        return "\\n";
    if (c == '\t')
        return "\\t";
    return "\\u" + QByteArray::number(static_cast<uint>(c), 16).rightJustified(4, '0');
}

/// Appends as many whole characters as fit into `budget` bytes; returns how many bytes of the text are left.
qsizetype appendEscaped(QByteArray& out, QByteArrayView text, qsizetype budget, bool json)
{
    while (!text.isEmpty()) {
        const qsizetype size = characterBytes(text);
        const QByteArray piece = escapedCharacter(text.first(size), json);
        if (piece.size() > budget)
            break;
        budget -= piece.size();
        out += piece;
        text = text.sliced(size);
    }
    return text.size();
}

QByteArray prefix(bool json, const LogRecord& record)
{
    QByteArray line = json ? "{\"ts\":\"" : "";
    line += record.time.toUTC().toString(Qt::ISODateWithMs).toLatin1();
    line += json ? "\",\"level\":\"" : " ";
    line += levelName(record.level);
    line += json ? "\",\"category\":\"" : " ";
    appendEscaped(line, record.category, kCategoryBytes, json);
    if (!record.id.isEmpty()) {
        line += json ? "\",\"id\":\"" : " [";
        appendEscaped(line, record.id, kIdBytes, json);
        line += json ? "" : "]";
    }
    return line + (json ? "\",\"msg\":\"" : " ");
}

QByteArray validUtf8(const QByteArray& bytes)
{
    return bytes.isValidUtf8() ? bytes : QString::fromUtf8(bytes).toUtf8();
}

QByteArrayView firstBytes(QByteArrayView text, qsizetype bytes)
{
    qsizetype end = std::min(bytes, text.size());
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
        --end;
    return text.first(end);
}

QString filterRules(LogLevel level, const QByteArrayList& rules)
{
    QByteArrayList lines;
    for (const LogLevel each : {LogLevel::Debug, LogLevel::Info, LogLevel::Warning})
        lines.append(QByteArray("*.") + levelName(each) + (each >= level ? "=true" : "=false"));
    lines.append("qt.*.debug=false");
    return QString::fromUtf8((lines + rules).join('\n'));
}

} // namespace

LogScope::LogScope(QByteArray id)
    : m_id(std::move(id))
    , m_outer(innermostScope)
{
    innermostScope = this;
}

LogScope::~LogScope()
{
    innermostScope = m_outer;
}

QByteArray LogScope::currentId()
{
    return innermostScope ? innermostScope->m_id : QByteArray();
}

QByteArray LogScope::newId()
{
    return QByteArray::number(QRandomGenerator::global()->generate64(), 16).rightJustified(16, '0');
}

QByteArray formatLogLine(LogFormat format, const LogRecord& record, int maxBytes)
{
    const bool json = format == LogFormat::Json;
    LogRecord safe = record;
    safe.category = validUtf8(record.category);
    safe.id = redacted(validUtf8(record.id));
    safe.message = validUtf8(record.message);
    QByteArray line = prefix(json, safe);
    const QByteArray tail = json ? "\"}\n" : "\n";
    // Cut before masking: the work is bounded, and what is cut off cannot be shown.
    const QByteArrayView head = firstBytes(safe.message, maxBytes);
    const qsizetype budget = maxBytes - line.size() - tail.size() - kCutMarkBytes;
    const qsizetype left = safe.message.size() - head.size() + appendEscaped(line, redacted(head), budget, json);
    if (left > 0)
        line += "... (" + QByteArray::number(left) + " more bytes)";
    return line + tail;
}

void Logging::handle(QtMsgType type, const QMessageLogContext& context, const QString& message)
{
    std::shared_ptr<Sink> sink;
    {
        const std::lock_guard<std::mutex> lock(currentMutex);
        sink = std::static_pointer_cast<Sink>(current);
    }
    if (!sink)
        return;
    const LogRecord record{QDateTime::currentDateTimeUtc(), levelOf(type), context.category, LogScope::currentId(),
                           message.toUtf8()};
    const QByteArray line = formatLogLine(sink->format, record, sink->lineBytes);
    const std::lock_guard<std::mutex> lock(sink->mutex);
    sink->file->write(line);
}

Result<std::unique_ptr<Logging>> Logging::start(const LoggingSettings& settings)
{
    auto sink = std::make_shared<Sink>();
    sink->format = settings.format;
    sink->lineBytes = settings.lineBytes;
    if (settings.file.isEmpty()) {
        sink->file = LogFile::standardError();
    } else {
        Result<std::unique_ptr<LogFile>> file = LogFile::open(settings.file, settings.fileBytes, settings.files);
        if (!file.ok())
            return file.error();
        sink->file = std::move(file).value();
    }
    std::unique_ptr<Logging> logging(new Logging(std::move(sink)));
    logging->setLevel(settings.level, settings.rules);
    return logging;
}

Logging::Logging(std::shared_ptr<Sink> sink)
    : m_sink(std::move(sink))
{
    {
        const std::lock_guard<std::mutex> lock(currentMutex);
        current = m_sink;
    }
    m_former = qInstallMessageHandler(&Logging::handle);
}

Logging::~Logging()
{
    qInstallMessageHandler(m_former);
    QLoggingCategory::setFilterRules(QString());
    const std::lock_guard<std::mutex> lock(currentMutex);
    current.reset();
}

void Logging::setLevel(LogLevel level, const QByteArrayList& rules)
{
    QLoggingCategory::setFilterRules(filterRules(level, rules));
}

void Logging::reopenFile()
{
    const std::lock_guard<std::mutex> lock(m_sink->mutex);
    m_sink->file->reopen();
}

qint64 Logging::lostLines() const
{
    const std::lock_guard<std::mutex> lock(m_sink->mutex);
    return m_sink->file->lostLines();
}

} // namespace signalbox
