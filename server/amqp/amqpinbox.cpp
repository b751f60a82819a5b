// SPDX-License-Identifier: GPL-3.0-or-later
#include "amqp/amqploop.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

namespace signalbox {

AmqpInbox::AmqpInbox()
    : m_wakeFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
}

AmqpInbox::~AmqpInbox()
{
    ::close(m_wakeFd);
}

void AmqpInbox::post(Outcome outcome)
{
    {
        const std::lock_guard lock(m_mutex);
        m_outcomes.push_back(std::move(outcome));
    }
    wake();
}

void AmqpInbox::wake()
{
    const quint64 one = 1;
    [[maybe_unused]] const auto written = ::write(m_wakeFd, &one, sizeof one);
}

std::vector<AmqpInbox::Outcome> AmqpInbox::take()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_outcomes, {});
}

void AmqpInbox::wait(int socket, qint64 ms)
{
    pollfd sources[2]{{m_wakeFd, POLLIN, 0}, {socket, POLLIN, 0}};
    ::poll(sources, socket < 0 ? 1 : 2, static_cast<int>(std::clamp<qint64>(ms, 0, 60'000)));
    quint64 count = 0;
    [[maybe_unused]] const auto read = ::read(m_wakeFd, &count, sizeof count);
}

} // namespace signalbox
