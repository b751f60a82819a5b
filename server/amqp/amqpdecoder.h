// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "amqp/amqpconnection.h"
#include "core/domainjson.h"
#include "core/foreignjson.h"

namespace signalbox {

/// Makes a publication of a delivery. Its idempotency key is the queue's name with the message id (the property, or
/// else the id and source of a CloudEvents envelope); without either there is none. One per thread.
class AmqpDecoder
{
public:
    struct Settings
    {
        EventJson::Limits json;
        QByteArray origin;         ///< see ForeignJson
        qint64 maxBytes = 1 << 20; ///< of a body
    };

    /// The catalogue outlives this.
    AmqpDecoder(const Catalog& catalog, const Settings& settings);

    /// Nothing for one of our own. Errors are those of the forms, and PayloadTooLarge.
    Result<std::optional<Publication>> decode(const RabbitMqQueue& queue, const amqp_envelope_t& message);

private:
    const qint64 m_maxBytes;
    ForeignJson m_chat;
    DomainJson m_domain;
};

} // namespace signalbox
