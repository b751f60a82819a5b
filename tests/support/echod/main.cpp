// SPDX-License-Identifier: GPL-3.0-or-later
#include "echoengine.h"
#include "echosocket.h"

#include "app/app.h"
#include "app/signals.h"
#include "config/settingstable.h"
#include "net/epolleventdispatcher.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include <cstdio>
#include <optional>

#include <sodium.h>

using namespace signalbox;

namespace {

struct Options
{
    QByteArray host;
    QByteArray path;
    int port = 0;
    int workers = 0;
    qint64 maxMessageBytes = 0;
    QByteArray enginePath;
    QByteArray socketIoPath;
    qint64 pingIntervalMs = 0;
    qint64 pingTimeoutMs = 0;
    qint64 maxPayloadBytes = 0;
    qint64 connectTimeoutMs = 0;
    qint64 recoveryMs = 0;
};

int fail(const QString& message)
{
    std::fprintf(stderr, "error: %s\n", qPrintable(message));
    return 1;
}

/// The option's number, or nothing when it is none or out of its bounds.
std::optional<qint64> number(const QCommandLineParser& parser, const QString& option, qint64 least, qint64 most)
{
    bool ok = false;
    const qint64 value = parser.value(option).toLongLong(&ok);
    return ok && value >= least && value <= most ? std::optional(value) : std::nullopt;
}

std::optional<Options> parseOptions(const QCoreApplication& application)
{
    constexpr qint64 kLargestMessage = 1LL << 30;
    constexpr qint64 kMostWorkers = 64;
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Echoes every WebSocket message, on Signalbox's own transports."));
    parser.addHelpOption();
    parser.addOptions({
        {QStringLiteral("port"), QStringLiteral("Port; 0 takes a free one."), QStringLiteral("n"), QStringLiteral("0")},
        {QStringLiteral("host"), QStringLiteral("Address."), QStringLiteral("ip"), QStringLiteral("127.0.0.1")},
        {QStringLiteral("path"), QStringLiteral("Path of the WebSocket."), QStringLiteral("path"),
         QStringLiteral("/echo")},
        {QStringLiteral("max-message"), QStringLiteral("Longest message."), QStringLiteral("bytes"),
         QString::number(16 * 1024 * 1024)},
        {QStringLiteral("engineio-path"), QStringLiteral("Path of the Engine.IO echo."), QStringLiteral("path"),
         QStringLiteral("/engine.io/")},
        {QStringLiteral("socketio-path"), QStringLiteral("Path of the Socket.IO echo."), QStringLiteral("path"),
         QStringLiteral("/socket.io/")},
        {QStringLiteral("ping-interval"), QStringLiteral("pingInterval of Engine.IO."), QStringLiteral("ms"),
         QStringLiteral("25000")},
        {QStringLiteral("ping-timeout"), QStringLiteral("pingTimeout of Engine.IO."), QStringLiteral("ms"),
         QStringLiteral("20000")},
        {QStringLiteral("max-payload"), QStringLiteral("maxPayload of Engine.IO."), QStringLiteral("bytes"),
         QStringLiteral("1000000")},
        {QStringLiteral("connect-timeout"), QStringLiteral("Time to join a namespace of Socket.IO."),
         QStringLiteral("ms"), QStringLiteral("45000")},
        {QStringLiteral("recovery"), QStringLiteral("How long a lost Socket.IO client can be recovered; 0: never."),
         QStringLiteral("ms"), QStringLiteral("0")},
        {QStringLiteral("workers"), QStringLiteral("Worker threads."), QStringLiteral("n"), QStringLiteral("1")},
    });
    parser.process(application);
    const auto port = number(parser, QStringLiteral("port"), 0, 65535);
    const auto workers = number(parser, QStringLiteral("workers"), 1, kMostWorkers);
    const auto maxMessage = number(parser, QStringLiteral("max-message"), 1, kLargestMessage);
    constexpr qint64 kDayMs = 24LL * 3600 * 1000;
    const auto pingInterval = number(parser, QStringLiteral("ping-interval"), 1, kDayMs);
    const auto pingTimeout = number(parser, QStringLiteral("ping-timeout"), 1, kDayMs);
    const auto maxPayload = number(parser, QStringLiteral("max-payload"), 1, kLargestMessage);
    const auto connectTimeout = number(parser, QStringLiteral("connect-timeout"), 1, kDayMs);
    const auto recovery = number(parser, QStringLiteral("recovery"), 0, kDayMs);
    const QByteArray enginePath = parser.value(QStringLiteral("engineio-path")).toUtf8();
    const QByteArray socketIoPath = parser.value(QStringLiteral("socketio-path")).toUtf8();
    const auto isFolder = [](const QByteArray& text) { return text.startsWith('/') && text.endsWith('/'); };
    if (!pingInterval || !pingTimeout || !maxPayload || !connectTimeout || !recovery || !isFolder(enginePath) ||
        !isFolder(socketIoPath))
        return std::nullopt;
    const QByteArray path = parser.value(QStringLiteral("path")).toUtf8();
    if (!port || !workers || !maxMessage || !path.startsWith('/'))
        return std::nullopt;
    return Options{parser.value(QStringLiteral("host")).toUtf8(),
                   path,
                   static_cast<int>(*port),
                   static_cast<int>(*workers),
                   *maxMessage,
                   enginePath,
                   socketIoPath,
                   *pingInterval,
                   *pingTimeout,
                   *maxPayload,
                   *connectTimeout,
                   *recovery};
}

/// The server's defaults without what would stand between a suite and the protocol: rates, pings, a short queue.
Settings settingsFor(const Options& options)
{
    constexpr qint64 kQueuedMessages = 4;
    constexpr qint64 kSmallMessagesBytes = 64 * 1024 * 1024;
    constexpr qint64 kNoPingMs = 24LL * 3600 * 1000;
    Settings settings = defaultSettings();
    settings.server.workers = options.workers;
    settings.network.hosts = {options.host};
    settings.network.port = options.port;
    settings.network.managementHost = "127.0.0.1";
    settings.network.managementPort = 0;
    settings.database.url = "none";
    settings.heartbeat.channelPingMs = kNoPingMs;
    settings.heartbeat.staffPingMs = kNoPingMs;
    settings.transports.socketIo = false; // its place is the echo's
    settings.heartbeat.engineIoPingMs = options.pingIntervalMs;
    settings.heartbeat.engineIoPongMs = options.pingTimeoutMs;
    settings.socketIo.connectTimeoutMs = options.connectTimeoutMs;
    settings.network.corsOrigins = {"*"};
    settings.limits.engineIoPayloadBytes = options.maxPayloadBytes;
    settings.limits.requestBodyBytes = std::max(settings.limits.requestBodyBytes, 2 * options.maxPayloadBytes);
    settings.limits.connections = 0;
    settings.limits.unidentified = 0;
    settings.limits.messagesPerSecond = 0;
    settings.limits.requestsPerSecond = 0;
    settings.limits.outboundQueueBytes = kQueuedMessages * options.maxMessageBytes + kSmallMessagesBytes;
    return settings;
}

} // namespace

int main(int argc, char** argv)
{
    if (sodium_init() < 0)
        return fail(QStringLiteral("libsodium cannot be initialised"));
#ifdef Q_OS_LINUX
    QCoreApplication::setEventDispatcher(new EpollEventDispatcher);
#endif
    QCoreApplication application(argc, argv);
    const auto options = parseOptions(application);
    if (!options)
        return fail(QStringLiteral("an option's value is not allowed; see --help"));
    // A fragment per byte: suites cut messages finer than the server lets its clients.
    const WsLimits limits{options->maxMessageBytes, static_cast<int>(options->maxMessageBytes)};
    LoadedConfig config;
    config.settings = settingsFor(*options);
    const auto engines = std::make_shared<EngineDoors>();
    const auto sockets = std::make_shared<EngineDoors>();
    const auto recovery = std::make_shared<test::EchoRecovery>(options->recoveryMs);
    App app(std::move(config), {}, [&](Router& router) {
        test::addEchoSocket(router, options->path, limits);
        test::addEngineEcho(router, options->enginePath, engines);
        test::addSocketIoEcho(router, options->socketIoPath, sockets, recovery);
    });
    if (const auto started = app.start(); !started)
        return fail(started.error().text());
    const UnixSignals unixSignals({&QCoreApplication::quit, [] {}});
    std::printf("listening on port %d\n", app.port());
    std::fflush(stdout);
    return QCoreApplication::exec();
}
