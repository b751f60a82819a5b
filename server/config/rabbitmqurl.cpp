// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/rabbitmqurl.h"

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

constexpr quint16 kPort = 5672;
constexpr quint16 kTlsPort = 5671;
constexpr qsizetype kLongestName = 255; // a short string of AMQP

constexpr std::array kStreams{"deals", "tasks", "notifications", "payments"};

Error badUrl(const char* why)
{
    return {ErrorCode::InvalidField, QString::fromLatin1(why), "rabbitmq/url"};
}

bool isHexDigit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Nothing for a % without its two digits, a NUL or more than AMQP can say.
std::optional<QByteArray> decoded(const QByteArray& text)
{
    for (qsizetype i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1)) {
        if (i + 2 >= text.size() || !isHexDigit(text[i + 1]) || !isHexDigit(text[i + 2]))
            return std::nullopt;
    }
    QByteArray plain = QByteArray::fromPercentEncoding(text);
    if (plain.contains('\0') || plain.size() > kLongestName)
        return std::nullopt;
    return plain;
}

Result<void> readUser(const QByteArray& text, RabbitMqAddress& address)
{
    const qsizetype colon = text.indexOf(':');
    const auto username = decoded(colon < 0 ? text : text.first(colon));
    const auto password = colon < 0 ? QByteArray() : decoded(text.sliced(colon + 1));
    if (!username || !password)
        return badUrl("must have user and password percent-encoded");
    address.username = *username;
    address.password = *password;
    return {};
}

Result<void> readHost(const QByteArray& text, RabbitMqAddress& address)
{
    QByteArray host = text;
    QByteArray port;
    const qsizetype bracket = text.lastIndexOf(']'); // an IPv6 address has colons of its own
    if (const qsizetype colon = text.lastIndexOf(':'); colon > bracket) {
        host = text.first(colon);
        port = text.sliced(colon + 1);
    }
    if (host.startsWith('[') && host.endsWith(']'))
        host = host.sliced(1, host.size() - 2);
    const auto plain = decoded(host);
    if (!plain || plain->isEmpty() || plain->contains(' '))
        return badUrl("must name a host");
    address.host = *plain;
    if (port.isEmpty())
        return {};
    bool isNumber = false;
    address.port = port.toUShort(&isNumber);
    if (!isNumber || address.port == 0)
        return badUrl("must have a port from 1 to 65535");
    return {};
}

/// "QUEUE=WHAT", both not empty.
std::optional<std::pair<QByteArray, QByteArray>> halves(const QByteArray& item)
{
    const qsizetype sign = item.lastIndexOf('=');
    const QByteArray queue = item.left(std::max<qsizetype>(sign, 0)).trimmed();
    const QByteArray what = item.mid(sign + 1).trimmed();
    if (sign < 0 || queue.isEmpty() || what.isEmpty() || queue.size() > kLongestName)
        return std::nullopt;
    return std::pair(queue, what);
}

Error badItem(const char* key, const char* why, const QByteArray& item)
{
    return {ErrorCode::InvalidField, QString::fromLatin1(why) + QStringLiteral("; not: ") + QString::fromUtf8(item),
            key};
}

} // namespace

Result<RabbitMqAddress> parseRabbitMqUrl(const QByteArray& url)
{
    RabbitMqAddress address;
    address.isTls = url.startsWith("amqps://");
    if (!address.isTls && !url.startsWith("amqp://"))
        return badUrl("must begin with amqp:// or amqps://");
    address.port = address.isTls ? kTlsPort : kPort;
    const QByteArray rest = url.sliced(url.indexOf("//") + 2);
    if (rest.contains('?') || rest.contains('#'))
        return badUrl("must end with the vhost; parameters are settings of their own");
    const qsizetype slash = rest.indexOf('/');
    const QByteArray authority = slash < 0 ? rest : rest.first(slash);
    const qsizetype at = authority.lastIndexOf('@');
    if (at < 0)
        address.username = address.password = "guest";
    else if (const auto read = readUser(authority.first(at), address); !read)
        return read.error();
    if (const auto read = readHost(authority.sliced(at + 1), address); !read)
        return read.error();
    const QByteArray path = slash < 0 ? QByteArray() : rest.sliced(slash + 1);
    const auto vhost = decoded(path);
    if (!vhost || path.contains('/'))
        return badUrl("must have the vhost percent-encoded, / as %2F");
    address.vhost = vhost->isEmpty() ? QByteArrayLiteral("/") : *vhost;
    return address;
}

Result<std::vector<RabbitMqQueue>> parseRabbitMqQueues(const QByteArrayList& queues, const QByteArrayList& bindings)
{
    std::vector<RabbitMqQueue> found;
    const auto byName = [&found](const QByteArray& name) {
        return std::find_if(found.begin(), found.end(), [&](const RabbitMqQueue& queue) { return queue.name == name; });
    };
    for (const QByteArray& item : queues) {
        const auto parts = halves(item);
        const bool isOfChat = parts && parts->second == "chat";
        const bool isOfStream = parts && std::find(kStreams.begin(), kStreams.end(), parts->second) != kStreams.end();
        if (!isOfChat && !isOfStream)
            return badItem("rabbitmq/queues", "must be QUEUE=chat|deals|tasks|notifications|payments each", item);
        if (byName(parts->first) != found.end())
            return badItem("rabbitmq/queues", "must name a queue once", item);
        found.push_back(
            {parts->first, isOfChat ? QByteArrayLiteral("staff") : "stream:" + parts->second, isOfChat, {}});
    }
    for (const QByteArray& item : bindings) {
        const auto parts = halves(item);
        const qsizetype slash = parts ? parts->second.indexOf('/') : -1;
        if (slash <= 0 || parts->second.size() > kLongestName)
            return badItem("rabbitmq/bindings", "must be QUEUE=EXCHANGE/ROUTING.KEY each", item);
        const auto queue = byName(parts->first);
        if (queue == found.end())
            return badItem("rabbitmq/bindings", "must name a queue of rabbitmq/queues", item);
        queue->bindings.push_back({parts->second.first(slash), parts->second.sliced(slash + 1)});
    }
    return found;
}

} // namespace signalbox
