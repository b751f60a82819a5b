// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace signalbox::bench {

class IoHandler
{
public:
    virtual ~IoHandler() = default;
    virtual void onIo(uint32_t events) = 0;
};

// A level-triggered epoll set with one wake-up time. One thread. A handler must outlive the turn in which its
// descriptor was removed.
class Loop
{
public:
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    bool add(int fd, uint32_t events, IoHandler* handler);
    void change(int fd, uint32_t events, IoHandler* handler);
    void remove(int fd);

    // Waits for events, at the latest until `untilNs` (nowNs' clock), and handles one batch of them.
    void turn(int64_t untilNs);

    // Receive buffer shared by the connections of this loop; its contents last until the next read.
    std::vector<char>& scratch() { return m_scratch; }

private:
    void wakeAt(int64_t atNs);

    int m_epoll = -1;
    int m_timer = -1;
    int64_t m_wakeAt = 0;
    std::vector<char> m_scratch;
};

} // namespace signalbox::bench
