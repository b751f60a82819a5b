// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/eventjson.h"

namespace signalbox {

/// What the seeds' backends publish in Redis, as publications that keep the catalogue. The channels of Pub/Sub, without
/// the prefix of a deployment, and the forms that are understood there:
///
/// - `chat:{id}`, `chat:staff`: seed 002's `{"type","session_id","data"}`.
/// - `ws:dialog:{id}`, `sse:dialog:{id}`: `{"type":"message:new","message":{…}}`, `typing_start`, `typing_stop`,
///   `handoff_requested`, `handoff_started`, `handoff_released`; a bare `{"id","sender","text","timestamp"}`; an event
///   of the catalogue as `{"event" or "type","data"}`.
/// - `socket-broadcast`: seed 001's `{"room","event","data"}`.
///
/// An event goes to the catalogue's channels, so that the same one said in several of these places is the same
/// publication; to the room alone when the catalogue does not send it there. One per thread. Input is untrusted: what
/// is not understood is an Error, BadJson, UnknownEvent, UnknownChannel or InvalidField with its path.
class ForeignJson
{
public:
    /// `origin`: what the member `origin` of our own messages says; the catalogue outlives this.
    ForeignJson(const Catalog& catalog, EventJson::Limits limits, QByteArray origin);
    ~ForeignJson();
    ForeignJson(const ForeignJson&) = delete;
    ForeignJson& operator=(const ForeignJson&) = delete;

    struct Message
    {
        Publication event;
        QByteArray room; ///< of socket-broadcast
    };
    /// Nothing for one of our own.
    Result<std::optional<Message>> decode(const QByteArray& channel, const QByteArray& text);

    /// Seed 002's form from a queue: what the catalogue sends to a dialog must name its session, in `session_id` or in
    /// that of its data. Nothing for one of our own.
    Result<std::optional<Publication>> decodeQueuedChat(const QByteArray& text);

    /// The other way round: seed 002's form of an event of this dialog (empty: of none), with our `origin`.
    QByteArray chatMessage(const Event& event, const QByteArray& dialog) const;

private:
    struct Parser;
    const Catalog& m_catalog;
    const EventJson::Limits m_limits;
    const QByteArray m_origin;
    EventJson m_events;
    const std::unique_ptr<Parser> m_parser;
};

} // namespace signalbox
