// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/desktop/logfile.h"
#include "console/views/desktop/singleinstance.h"
#include "console/views/window/consoleapp.h"

#include <QApplication>
#include <QTextStream>

#include <cstdio>
#include <cstring>

namespace {

using namespace signalbox::console;

bool has(int argc, char** argv, const char* option)
{
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], option) == 0)
            return true;
    }
    return false;
}

/// Without QApplication, which ends the program where there is no display.
bool answered(int argc, char** argv)
{
    if (has(argc, argv, "--version"))
        std::puts("signalbox-console " SIGNALBOX_VERSION);
    else if (has(argc, argv, "--help"))
        std::fputs(helpText().toUtf8().constData(), stdout);
    else
        return false;
    return true;
}

void readPassword(StartOptions& options)
{
    options.password = qEnvironmentVariable("SIGNALBOX_CONSOLE_PASSWORD");
    qunsetenv("SIGNALBOX_CONSOLE_PASSWORD"); // not for the programs that are started from here
    if (options.readsPassword)
        options.password = QTextStream(stdin).readLine(2048);
}

int run(StartOptions options)
{
    startLogFile(dataFolder());
    startCrashFile(dataFolder());
    SingleInstance instance(dataFolder());
    if (!options.demo && !instance.claim()) {
        if (instance.send(QStringLiteral("raise")))
            return 0;
        std::fputs("Another console is running and does not answer.\n", stderr);
        return 1;
    }
    ConsoleApp console(std::move(options));
    QObject::connect(&instance, &SingleInstance::messageReceived, &console, [&console] { console.raise(); });
    console.start();
    return QApplication::exec();
}

} // namespace

int main(int argc, char** argv)
{
    if (answered(argc, argv))
        return 0;
    QCoreApplication::setOrganizationName(QStringLiteral("Signalbox"));
    QCoreApplication::setApplicationName(QStringLiteral("signalbox-console"));
    QCoreApplication::setApplicationVersion(QStringLiteral(SIGNALBOX_VERSION));
    const QApplication app(argc, argv);
    StartOptions options = parseOptions(QCoreApplication::arguments().mid(1));
    if (!options.wrong.isEmpty()) {
        std::fprintf(stderr, "signalbox-console: unknown option %s; see --help\n", qPrintable(options.wrong));
        return 2;
    }
    readPassword(options);
    return run(std::move(options));
}
