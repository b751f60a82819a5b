// SPDX-License-Identifier: GPL-3.0-or-later
#include "amqp/amqpdecoder.h"

#include <QCryptographicHash>

namespace signalbox {

namespace {

constexpr qsizetype kLongestId = 255;

QByteArray keyOf(const RabbitMqQueue& queue, const QByteArray& id)
{
    if (id.isEmpty())
        return {};
    const bool isLong = id.size() > kLongestId;
    return queue.name + '\n' + (isLong ? QCryptographicHash::hash(id, QCryptographicHash::Sha256).toHex() : id);
}

QByteArray messageId(const amqp_basic_properties_t& properties)
{
    return properties._flags & AMQP_BASIC_MESSAGE_ID_FLAG ? viewOf(properties.message_id).toByteArray() : QByteArray();
}

/// The header `event`, or nothing.
QByteArray eventHeader(const amqp_basic_properties_t& properties)
{
    if (!(properties._flags & AMQP_BASIC_HEADERS_FLAG))
        return {};
    for (int i = 0; i < properties.headers.num_entries; ++i) {
        const amqp_table_entry_t& entry = properties.headers.entries[i];
        if (viewOf(entry.key) == QByteArrayView("event") && entry.value.kind == AMQP_FIELD_KIND_UTF8)
            return viewOf(entry.value.value.bytes).toByteArray();
    }
    return {};
}

/// What is said beside the body: the property `type`, the header `event`, the routing key. By the default exchange that
/// one is the queue's name.
QByteArray nameBeside(const amqp_envelope_t& message)
{
    const amqp_basic_properties_t& properties = message.message.properties;
    if (properties._flags & AMQP_BASIC_TYPE_FLAG && properties.type.len > 0)
        return viewOf(properties.type).toByteArray();
    if (QByteArray name = eventHeader(properties); !name.isEmpty())
        return name;
    return message.exchange.len > 0 ? viewOf(message.routing_key).toByteArray() : QByteArray();
}

} // namespace

AmqpDecoder::AmqpDecoder(const Catalog& catalog, const Settings& settings)
    : m_maxBytes(settings.maxBytes)
    , m_chat(catalog, settings.json, settings.origin)
    , m_domain(catalog, settings.json)
{
}

Result<std::optional<Publication>> AmqpDecoder::decode(const RabbitMqQueue& queue, const amqp_envelope_t& message)
{
    const amqp_bytes_t& body = message.message.body;
    if (static_cast<quint64>(body.len) > static_cast<quint64>(m_maxBytes))
        return Error(ErrorCode::PayloadTooLarge);
    const QByteArray text = QByteArray::fromRawData(static_cast<const char*>(body.bytes), //
                                                    static_cast<qsizetype>(body.len));
    QByteArray id = messageId(message.message.properties);
    std::optional<Publication> event;
    if (queue.isOfChat) {
        auto decoded = m_chat.decodeQueuedChat(text);
        if (!decoded || !*decoded)
            return decoded;
        event = std::move(**decoded);
    } else {
        auto decoded = m_domain.decode(queue.channel, nameBeside(message), text);
        if (!decoded)
            return decoded.error();
        if (id.isEmpty())
            id = decoded->id;
        event = std::move(decoded->event);
    }
    event->idempotencyKey = keyOf(queue, id);
    return event;
}

} // namespace signalbox
