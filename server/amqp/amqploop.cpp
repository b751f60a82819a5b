// SPDX-License-Identifier: GPL-3.0-or-later
#include "amqp/amqploop.h"

#include <QDeadlineTimer>

#include <algorithm>
#include <chrono>

namespace signalbox {

namespace {

constexpr int kMessagesPerTurn = 512;
constexpr size_t kDeadBytes = 16 << 20; // are stored before more is read
constexpr int kFinishMs = 2000;

qint64 nowMs()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

AmqpDeadLetters::Settings deadLetterSettings(const AmqpSource::Settings& settings)
{
    return {settings.connection, settings.deadLetter, settings.isDeclaring};
}

QString queueTrouble(const Error& error)
{
    return error.code == ErrorCode::Conflict
               ? error.text() + QStringLiteral(" (SIGNALBOX_RABBITMQ_DECLARE=false takes a queue as it is)")
               : error.text();
}

} // namespace

AmqpSource::Loop::Loop(const Catalog& catalog, Settings settings, Calls calls)
    : m_settings(std::move(settings))
    , m_calls(std::move(calls))
    , m_decoder(catalog, m_settings.decoder)
    , m_dead(deadLetterSettings(m_settings), m_deadBreaker)
    , m_suspects(m_settings.maxDeliveries)
{
    for (const RabbitMqQueue& queue : m_settings.queues)
        m_flows.push_back(std::make_unique<AmqpFlow>(queue, static_cast<amqp_channel_t>(m_flows.size() + 1)));
}

void AmqpSource::Loop::finish()
{
    Ending none = Ending::None;
    m_ending.compare_exchange_strong(none, Ending::Finishing);
    m_inbox->wake();
}

void AmqpSource::Loop::abort()
{
    m_ending = Ending::Aborting;
    m_breaker.breakOff();
    m_deadBreaker.breakOff();
    m_inbox->wake();
}

void AmqpSource::Loop::run()
{
    while (ending() == Ending::None) {
        takeOutcomes();
        if (m_connection || (nowMs() >= m_dueMs && connect()))
            turn();
        tellState();
        m_dead.closeIdle(nowMs());
        if (ending() != Ending::None)
            break;
        if (!m_connection)
            m_inbox->wait(-1, m_dueMs - nowMs());
        else if (!m_connection->hasBuffered())
            m_inbox->wait(m_connection->socket(), waitMs());
    }
    if (ending() == Ending::Finishing)
        finishUp();
    m_connection.reset();
    m_hasEnded = true;
}

/// What is with the broker is acknowledged when that has it; what is not goes back to its queue.
void AmqpSource::Loop::finishUp()
{
    const QDeadlineTimer deadline(kFinishMs);
    for (const auto& flow : m_flows)
        flow->giveUpWaiting();
    const auto isPublishing = [](const auto& flow) { return flow->isPublishing(); };
    while (ending() == Ending::Finishing && !deadline.hasExpired() &&
           std::any_of(m_flows.begin(), m_flows.end(), isPublishing)) {
        m_inbox->wait(-1, deadline.remainingTime());
        takeOutcomes();
        for (const auto& flow : m_flows)
            flow->giveUpWaiting();
    }
    if (m_connection) [[maybe_unused]]
        const auto acknowledged = acknowledge();
}

bool AmqpSource::Loop::connect()
{
    auto opened = AmqpConnection::open(m_settings.connection, m_breaker);
    if (!opened) {
        disconnect(opened.error().text());
        return false;
    }
    m_connection = std::move(*opened);
    m_backoff.reset();
    m_trouble.clear();
    for (const auto& flow : m_flows)
        flow->dueMs = 0;
    return true;
}

void AmqpSource::Loop::disconnect(const QString& why)
{
    m_connection.reset();
    m_trouble = why;
    m_dueMs = nowMs() + m_backoff.nextDelayMs();
    for (size_t i = 0; i < m_flows.size(); ++i) {
        m_flows[i]->end(AmqpFlow::After::ComesAgain);
        m_dead.forget(i);
        m_suspects.forget(i);
    }
}

void AmqpSource::Loop::turn()
{
    Result<void> worked = openFlows();
    if (worked)
        worked = receive();
    if (worked) {
        for (size_t i = 0; i < m_flows.size(); ++i)
            publish(i);
        flushDeadLetters();
        worked = acknowledge();
    }
    if (worked)
        trySuspect();
    if (!worked)
        disconnect(worked.error().text());
}

void AmqpSource::Loop::takeOutcomes()
{
    for (const AmqpInbox::Outcome& outcome : m_inbox->take()) {
        AmqpFlow& flow = *m_flows[outcome.flow];
        if (auto refused = flow.batchDone(outcome.result, nowMs()))
            refuse(outcome.flow, std::move(*refused), outcome.result.error());
    }
}

/// An Error ends the connection.
Result<void> AmqpSource::Loop::openFlows()
{
    for (const auto& flow : m_flows) {
        if (flow->isConsuming || nowMs() < flow->dueMs)
            continue;
        if (auto opened = openFlow(*flow); !opened)
            return opened;
    }
    return {};
}

Result<void> AmqpSource::Loop::openFlow(AmqpFlow& flow)
{
    if (auto channel = m_connection->openChannel(flow.channel); !channel)
        return channel;
    auto consuming = consume(flow);
    if (consuming) {
        flow.begin();
        return {};
    }
    if (consuming.error().code == ErrorCode::Unavailable)
        return consuming;
    flow.trouble = queueTrouble(consuming.error());
    flow.dueMs = nowMs() + flow.backoff.nextDelayMs();
    return {};
}

Result<void> AmqpSource::Loop::consume(const AmqpFlow& flow)
{
    if (m_settings.isDeclaring) {
        if (auto declared = m_connection->declareQueue(flow.channel, flow.queue.name, false); !declared)
            return declared;
        for (const RabbitMqBinding& binding : flow.queue.bindings) {
            if (auto bound = m_connection->bindQueue(flow.channel, flow.queue.name, binding); !bound)
                return bound;
        }
    }
    return m_connection->consume(flow.channel, flow.queue.name, m_settings.prefetch);
}

Result<void> AmqpSource::Loop::receive()
{
    for (int i = 0; i < kMessagesPerTurn && m_dead.waitingBytes() < kDeadBytes; ++i) {
        auto received = m_connection->receive();
        if (!received)
            return received.error();
        if (received->message)
            deliver(std::move(received->message));
        else if (!received->frame)
            break;
        else if (auto handled = handle(*received->frame); !handled)
            return handled;
    }
    m_connection->releaseBuffers();
    return {};
}

/// An Error ends the connection.
Result<void> AmqpSource::Loop::handle(const amqp_frame_t& frame)
{
    const void* decoded = frame.payload.method.decoded;
    const size_t index = static_cast<size_t>(frame.channel) - 1;
    switch (frame.payload.method.id) {
    case AMQP_CONNECTION_CLOSE_METHOD:
        return m_connection->closedByServer(*static_cast<const amqp_connection_close_t*>(decoded));
    case AMQP_CHANNEL_CLOSE_METHOD: {
        const Error why =
            m_connection->closedByServer(frame.channel, *static_cast<const amqp_channel_close_t*>(decoded));
        closeFlow(index, why.text(), AmqpFlow::After::ComesAgain);
        return {};
    }
    case AMQP_BASIC_CANCEL_METHOD:
        m_connection->closeChannel(frame.channel);
        closeFlow(index, QStringLiteral("RabbitMQ ended the delivery: the queue is gone"), AmqpFlow::After::IsGone);
        return {};
    default:
        return {};
    }
}

void AmqpSource::Loop::closeFlow(size_t index, const QString& trouble, AmqpFlow::After after)
{
    if (index >= m_flows.size())
        return;
    AmqpFlow& flow = *m_flows[index];
    flow.end(after);
    if (after == AmqpFlow::After::IsGone) {
        m_dead.orphan(index);
        m_suspects.orphan(index);
    } else {
        m_dead.forget(index);
        m_suspects.forget(index);
    }
    flow.trouble = trouble;
    flow.dueMs = nowMs() + flow.backoff.nextDelayMs();
}

void AmqpSource::Loop::deliver(AmqpMessage message)
{
    const size_t index = static_cast<size_t>(message->channel) - 1;
    if (index >= m_flows.size() || !m_flows[index]->isConsuming)
        return;
    AmqpFlow& flow = *m_flows[index];
    AmqpFlow::Item item{message->delivery_tag, flow.life(), {}, std::move(message)};
    flow.acks.delivered(item.tag);
    if (!m_suspects.take(index, item))
        take(index, std::move(item));
}

void AmqpSource::Loop::take(size_t index, AmqpFlow::Item item)
{
    AmqpFlow& flow = *m_flows[index];
    auto decoded = m_decoder.decode(flow.queue, *item.message);
    if (!decoded) {
        refuse(index, std::move(item), decoded.error());
    } else if (*decoded) {
        item.event = std::move(**decoded);
        flow.take(std::move(item));
    } else if (item.life == flow.life()) {
        flow.acks.settle(item.tag); // one of our own
    }
}

bool AmqpSource::Loop::mayTrySuspect() const
{
    const auto inHand = m_suspects.inHand();
    const auto waiting = m_suspects.waiting();
    return waiting && m_flows[*waiting]->isIdle() && (!inHand || m_flows[*inHand]->isIdle());
}

/// Behind acknowledge(), so that what was dealt with before does not come again with the next one.
void AmqpSource::Loop::trySuspect()
{
    if (const auto inHand = m_suspects.inHand(); inHand && m_flows[*inHand]->isIdle())
        m_suspects.dealtWith();
    auto next = mayTrySuspect() ? m_suspects.next() : std::nullopt;
    if (!next)
        return;
    if (next->isCulprit) {
        refuse(
            next->flow, std::move(next->items.front()),
            Error(ErrorCode::Internal,
                  QStringLiteral("It was delivered %1 times, and never got past the server.").arg(next->deliveries)));
        return;
    }
    for (AmqpFlow::Item& item : next->items)
        take(next->flow, std::move(item));
    publish(next->flow);
}

void AmqpSource::Loop::refuse(size_t index, AmqpFlow::Item item, const Error& why)
{
    const QByteArray& queue = m_flows[index]->queue.name;
    m_calls.toCore([told = m_calls.refused, queue, why] { told(queue, why); });
    m_dead.add({std::move(item.message), queue, why, index, item.life, item.tag});
}

void AmqpSource::Loop::publish(size_t index)
{
    AmqpFlow& flow = *m_flows[index];
    if (!flow.isDue(nowMs()))
        return;
    m_calls.toCore([give = m_calls.publish, inbox = m_inbox, index, events = flow.nextBatch()]() mutable {
        give(std::move(events), [inbox, index](const Result<void>& outcome) { inbox->post({index, outcome}); });
    });
}

void AmqpSource::Loop::flushDeadLetters()
{
    for (const AmqpDeadLetter& letter : m_dead.flush(nowMs())) {
        AmqpFlow& flow = *m_flows[letter.flow];
        if (letter.life == flow.life())
            flow.acks.settle(letter.deliveryTag);
    }
}

Result<void> AmqpSource::Loop::acknowledge()
{
    for (const auto& flow : m_flows) {
        if (!flow->isConsuming)
            continue;
        for (const AmqpAcks::Ack& ack : flow->acks.take()) {
            if (auto sent = m_connection->acknowledge(flow->channel, ack.tag, ack.multiple); !sent)
                return sent;
        }
    }
    return {};
}

void AmqpSource::Loop::tellState()
{
    State state;
    state.isConnected = m_connection != nullptr;
    state.trouble = m_trouble;
    for (const auto& flow : m_flows)
        state.queues.push_back(flow->trouble);
    state.deadLetters = m_dead.isEmpty() ? QString() : m_dead.trouble();
    if (state == m_told)
        return;
    m_told = state;
    m_calls.toCore([told = m_calls.stateChanged, state] { told(state); });
}

/// Heartbeats are sent and missed inside receive() only.
qint64 AmqpSource::Loop::waitMs() const
{
    qint64 until = nowMs() + m_settings.connection.heartbeatSeconds * 1000 / 4;
    for (const auto& flow : m_flows) {
        if (!flow->isConsuming)
            until = std::min(until, flow->dueMs);
        if (const qint64 retry = flow->retryMs(); retry > 0)
            until = std::min(until, retry);
    }
    if (!m_dead.isEmpty())
        until = std::min(until, m_dead.dueMs());
    return mayTrySuspect() ? 0 : until - nowMs();
}

} // namespace signalbox
