// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sessionregistry.h"

#include <QTimer>

#include <functional>
#include <vector>

namespace signalbox {

/// Ends all sessions with GoingAway, spread over a time so that their clients do not come back all at once, and waits
/// for what else has yet to end. Core thread.
class SessionDrain
{
public:
    using Close = std::function<void(const SessionMeta& meta, ErrorCode why)>;

    using IsBusy = std::function<bool()>;

    /// The registry outlives it.
    SessionDrain(SessionRegistry& registry, Close close, IsBusy isBusy);

    /// `done` (may be empty) is called when all have gone and nothing is busy, or have had the time to; the last one
    /// given counts. A second call hastens nothing, and says false.
    bool begin(qint64 ms, std::function<void()> done);

private:
    void step();
    bool isWaiting();

    SessionRegistry& m_registry;
    const Close m_close;
    const IsBusy m_isBusy;
    QTimer m_timer;
    std::vector<SessionMetaPtr> m_left;
    size_t m_perStep = 1;
    int m_flushStepsLeft = 0;
    int m_busyStepsLeft = 0;
    bool m_hasBegun = false;
    std::function<void()> m_done;
};

} // namespace signalbox
