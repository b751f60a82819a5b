// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "amqp/amqpconnection.h"
#include "shared/backoff.h"

#include <deque>
#include <set>

namespace signalbox {

/// A message that cannot become an event, on its way to the dead-letter exchange.
struct AmqpDeadLetter
{
    AmqpMessage message;
    QByteArray queue; ///< it came from
    Error reason;
    size_t flow = 0;         ///< whose it is,
    quint64 life = 0;        ///< in which life of the channel (0: in none that is left),
    quint64 deliveryTag = 0; ///< under which tag
};

/// Publishes dead letters with confirms, on a connection of its own: RabbitMQ blocks those that publish when it is
/// short of memory or disk. Connects when there is one to publish, disconnects when it has been idle. Body and
/// properties stay as they were, without `x-delivery-count`; the headers `x-signalbox-reason`, `-detail`, `-field`,
/// `-queue`, `-exchange`, `-routing-key` and `-redelivered` are added. The routing key is the queue's name. Belongs to
/// one thread.
class AmqpDeadLetters
{
public:
    struct Settings
    {
        AmqpConnection::Options connection;
        QByteArray name;         ///< of the exchange and of its queue
        bool isDeclaring = true; ///< makes both when they are missing
    };

    AmqpDeadLetters(Settings settings, AmqpBreaker& breaker);

    void add(AmqpDeadLetter letter);
    /// Of messages that wait; they are kept whole.
    size_t waitingBytes() const { return m_bytes; }
    bool isEmpty() const { return m_letters.empty(); }
    /// The channel of these has ended, and they will be delivered again.
    void forget(size_t flow);
    /// The queue of these is gone: they will not.
    void orphan(size_t flow);

    /// Publishes what waits and waits for RabbitMQ to have it. Gives those that it has, without their messages; the
    /// rest stays and is due again later.
    std::vector<AmqpDeadLetter> flush(qint64 nowMs);
    /// When flush() makes sense again.
    qint64 dueMs() const { return m_dueMs; }
    /// Why the last one failed; empty: it did not.
    const QString& trouble() const { return m_trouble; }
    /// Ends an idle connection.
    void closeIdle(qint64 nowMs);

private:
    Result<void> connect();
    Result<std::vector<AmqpDeadLetter>> publishAll();
    Result<void> publishOne(const AmqpDeadLetter& letter);
    Result<void> awaitConfirms();
    Result<void> handle(const amqp_frame_t& frame);

    const Settings m_settings;
    AmqpBreaker& m_breaker;
    std::unique_ptr<AmqpConnection> m_connection;
    std::deque<AmqpDeadLetter> m_letters;
    size_t m_bytes = 0;
    quint64 m_published = 0;         ///< on this connection
    std::set<quint64> m_unconfirmed; ///< of them
    bool m_isReturned = false;
    Backoff m_backoff;
    qint64 m_dueMs = 0;
    qint64 m_usedMs = 0;
    QString m_trouble;
};

} // namespace signalbox
