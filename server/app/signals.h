// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSocketNotifier>

#include <functional>
#include <memory>

namespace signalbox {

/// SIGTERM, SIGINT and SIGHUP as calls from the event loop (the self-pipe trick). One per process, on the main thread;
/// SIGPIPE and SIGXFSZ are ignored while it lives: writing fails instead.
class UnixSignals
{
public:
    struct Handlers
    {
        std::function<void()> terminate; ///< SIGTERM, SIGINT
        std::function<void()> reload;    ///< SIGHUP
    };

    explicit UnixSignals(Handlers handlers);
    ~UnixSignals();
    UnixSignals(const UnixSignals&) = delete;
    UnixSignals& operator=(const UnixSignals&) = delete;

private:
    void received();

    const Handlers m_handlers;
    int m_pipe[2] = {-1, -1};
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace signalbox
