// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/desktop/logfile.h"

#include <QDir>
#include <QFile>

#include <array>
#include <cstring>
#include <exception>

#ifdef Q_OS_UNIX
#include <csignal>
#include <execinfo.h>
#include <fcntl.h>
#include <unistd.h>
#endif

namespace signalbox::console {

namespace {

QString fileIn(const QString& folder)
{
    return folder + QStringLiteral("/crash.txt");
}

#ifdef Q_OS_UNIX

std::array<char, 4096> thePath{};             // signal handlers may not allocate
alignas(16) std::array<char, 65536> theStack; // a stack overflow leaves none

void say(int file, const char* text)
{
    [[maybe_unused]] const ssize_t written = ::write(file, text, std::strlen(text));
}

void record(int signal)
{
    const int file = ::open(thePath.data(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
    if (file >= 0) {
        const char digits[] = {static_cast<char>('0' + signal / 10), static_cast<char>('0' + signal % 10), '\n', '\0'};
        say(file, "signalbox-console ended by signal ");
        say(file, digits);
        std::array<void*, 64> frames{};
        const int count = ::backtrace(frames.data(), static_cast<int>(frames.size()));
        ::backtrace_symbols_fd(frames.data(), count, file);
        ::close(file);
    }
    ::raise(signal); // SA_RESETHAND has put the usual end back
}

void watchSignals()
{
    std::array<void*, 2> warm{};
    ::backtrace(warm.data(), 2); // loads what it needs now rather than in the handler
    stack_t stack{};
    stack.ss_sp = theStack.data();
    stack.ss_size = theStack.size();
    ::sigaltstack(&stack, nullptr);
    struct sigaction action = {};
    action.sa_handler = record;
    action.sa_flags = SA_ONSTACK | SA_RESETHAND | SA_NODEFER;
    for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL})
        ::sigaction(signal, &action, nullptr);
}

#endif

} // namespace

void startCrashFile(const QString& folder)
{
    QDir().mkpath(folder);
#ifdef Q_OS_UNIX
    const QByteArray path = QFile::encodeName(fileIn(folder));
    if (path.size() + 1 > static_cast<qsizetype>(thePath.size()))
        return;
    std::copy(path.begin(), path.end(), thePath.begin());
    watchSignals();
#endif
}

QString takeCrashReport(const QString& folder)
{
    QFile file(fileIn(folder));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString report = QString::fromUtf8(file.read(64 * 1024));
    file.close();
    const QString old = folder + QStringLiteral("/crash.old.txt");
    QFile::remove(old);
    QFile::rename(file.fileName(), old);
    return report;
}

} // namespace signalbox::console
