// SPDX-License-Identifier: GPL-3.0-or-later
#include "amqp/amqpflow.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr size_t kEventsPerBatch = 100;
constexpr qsizetype kBytesPerBatch = 4 << 20;
constexpr qint64 kFirstDelayMs = 50;
constexpr qint64 kLongestDelayMs = 2000;

} // namespace

void AmqpFlow::begin()
{
    m_life = ++m_lives;
    acks.reset();
    isConsuming = true;
    trouble.clear();
    backoff.reset();
}

void AmqpFlow::end(After after)
{
    if (after == After::ComesAgain) {
        std::erase_if(m_waiting, [](const Item& item) { return item.life != 0; });
        m_oneByOne = std::min(m_oneByOne, m_waiting.size());
    } else {
        for (Item& item : m_waiting)
            item.life = 0;
        for (Item& item : m_publishing)
            item.life = 0;
    }
    isConsuming = false;
    m_life = ++m_lives;
    acks.reset();
}

std::vector<Publication> AmqpFlow::nextBatch()
{
    std::vector<Publication> events;
    qsizetype bytes = 0;
    const size_t most = m_oneByOne > 0 ? 1 : kEventsPerBatch;
    while (!m_waiting.empty() && events.size() < most && bytes < kBytesPerBatch) {
        events.push_back(m_waiting.front().event);
        bytes += events.back().data.size();
        m_publishing.push_back(std::move(m_waiting.front()));
        m_waiting.pop_front();
    }
    if (m_oneByOne > 0)
        --m_oneByOne;
    return events;
}

std::optional<AmqpFlow::Item> AmqpFlow::batchDone(const Result<void>& outcome, qint64 nowMs)
{
    if (outcome) {
        for (const Item& item : m_publishing) {
            if (item.life == m_life)
                acks.settle(item.tag);
        }
        m_publishing.clear();
        m_delayMs = 0;
        return std::nullopt;
    }
    if (outcome.error().code == ErrorCode::Unavailable) {
        m_delayMs = std::clamp(m_delayMs * 2, kFirstDelayMs, kLongestDelayMs);
        m_retryMs = nowMs + m_delayMs;
        putBack();
        return std::nullopt;
    }
    if (m_publishing.size() > 1) {
        const size_t before = m_waiting.size();
        putBack();
        m_oneByOne = m_waiting.size() - before;
        return std::nullopt;
    }
    std::optional<Item> refused;
    if (!m_publishing.empty() && isOfThisLife(m_publishing.front()))
        refused = std::move(m_publishing.front());
    m_publishing.clear();
    return refused;
}

void AmqpFlow::putBack()
{
    for (auto item = m_publishing.rbegin(); item != m_publishing.rend(); ++item) {
        if (isOfThisLife(*item))
            m_waiting.push_front(std::move(*item));
    }
    m_publishing.clear();
}

} // namespace signalbox
