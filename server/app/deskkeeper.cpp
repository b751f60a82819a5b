// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/deskkeeper.h"

#include "desk/handoffexpiry.h"
#include "desk/typing.h"

namespace signalbox {

namespace {

constexpr int kHandoffsEveryMs = 500;
constexpr int kTypingEveryMs = 250;
constexpr int kTokensEveryMs = 3'600'000;

void nobodyWaits(const Result<void>&) {}

} // namespace

DeskKeeper::DeskKeeper(StoreThread& writer, TypingBoard& typing, const Clock& clock, const DeskSettings& settings)
    : m_writer(writer)
    , m_typing(typing)
    , m_clock(clock)
    , m_settings(settings)
{
    m_handoffTimer.callOnTimeout(&m_handoffTimer, [this] { expireHandoffs(); });
    m_typingTimer.callOnTimeout(&m_typingTimer, [this] { endTyping(m_typing, m_writer, m_clock.steadyMs()); });
    m_tokenTimer.callOnTimeout(&m_tokenTimer, [this] {
        m_writer.post(
            [](DeskTransaction& transaction) -> Result<void> {
                transaction.operators().deleteTokensExpiredBefore(transaction.nowMs());
                return {};
            },
            nobodyWaits);
    });
}

void DeskKeeper::start()
{
    m_writer.post(
        [leaseMs = m_settings.leaseMs](DeskTransaction& transaction) -> Result<void> {
            const auto extended = extendLeases(transaction, leaseMs);
            return extended ? Result<void>() : Result<void>(extended.error());
        },
        nobodyWaits);
    m_handoffTimer.start(kHandoffsEveryMs);
    m_typingTimer.start(kTypingEveryMs);
    m_tokenTimer.start(kTokensEveryMs);
}

/// One at a time: a database that is slow is not asked again before it has answered.
void DeskKeeper::expireHandoffs()
{
    if (m_expiring->exchange(true))
        return;
    m_writer.post(
        [answerMs = m_settings.answerMs](DeskTransaction& transaction) -> Result<void> {
            const auto expired = signalbox::expireHandoffs(transaction, answerMs);
            return expired ? Result<void>() : Result<void>(expired.error());
        },
        [expiring = m_expiring](const Result<void>&) { expiring->store(false); });
}

} // namespace signalbox
