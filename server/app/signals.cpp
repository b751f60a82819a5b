// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/signals.h"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace signalbox {

namespace {

volatile std::sig_atomic_t s_pipeEnd = -1;

void noteSignal(int number)
{
    const int saved = errno;
    const auto byte = static_cast<char>(number);
    if (const int fd = s_pipeEnd; fd >= 0) [[maybe_unused]]
        const ssize_t written = write(fd, &byte, 1);
    errno = saved;
}

constexpr std::array kSignals{SIGTERM, SIGINT, SIGHUP};

} // namespace

UnixSignals::UnixSignals(Handlers handlers)
    : m_handlers(std::move(handlers))
{
    if (pipe2(m_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
        qFatal("No pipe for signals.");
    s_pipeEnd = m_pipe[1];
    m_notifier = std::make_unique<QSocketNotifier>(m_pipe[0], QSocketNotifier::Read);
    QObject::connect(m_notifier.get(), &QSocketNotifier::activated, m_notifier.get(), [this] { received(); });
    struct sigaction action = {};
    action.sa_handler = noteSignal;
    action.sa_flags = SA_RESTART;
    for (const int number : kSignals)
        sigaction(number, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
}

UnixSignals::~UnixSignals()
{
    for (const int number : kSignals)
        std::signal(number, SIG_DFL);
    s_pipeEnd = -1;
    m_notifier.reset();
    close(m_pipe[0]);
    close(m_pipe[1]);
}

void UnixSignals::received()
{
    char number = 0;
    while (read(m_pipe[0], &number, 1) == 1) {
        if (number == SIGHUP)
            m_handlers.reload();
        else
            m_handlers.terminate();
    }
}

} // namespace signalbox
