// SPDX-License-Identifier: GPL-3.0-or-later
#include "amqp/amqpdeadletters.h"

#include <QDeadlineTimer>

#include <poll.h>

#include <algorithm>

namespace signalbox {

namespace {

constexpr amqp_channel_t kDeadChannel = 1;
constexpr qsizetype kLongestDetail = 300;

amqp_table_entry_t textEntry(const char* key, QByteArrayView value)
{
    amqp_table_entry_t made{};
    made.key = amqp_cstring_bytes(key);
    made.value.kind = AMQP_FIELD_KIND_UTF8;
    made.value.value.bytes = amqpBytes(value);
    return made;
}

/// Ours of an earlier time, and RabbitMQ's count, which would make a suspect of a message that is moved back.
bool isOutdated(const amqp_table_entry_t& entry)
{
    const QByteArrayView key = viewOf(entry.key);
    return key.startsWith("x-signalbox-") || key == QByteArrayView("x-delivery-count");
}

} // namespace

AmqpDeadLetters::AmqpDeadLetters(Settings settings, AmqpBreaker& breaker)
    : m_settings(std::move(settings))
    , m_breaker(breaker)
{
}

void AmqpDeadLetters::add(AmqpDeadLetter letter)
{
    m_bytes += letter.message->message.body.len;
    m_letters.push_back(std::move(letter));
}

void AmqpDeadLetters::forget(size_t flow)
{
    std::erase_if(m_letters, [this, flow](const AmqpDeadLetter& letter) {
        const bool comesAgain = letter.flow == flow && letter.life != 0;
        if (comesAgain)
            m_bytes -= letter.message->message.body.len;
        return comesAgain;
    });
}

void AmqpDeadLetters::orphan(size_t flow)
{
    for (AmqpDeadLetter& letter : m_letters) {
        if (letter.flow == flow)
            letter.life = 0;
    }
}

std::vector<AmqpDeadLetter> AmqpDeadLetters::flush(qint64 nowMs)
{
    if (m_letters.empty() || nowMs < m_dueMs)
        return {};
    m_usedMs = nowMs;
    auto published = publishAll();
    if (published) {
        m_trouble.clear();
        m_backoff.reset();
        return std::move(*published);
    }
    m_connection.reset();
    m_trouble = published.error().text();
    m_dueMs = nowMs + m_backoff.nextDelayMs();
    return {};
}

void AmqpDeadLetters::closeIdle(qint64 nowMs)
{
    // Nobody serves its heartbeats.
    if (m_connection && nowMs - m_usedMs > m_settings.connection.heartbeatSeconds * 1000 / 2)
        m_connection.reset();
}

Result<void> AmqpDeadLetters::connect()
{
    auto opened = AmqpConnection::open(m_settings.connection, m_breaker);
    if (!opened)
        return opened.error();
    m_connection = std::move(*opened);
    m_published = 0;
    m_unconfirmed.clear();
    if (auto channel = m_connection->openChannel(kDeadChannel); !channel)
        return channel;
    if (m_settings.isDeclaring) {
        if (auto made = m_connection->declareTopicExchange(kDeadChannel, m_settings.name); !made)
            return made;
        if (auto made = m_connection->declareQueue(kDeadChannel, m_settings.name, false); !made)
            return made;
        if (auto bound = m_connection->bindQueue(kDeadChannel, m_settings.name, {m_settings.name, "#"}); !bound)
            return bound;
    }
    return m_connection->confirmPublishes(kDeadChannel);
}

Result<std::vector<AmqpDeadLetter>> AmqpDeadLetters::publishAll()
{
    if (!m_connection) {
        if (const auto connected = connect(); !connected)
            return connected.error();
    }
    m_isReturned = false;
    for (const AmqpDeadLetter& letter : m_letters) {
        if (const auto sent = publishOne(letter); !sent)
            return sent.error();
    }
    if (const auto confirmed = awaitConfirms(); !confirmed)
        return confirmed.error();
    if (m_isReturned)
        return Error(ErrorCode::NotFound, QStringLiteral("No queue is bound to the dead-letter exchange."));
    std::vector<AmqpDeadLetter> done;
    for (AmqpDeadLetter& letter : m_letters) {
        letter.message.reset();
        done.push_back(std::move(letter));
    }
    m_letters.clear();
    m_bytes = 0;
    return done;
}

Result<void> AmqpDeadLetters::publishOne(const AmqpDeadLetter& letter)
{
    const amqp_envelope_t& envelope = *letter.message;
    amqp_basic_properties_t properties = envelope.message.properties;
    const QByteArray detail = letter.reason.text().toUtf8().left(kLongestDetail);
    const QByteArray field = letter.reason.field.left(kLongestDetail);
    std::vector<amqp_table_entry_t> headers{
        textEntry("x-signalbox-reason", letter.reason.name()),
        textEntry("x-signalbox-detail", detail),
        textEntry("x-signalbox-field", field),
        textEntry("x-signalbox-queue", letter.queue),
        textEntry("x-signalbox-exchange", viewOf(envelope.exchange)),
        textEntry("x-signalbox-routing-key", viewOf(envelope.routing_key)),
        textEntry("x-signalbox-redelivered", envelope.redelivered ? "true" : "false")};
    const size_t own = headers.size();
    if (properties._flags & AMQP_BASIC_HEADERS_FLAG) {
        const amqp_table_t& given = properties.headers;
        std::copy_if(given.entries, given.entries + given.num_entries, std::back_inserter(headers),
                     [](const amqp_table_entry_t& entry) { return !isOutdated(entry); });
    }
    // A time to live would take the letter away, and a user id must be the connection's own.
    properties._flags &= ~static_cast<amqp_flags_t>(AMQP_BASIC_EXPIRATION_FLAG | AMQP_BASIC_USER_ID_FLAG);
    properties._flags |= AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG;
    properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
    properties.headers = {static_cast<int>(headers.size()), headers.data()};
    const RabbitMqBinding to{m_settings.name, letter.queue};
    auto sent = m_connection->publish(kDeadChannel, to, properties, envelope.message.body);
    if (!sent && sent.error().code == ErrorCode::PayloadTooLarge) { // ours and theirs do not fit into a frame
        properties.headers.num_entries = static_cast<int>(own);
        sent = m_connection->publish(kDeadChannel, to, properties, envelope.message.body);
    }
    if (sent)
        m_unconfirmed.insert(++m_published);
    return sent;
}

Result<void> AmqpDeadLetters::awaitConfirms()
{
    const QDeadlineTimer deadline(m_settings.connection.timeoutMs);
    while (!m_unconfirmed.empty()) {
        auto received = m_connection->receive();
        if (!received)
            return received.error();
        if (received->frame) {
            if (auto handled = handle(*received->frame); !handled)
                return handled;
            continue;
        }
        if (deadline.hasExpired())
            return Error(ErrorCode::Unavailable, QStringLiteral("RabbitMQ does not confirm dead letters."));
        pollfd waiting{m_connection->socket(), POLLIN, 0};
        ::poll(&waiting, 1, static_cast<int>(std::min<qint64>(deadline.remainingTime() + 1, 1000)));
    }
    m_connection->releaseBuffers();
    return {};
}

Result<void> AmqpDeadLetters::handle(const amqp_frame_t& frame)
{
    const void* decoded = frame.payload.method.decoded;
    switch (frame.payload.method.id) {
    case AMQP_BASIC_ACK_METHOD: {
        const auto* ack = static_cast<const amqp_basic_ack_t*>(decoded);
        if (ack->multiple)
            m_unconfirmed.erase(m_unconfirmed.begin(), m_unconfirmed.upper_bound(ack->delivery_tag));
        else
            m_unconfirmed.erase(ack->delivery_tag);
        return {};
    }
    case AMQP_BASIC_NACK_METHOD:
        return Error(ErrorCode::Unavailable, QStringLiteral("RabbitMQ did not take a dead letter."));
    case AMQP_BASIC_RETURN_METHOD:
        m_isReturned = true;
        return m_connection->skipContent(frame.channel);
    case AMQP_CHANNEL_CLOSE_METHOD:
        return m_connection->closedByServer(frame.channel, *static_cast<const amqp_channel_close_t*>(decoded));
    case AMQP_CONNECTION_CLOSE_METHOD:
        return m_connection->closedByServer(*static_cast<const amqp_connection_close_t*>(decoded));
    default:
        return {};
    }
}

} // namespace signalbox
