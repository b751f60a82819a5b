// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "amqp/amqpdeadletters.h"
#include "amqp/amqpflow.h"
#include "amqp/amqpsource.h"
#include "amqp/amqpsuspects.h"

#include <atomic>

namespace signalbox {

/// What the core thread has to say to the source's. Any thread.
class AmqpInbox
{
public:
    struct Outcome
    {
        size_t flow = 0;
        Result<void> result;
    };

    AmqpInbox();
    ~AmqpInbox();
    Q_DISABLE_COPY_MOVE(AmqpInbox)

    void post(Outcome outcome);
    void wake();
    std::vector<Outcome> take();
    /// Until something was posted, the socket (-1: none) can be read, or the time is over.
    void wait(int socket, qint64 ms);

private:
    const int m_wakeFd;
    std::mutex m_mutex;
    std::vector<Outcome> m_outcomes;
};

/// The source's thread. Everything but the inbox, the breakers and the ways to end is its alone.
class AmqpSource::Loop
{
public:
    Loop(const Catalog& catalog, Settings settings, Calls calls);

    void run();
    void finish(); ///< any thread
    void abort();  ///< any thread
    /// run() has nothing more to do; any thread.
    bool hasEnded() const { return m_hasEnded; }

private:
    enum class Ending : quint8 { None, Finishing, Aborting };

    bool connect();
    void disconnect(const QString& why);
    void turn();
    void finishUp();
    void takeOutcomes();
    Result<void> openFlows();
    Result<void> openFlow(AmqpFlow& flow);
    Result<void> consume(const AmqpFlow& flow);
    Result<void> receive();
    Result<void> handle(const amqp_frame_t& frame);
    void deliver(AmqpMessage message);
    void take(size_t index, AmqpFlow::Item item);
    bool mayTrySuspect() const;
    void trySuspect();
    void refuse(size_t index, AmqpFlow::Item item, const Error& why);
    void publish(size_t index);
    void flushDeadLetters();
    Result<void> acknowledge();
    void closeFlow(size_t index, const QString& trouble, AmqpFlow::After after);
    AmqpFlow* flowOf(amqp_channel_t channel);
    void tellState();
    qint64 waitMs() const;
    Ending ending() const { return m_ending.load(std::memory_order_relaxed); }

    const Settings m_settings;
    const Calls m_calls;
    AmqpDecoder m_decoder;
    AmqpBreaker m_breaker;
    AmqpBreaker m_deadBreaker;
    const std::shared_ptr<AmqpInbox> m_inbox = std::make_shared<AmqpInbox>();
    std::atomic<Ending> m_ending{Ending::None};
    std::atomic<bool> m_hasEnded = false;
    std::vector<std::unique_ptr<AmqpFlow>> m_flows;
    AmqpDeadLetters m_dead;
    AmqpSuspects m_suspects;
    std::unique_ptr<AmqpConnection> m_connection;
    Backoff m_backoff;
    qint64 m_dueMs = 0;
    QString m_trouble;
    std::optional<State> m_told;
};

} // namespace signalbox
