// SPDX-License-Identifier: GPL-3.0-or-later
#include "loop.h"

#include "clock.h"

#include <array>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace signalbox::bench {

namespace {

constexpr size_t kScratchBytes = 256 * 1024;
constexpr int kBatch = 512;

} // namespace

Loop::Loop()
    : m_epoll(epoll_create1(EPOLL_CLOEXEC))
    , m_timer(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC))
    , m_scratch(kScratchBytes)
{
    epoll_event event{};
    event.events = EPOLLIN;
    epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_timer, &event);
}

Loop::~Loop()
{
    ::close(m_timer);
    ::close(m_epoll);
}

bool Loop::add(int fd, uint32_t events, IoHandler* handler)
{
    epoll_event event{};
    event.events = events;
    event.data.ptr = handler;
    return epoll_ctl(m_epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

void Loop::change(int fd, uint32_t events, IoHandler* handler)
{
    epoll_event event{};
    event.events = events;
    event.data.ptr = handler;
    epoll_ctl(m_epoll, EPOLL_CTL_MOD, fd, &event);
}

void Loop::remove(int fd)
{
    epoll_ctl(m_epoll, EPOLL_CTL_DEL, fd, nullptr);
}

void Loop::wakeAt(int64_t atNs)
{
    if (atNs == m_wakeAt)
        return;
    m_wakeAt = atNs;
    itimerspec when{};
    when.it_value.tv_sec = atNs / kSecond;
    when.it_value.tv_nsec = atNs % kSecond;
    timerfd_settime(m_timer, TFD_TIMER_ABSTIME, &when, nullptr);
}

void Loop::turn(int64_t untilNs)
{
    const bool wait = untilNs > nowNs();
    if (wait)
        wakeAt(untilNs);
    std::array<epoll_event, kBatch> events;
    const int count = epoll_wait(m_epoll, events.data(), kBatch, wait ? -1 : 0);
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<size_t>(i)];
        if (event.data.ptr) {
            static_cast<IoHandler*>(event.data.ptr)->onIo(event.events);
        } else {
            uint64_t expirations = 0;
            if (::read(m_timer, &expirations, sizeof expirations) > 0)
                m_wakeAt = 0;
        }
    }
}

} // namespace signalbox::bench
