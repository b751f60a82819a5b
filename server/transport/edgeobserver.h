// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sessionmeta.h"
#include "shared/errors.h"

#include <QtGlobal>

namespace signalbox {

/// Counts what happens at the doors. Called from every worker's thread at once; implemented by the metrics.
class EdgeObserver
{
public:
    virtual ~EdgeObserver() = default;
    virtual void httpAnswered(int status) = 0;
    virtual void authFailed(ErrorCode code) = 0;
    virtual void rateLimited() = 0;
    virtual void closedAsSlow() = 0;
    virtual void resumed(bool recovered) = 0;
    virtual void pingAnswered(qint64 latencyMs) = 0;
    /// One event has left for so many sessions of a worker.
    virtual void delivered(quint64 sessions, qint64 publishToDeliveryMs) = 0;
    virtual void connectionOpened(TransportKind transport) = 0;
    /// An event did not reach a session that should have had it.
    virtual void dispatchFailed(ErrorCode reason) = 0;
};

} // namespace signalbox
