// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redisevent.h"

#include "core/channel.h"

#include <array>

namespace signalbox {

namespace {

constexpr quint64 kMaxPlaces = 10'000;
const char kFormat[] = "1";

/// Takes words and lines off the front of a text; once something is missing everything else is.
class Cutter
{
public:
    explicit Cutter(QByteArrayView text)
        : m_rest(text)
    {
    }

    QByteArrayView until(char end)
    {
        const qsizetype at = m_rest.indexOf(end);
        if (at < 0) {
            m_ok = false;
            return {};
        }
        const QByteArrayView word = m_rest.first(at);
        m_rest = m_rest.sliced(at + 1);
        return word;
    }
    quint64 number(char end)
    {
        const QByteArrayView digits = until(end);
        bool isNumber = false;
        const quint64 value = digits.toByteArray().toULongLong(&isNumber);
        const bool isPlain = isNumber && digits.front() >= '0' && digits.front() <= '9';
        m_ok = m_ok && isPlain;
        return isPlain ? value : 0;
    }
    QByteArray bytes(quint64 size)
    {
        if (!m_ok || size > static_cast<quint64>(m_rest.size())) {
            m_ok = false;
            return {};
        }
        const auto taken = static_cast<qsizetype>(size);
        QByteArray value = m_rest.first(taken).toByteArray();
        m_rest = m_rest.sliced(taken);
        return value;
    }
    void require(bool condition) { m_ok = m_ok && condition; }
    bool ok() const { return m_ok; }
    QByteArrayView rest() const { return m_rest; }

private:
    QByteArrayView m_rest;
    bool m_ok = true;
};

/// An epoch that a position can be written with.
bool isEpoch(const QByteArray& epoch)
{
    return Position::parse(Position{epoch, ~quint64{0}}.toString()).has_value() && !epoch.contains('.');
}

} // namespace

std::optional<RedisHead> parseRedisHead(QByteArrayView message)
{
    Cutter cut(message);
    RedisHead head;
    cut.require(cut.until(' ') == kFormat);
    head.log.epoch = cut.until(' ').toByteArray();
    head.log.offset = cut.number(' ');
    const quint64 places = cut.number('\n');
    cut.require(isEpoch(head.log.epoch) && places <= kMaxPlaces);
    for (quint64 i = 0; i < places && cut.ok(); ++i) {
        Placement place;
        place.position.offset = cut.number(' ');
        place.position.epoch = cut.until(' ').toByteArray();
        place.channel = cut.until('\n').toByteArray();
        cut.require(isEpoch(place.position.epoch) && isValidChannelName(place.channel));
        head.places.push_back(std::move(place));
    }
    if (!cut.ok())
        return std::nullopt;
    head.size = message.size() - cut.rest().size();
    return head;
}

QByteArray redisPayload(const Event& event, bool withData)
{
    const QByteArray data = withData ? event.data : QByteArray();
    const Position& journal = event.cursor.journal;
    const std::array<QByteArray, 8> words{QByteArray::number(event.version),
                                          QByteArray::number(event.timestampMs),
                                          QByteArray::number(event.id.size()),
                                          QByteArray::number(event.name.size()),
                                          QByteArray::number(event.conflateKey.size()),
                                          QByteArray::number(data.size()),
                                          journal.epoch,
                                          QByteArray::number(journal.offset)};
    QByteArray payload;
    for (const QByteArray& word : words) {
        payload += word;
        payload += ' ';
    }
    payload.back() = '\n';
    payload += event.id;
    payload += event.name;
    payload += event.conflateKey;
    payload += data;
    return payload;
}

std::shared_ptr<Event> eventOfRedis(const RedisHead& head, QByteArrayView payload)
{
    constexpr quint64 kMaxVersion = 1'000'000;
    Cutter cut(payload);
    auto event = std::make_shared<Event>();
    const quint64 version = cut.number(' ');
    const quint64 timestamp = cut.number(' ');
    const quint64 idSize = cut.number(' ');
    const quint64 nameSize = cut.number(' ');
    const quint64 conflateSize = cut.number(' ');
    const quint64 dataSize = cut.number(' ');
    event->cursor.journal.epoch = cut.until(' ').toByteArray();
    event->cursor.journal.offset = cut.number('\n');
    event->id = cut.bytes(idSize);
    event->name = cut.bytes(nameSize);
    event->conflateKey = cut.bytes(conflateSize);
    event->data = cut.bytes(dataSize);
    cut.require(cut.rest().isEmpty() && version <= kMaxVersion && timestamp <= static_cast<quint64>(INT64_MAX));
    cut.require(!event->id.isEmpty() && !event->name.isEmpty() && !head.places.empty());
    cut.require(event->cursor.journal.epoch.isEmpty() || isEpoch(event->cursor.journal.epoch));
    if (!cut.ok())
        return nullptr;
    event->version = static_cast<int>(version);
    event->timestampMs = static_cast<qint64>(timestamp);
    event->cursor.memory = head.log;
    event->placements = head.places;
    return event;
}

std::shared_ptr<Event> eventOfRedis(QByteArrayView message)
{
    const auto head = parseRedisHead(message);
    return head ? eventOfRedis(*head, message.sliced(head->size)) : nullptr;
}

} // namespace signalbox
