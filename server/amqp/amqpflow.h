// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "amqp/amqpacks.h"
#include "amqp/amqpconnection.h"
#include "core/event.h"
#include "shared/backoff.h"

#include <deque>

namespace signalbox {

/// The messages of one queue between their delivery and their acknowledgement. They are published in their order, in
/// batches, one batch at a time, so that a batch that failed for a time is repeated before anything behind it. A batch
/// that is refused for good is taken apart, until the message that is to blame stands alone. Belongs to one thread.
class AmqpFlow
{
public:
    struct Item
    {
        quint64 tag = 0;
        quint64 life = 0; ///< of the channel; 0: the queue is gone, nothing is to be acknowledged
        Publication event;
        AmqpMessage message;
    };
    enum class After : quint8 {
        ComesAgain, ///< what was not acknowledged will be delivered again
        IsGone,     ///< it will not
    };

    AmqpFlow(RabbitMqQueue from, amqp_channel_t on)
        : queue(std::move(from))
        , channel(on)
    {
    }

    const RabbitMqQueue queue;
    const amqp_channel_t channel;
    AmqpAcks acks;
    bool isConsuming = false;
    QString trouble; ///< why it is not consumed; empty: it is, or has not been tried
    Backoff backoff; ///< of consuming it again
    qint64 dueMs = 0;

    /// Of the channel as it is now.
    quint64 life() const { return m_life; }
    void begin();
    void end(After after);
    void take(Item item) { m_waiting.push_back(std::move(item)); }

    bool isPublishing() const { return !m_publishing.empty(); }
    /// Everything that was taken has been published, or refused.
    bool isIdle() const { return m_waiting.empty() && m_publishing.empty(); }
    /// Waits before the next batch, so long.
    bool isDue(qint64 nowMs) const { return !m_waiting.empty() && m_publishing.empty() && nowMs >= m_retryMs; }
    /// 0: nothing waits for a time to come.
    qint64 retryMs() const { return m_waiting.empty() || !m_publishing.empty() ? 0 : m_retryMs; }
    /// The next batch, in order.
    std::vector<Publication> nextBatch();
    /// What became of it. Gives the message that can never be published, if it is that.
    std::optional<Item> batchDone(const Result<void>& outcome, qint64 nowMs);
    /// Publishes nothing more.
    void giveUpWaiting() { m_waiting.clear(); }

private:
    bool isOfThisLife(const Item& item) const { return item.life == m_life || item.life == 0; }
    void putBack();

    quint64 m_life = 0;
    quint64 m_lives = 0;
    std::deque<Item> m_waiting;
    std::vector<Item> m_publishing;
    size_t m_oneByOne = 0; ///< so many of m_waiting go alone
    qint64 m_retryMs = 0;
    qint64 m_delayMs = 0;
};

} // namespace signalbox
