// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/settings.h"
#include "desk/storethread.h"
#include "desk/typingboard.h"

#include <QTimer>

namespace signalbox {

/// What the desk does by the passing of time: leases and unanswered claims go back to the queue, typing ends, spent
/// refresh tokens are forgotten. Lives on the core thread; asks the store.
class DeskKeeper
{
public:
    /// Everything outlives the keeper.
    DeskKeeper(StoreThread& writer, TypingBoard& typing, const Clock& clock, const DeskSettings& settings);

    /// No lease ends because nobody could renew it while the server was away.
    void start();
    void setSettings(const DeskSettings& settings) { m_settings = settings; }

private:
    void expireHandoffs();

    StoreThread& m_writer;
    TypingBoard& m_typing;
    const Clock& m_clock;
    DeskSettings m_settings;
    std::shared_ptr<std::atomic<bool>> m_expiring = std::make_shared<std::atomic<bool>>(false);
    QTimer m_handoffTimer;
    QTimer m_typingTimer;
    QTimer m_tokenTimer;
};

} // namespace signalbox
