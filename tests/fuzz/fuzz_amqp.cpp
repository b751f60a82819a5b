// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as the body of a message of a queue, as the address of RabbitMQ and as the settings of its queues.
// links: server_core
// sources: server/config/rabbitmqurl.cpp
#include "config/rabbitmqurl.h"
#include "core/channel.h"
#include "core/domainjson.h"
#include "core/foreignjson.h"

#include <algorithm>
#include <cstdlib>

using namespace signalbox;

namespace {

void require(bool condition)
{
    if (!condition)
        std::abort();
}

void mayBePublished(const Publication& event)
{
    require(!event.name.isEmpty() && !event.channels.empty() && event.data.startsWith('{'));
    require(std::all_of(event.channels.begin(), event.channels.end(),
                        [](const QByteArray& name) { return isValidChannelName(name); }));
}

void takeAsMessage(const QByteArray& bytes)
{
    static const Catalog catalog;
    static ForeignJson chat(catalog, {}, "ours");
    static DomainJson domain(catalog, {});
    if (const auto message = chat.decodeQueuedChat(bytes); message && *message)
        mayBePublished(**message);
    for (const QByteArray& name : {QByteArray(), QByteArray("task.reminder"), bytes.left(30)}) {
        if (const auto message = domain.decode("stream:deals", name, bytes))
            mayBePublished(message->event);
    }
}

void takeAsSettings(const QByteArray& bytes)
{
    if (const auto address = parseRabbitMqUrl(bytes)) {
        require(!address->host.isEmpty() && address->port != 0 && !address->vhost.isEmpty());
        for (const QByteArray& part : {address->host, address->username, address->password, address->vhost})
            require(!part.contains('\0') && part.size() <= 255);
    }
    const QByteArrayList items = bytes.split(',');
    const auto queues = parseRabbitMqQueues(items.mid(0, items.size() / 2), items.mid(items.size() / 2));
    require(!queues || queues->size() <= static_cast<size_t>(items.size()));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
    takeAsMessage(bytes);
    takeAsSettings(bytes);
    return 0;
}
