// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "amqp/amqpdecoder.h"
#include "shared/result.h"

#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace signalbox {

/// Consumes queues of RabbitMQ on a thread of its own and has what comes published. A message is acknowledged when the
/// broker has its event, or when the dead-letter exchange has what cannot become one: nothing is lost, and what was
/// published and not acknowledged comes again and is known by its message id (without one it is published twice). The
/// events of a queue are published in its order; the order between queues is not kept. While the broker is unavailable
/// messages wait, unacknowledged, at most `prefetch` of each queue.
///
/// A queue that cannot be consumed is tried again, and the others go on; so is a connection that is lost. Several
/// servers may consume the same queues: each message is one server's.
///
/// All calls are for the core thread.
class AmqpSource
{
public:
    struct Settings
    {
        AmqpConnection::Options connection;
        std::vector<RabbitMqQueue> queues;
        bool isDeclaring = true; ///< queues, bindings and the dead-letter queue are made when they are missing
        QByteArray deadLetter;   ///< exchange and queue
        int prefetch = 200;
        int maxDeliveries = 5; ///< of a message that ends the server each time; see AmqpSuspects
        AmqpDecoder::Settings decoder;
    };
    struct State
    {
        bool isConnected = false;
        QString trouble;             ///< why not
        std::vector<QString> queues; ///< why each is not consumed, empty when it is; in the order of the settings
        QString deadLetters;         ///< why they are not stored, or empty

        bool operator==(const State&) const = default;
    };
    using Done = std::function<void(const Result<void>&)>;
    struct Calls
    {
        /// Runs the task on the core thread, in the order of the calls; any thread.
        std::function<void(std::function<void()>)> toCore;
        // On the core thread:
        /// All of the events, in order, or none. `done` is for the core thread, once, sooner or later.
        std::function<void(std::vector<Publication> events, Done done)> publish;
        std::function<void(const State&)> stateChanged;
        /// A message of the queue goes to the dead letters.
        std::function<void(const QByteArray& queue, const Error& why)> refused;
    };

    /// The catalogue outlives the source.
    AmqpSource(const Catalog& catalog, Settings settings, Calls calls);
    ~AmqpSource(); ///< ends at once; what is not acknowledged stays in RabbitMQ

    void start();
    /// Takes nothing new, acknowledges what is being published, ends; does not wait for it.
    void finish();
    /// It takes, publishes and acknowledges nothing any more; soon after finish().
    bool hasFinished() const;

private:
    class Loop;
    std::unique_ptr<Loop> m_loop;
    std::thread m_thread;
};

} // namespace signalbox
