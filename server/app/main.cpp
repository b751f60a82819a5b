// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/app.h"
#include "app/authsetup.h"
#include "app/operatorcommand.h"
#include "app/signals.h"
#include "auth/passwords.h"
#include "config/commandline.h"
#include "config/configprinter.h"
#include "config/logging.h"
#include "net/epolleventdispatcher.h"

#include <QCoreApplication>
#include <QFile>

#include <cstdio>

#include <sodium.h>

using namespace signalbox;

namespace {

int print(FILE* to, const QByteArray& text, int exitCode)
{
    std::fwrite(text.constData(), 1, static_cast<size_t>(text.size()), to);
    return exitCode;
}

int printToken(const LoadedConfig& config, const TokenRequest& request)
{
    const auto token = mintToken(config.settings, request);
    if (!token)
        return print(stderr, "error: " + token.error().text().toUtf8() + '\n', 1);
    return print(stdout, *token + '\n', 0);
}

/// The first line of standard input.
QByteArray readPassword()
{
    QFile input;
    if (!input.open(stdin, QIODevice::ReadOnly))
        return {};
    QByteArray line = input.readLine(kLongestPassword + 2);
    while (line.endsWith('\n') || line.endsWith('\r'))
        line.chop(1);
    return line;
}

int runOperator(int argc, char** argv, const LoadedConfig& config, const OperatorRequest& request)
{
    const QCoreApplication application(argc, argv); // the database's drivers are plugins
    const SystemClock clock;
    const auto said = runOperatorCommand(config.settings, request, clock, readPassword);
    if (!said)
        return print(stderr, "error: " + said.error().text().toUtf8() + '\n', 1);
    return print(stdout, *said, 0);
}

int serve(int argc, char** argv, LoadedConfig config, const ConfigInput& input)
{
    auto logging = Logging::start(config.settings.logging);
    if (!logging)
        return print(stderr, "error: " + logging.error().text().toUtf8() + '\n', 1);
    for (const ConfigProblem& warning : config.warnings)
        qCWarning(logConfig).noquote() << warning.text();
#ifdef Q_OS_LINUX
    QCoreApplication::setEventDispatcher(new EpollEventDispatcher);
#endif
    QCoreApplication application(argc, argv);
    App app(std::move(config), [&](const LoadedConfig& running) {
        ReloadedConfig reloaded = reloadConfig(running, input);
        (*logging)->setLevel(reloaded.config.settings.logging.level, reloaded.config.settings.logging.rules);
        (*logging)->reopenFile();
        return reloaded;
    });
    if (const auto started = app.start(); !started) {
        qCCritical(logApp).noquote() << started.error().text();
        return 1;
    }
    UnixSignals unixSignals({[&app] { app.drain([] { QCoreApplication::quit(); }); }, [&app] { app.reload(); }});
    qCInfo(logApp) << "listening on port" << app.port() << "management on port" << app.managementPort();
    return QCoreApplication::exec();
}

} // namespace

int main(int argc, char** argv)
{
    if (sodium_init() < 0)
        return print(stderr, "error: libsodium cannot be initialised\n", 1);
    QByteArrayList arguments;
    for (int i = 1; i < argc; ++i)
        arguments.append(argv[i]);
    const CommandLine command = parseCommandLine(arguments);
    if (!command.problems.isEmpty())
        return print(stderr, problemLines(command.problems), 2);
    if (command.command == CommandLine::Help)
        return print(stdout, helpText(), 0);
    if (command.command == CommandLine::Version)
        return print(stdout, versionText(SIGNALBOX_VERSION), 0);
    if (command.command == CommandLine::PrintExample)
        return print(stdout, exampleConfig(), 0);
    const bool onlyLooks = command.command == CommandLine::CheckConfig || command.command == CommandLine::PrintConfig;
    const ConfigInput input{command.assignments, processEnvironment(), !onlyLooks};
    LoadedConfig config = loadConfig(input);
    if (command.command == CommandLine::PrintConfig)
        return print(stdout, printedConfig(config), checkExitCode(config));
    if (command.command == CommandLine::CheckConfig)
        return print(stdout, checkedConfig(config), checkExitCode(config));
    if (!config.ok())
        return print(stderr, problemLines(config.problems), 1);
    if (command.command == CommandLine::Token)
        return printToken(config, command.token);
    if (command.command == CommandLine::Operator)
        return runOperator(argc, argv, config, command.person);
    return serve(argc, argv, std::move(config), input);
}
