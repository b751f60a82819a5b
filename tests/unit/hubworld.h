// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hub.h"

#include <QByteArrayList>

#include <map>

/// What the tests of the hub and of sessions share: an encoder that counts, a carrier that counts, events by hand.
namespace signalbox {

constexpr WireFormat kChannelWs{Envelope::Channel, Framing::WebSocket, false};
constexpr WireFormat kChannelSse{Envelope::Channel, Framing::SseChunked, false};
constexpr WireFormat kStreamSse{Envelope::Stream, Framing::SseChunked, true};

/// "id@channel:offset " for each event.
class PlainEncoder final : public FrameEncoder
{
public:
    QByteArray encode(const Event& event, size_t placement, WireFormat format) const override
    {
        ++m_calls[format.index()];
        const Placement& place = event.placements[placement];
        return event.id + '@' + place.channel + ':' + QByteArray::number(place.position.offset) + ' ';
    }
    int calls(WireFormat format) const { return m_calls[format.index()]; }

private:
    mutable std::map<size_t, int> m_calls;
};

/// A client: its session and what it has been sent.
class HubClient final : public SessionCarrier
{
public:
    explicit HubClient(Hub& hub, WireFormat format = kChannelWs, const Session::Settings& settings = {})
        : m_settings(settings)
        , session(hub, *this, makeMeta(), format, m_settings)
    {
    }
    HubClient(const HubClient&) = delete;
    HubClient& operator=(const HubClient&) = delete;

    void sessionNeedsTurn() override { ++turns; }

    /// Takes what waits, as a transport's turn does.
    QByteArrayList read()
    {
        session.turnTaken();
        QByteArray bytes;
        do {
            bytes += takeQueue();
        } while (session.refill() || !session.queue().isEmpty());
        QByteArrayList frames = bytes.split(' ');
        frames.removeLast();
        return frames;
    }
    QByteArray text() { return read().join(' '); }
    bool failedWith(ErrorCode code) const { return session.failure() == code; }

private:
    QByteArray takeQueue()
    {
        OutboundQueue& queue = session.queue();
        std::vector<iovec> parts(queue.frames() + 1);
        const int count = queue.gather(parts.data(), static_cast<int>(parts.size()));
        QByteArray bytes;
        for (int i = 0; i < count; ++i)
            bytes.append(static_cast<const char*>(parts[static_cast<size_t>(i)].iov_base),
                         static_cast<qsizetype>(parts[static_cast<size_t>(i)].iov_len));
        queue.consumed(bytes.size());
        return bytes;
    }
    static SessionMetaPtr makeMeta()
    {
        auto meta = std::make_shared<SessionMeta>();
        meta->identity = std::make_shared<Identity>();
        return meta;
    }
    const Session::Settings m_settings;

public:
    Session session;
    int turns = 0;
};

/// A channel and the offset of an event in it.
struct Place
{
    const char* channel;
    quint64 offset;
};

inline EventPtr makeEvent(const char* id, std::initializer_list<Place> places, const QByteArray& epoch = "e")
{
    auto event = std::make_shared<Event>();
    event->id = id;
    event->name = "chat.message";
    for (const Place& place : places) {
        event->placements.push_back({place.channel, {epoch + place.channel, place.offset}});
        event->cursor.memory = {"log", qMax(event->cursor.memory.offset, place.offset)};
    }
    return event;
}

/// The answer that a channel stands at these offsets, with these events before.
inline Replay makeReplay(std::initializer_list<Place> tops, std::vector<EventPtr> events = {},
                         const QByteArray& epoch = "e")
{
    Replay replay;
    replay.events = std::move(events);
    for (const Place& place : tops)
        replay.tops.push_back({place.channel, {epoch + place.channel, place.offset}});
    return replay;
}

/// Joins and goes live at once, with nothing missed.
inline void listen(Hub& hub, HubClient& client, std::initializer_list<Place> tops)
{
    for (const Place& place : tops)
        hub.join(client.session, place.channel);
    client.session.goLive(makeReplay(tops));
}

} // namespace signalbox
