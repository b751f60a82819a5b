// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sessiondrain.h"

#include <algorithm>
#include <random>

namespace signalbox {

namespace {

constexpr int kDrainStepMs = 50;
constexpr int kFlushMs = 500;
constexpr int kBusyMs = 3000;

} // namespace

SessionDrain::SessionDrain(SessionRegistry& registry, Close close, IsBusy isBusy)
    : m_registry(registry)
    , m_close(std::move(close))
    , m_isBusy(std::move(isBusy))
{
    m_timer.callOnTimeout(&m_timer, [this] { step(); });
}

bool SessionDrain::begin(qint64 ms, std::function<void()> done)
{
    if (done)
        m_done = std::move(done);
    if (m_hasBegun) {
        if (!m_timer.isActive() && m_done)
            m_done();
        return false;
    }
    m_hasBegun = true;
    m_left = m_registry.sessions();
    std::shuffle(m_left.begin(), m_left.end(), std::mt19937(std::random_device()()));
    const auto steps = static_cast<size_t>(std::max<qint64>(1, ms / kDrainStepMs));
    m_perStep = m_left.size() / steps + 1;
    m_flushStepsLeft = kFlushMs / kDrainStepMs;
    m_busyStepsLeft = kBusyMs / kDrainStepMs;
    m_timer.start(kDrainStepMs);
    return true;
}

bool SessionDrain::isWaiting()
{
    const bool isFlushing = m_registry.count() > 0 && --m_flushStepsLeft > 0;
    const bool isBusy = m_isBusy() && --m_busyStepsLeft > 0;
    return isFlushing || isBusy;
}

void SessionDrain::step()
{
    for (size_t i = 0; i < m_perStep && !m_left.empty(); ++i) {
        m_close(*m_left.back(), ErrorCode::GoingAway);
        m_left.pop_back();
    }
    if (!m_left.empty())
        return;
    m_registry.closeAll(ErrorCode::GoingAway); // those that were being admitted when the drain began
    if (isWaiting())
        return;
    m_timer.stop();
    if (m_done)
        m_done();
}

} // namespace signalbox
