// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QByteArrayList>

#include <vector>

namespace signalbox {

/// Where RabbitMQ is, and as whom we come.
struct RabbitMqAddress
{
    QByteArray host;
    quint16 port = 0;
    QByteArray username;
    QByteArray password;
    QByteArray vhost;
    bool isTls = false;
};

/// Reads `amqp[s]://[user[:password]@]host[:port][/vhost]`, each part percent-encoded (RabbitMQ's URI specification).
/// Left out: guest and guest, 5672 or 5671, the vhost "/", which an empty one means too. The error (invalid_field)
/// never repeats the text, which may hold a password.
Result<RabbitMqAddress> parseRabbitMqUrl(const QByteArray& url);

/// What a queue is bound to.
struct RabbitMqBinding
{
    QByteArray exchange;
    QByteArray routingKey;

    bool operator==(const RabbitMqBinding&) const = default;
};

/// A queue that is consumed.
struct RabbitMqQueue
{
    QByteArray name;
    QByteArray channel; ///< that it feeds: "staff" for the dialogs of seed 002, "stream:deals" and so on
    bool isOfChat = false;
    std::vector<RabbitMqBinding> bindings; ///< beside the default exchange's

    bool operator==(const RabbitMqQueue&) const = default;
};

/// Reads the settings rabbitmq/queues, `QUEUE=chat` or `QUEUE=deals|tasks|notifications|payments` each, and
/// rabbitmq/bindings, `QUEUE=EXCHANGE/ROUTING.KEY` each (a queue may stand there more than once). The error
/// (invalid_field) names the item; its field is the setting's key.
Result<std::vector<RabbitMqQueue>> parseRabbitMqQueues(const QByteArrayList& queues, const QByteArrayList& bindings);

} // namespace signalbox
