// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/position.h"

#include <QByteArray>

#include <memory>
#include <optional>
#include <vector>

namespace signalbox {

/// What somebody wants to be published, checked but not yet placed. Made by the doors in; see EventJson.
struct Publication
{
    QByteArray name; ///< without version, "dialog.message.created"
    int version = 1;
    QByteArray data;                  ///< compact JSON, valid UTF-8, no line breaks
    std::vector<QByteArray> channels; ///< at least one, each valid, none twice
    QByteArray conflateKey;           ///< see EventSpec::conflate
    QByteArray idempotencyKey;        ///< scoped to its publisher; empty: none
    bool isFromChat = false;          ///< came by the Pub/Sub channels that events are written to: no echo there
};

/// Where an event stands in one of its channels.
struct Placement
{
    QByteArray channel;
    Position position;
};

/// Where a stream of several channels stands in the broker's logs: in that of memory and, when there is a desk, in the
/// journal of the durable channels too. Covers everything that was delivered up to it.
struct LogCursor
{
    Position memory;
    Position journal; ///< no epoch: there is no journal

    bool operator==(const LogCursor&) const = default;
    /// A position in form, opaque to clients: "epoch:offset", with a journal
    /// "<journal epoch>.<memory epoch>.<memory offset>:<journal offset>".
    Position toPosition() const;
    QByteArray toString() const { return toPosition().toString(); }
    /// The reverse of the form with a journal; nothing for anything else.
    static std::optional<LogCursor> parse(const Position& text);
};

/// An event that the broker has accepted. Immutable; shared by history, hubs and queues on all threads.
struct Event
{
    QByteArray id; ///< unique over all servers and restarts
    QByteArray name;
    int version = 1;
    QByteArray data;
    qint64 timestampMs = 0; ///< wall clock at acceptance
    QByteArray conflateKey;
    /// The same event in seed 002's words, for `/channel/*`; empty name: it goes by its own there too.
    QByteArray chatName;
    QByteArray chatData;
    LogCursor cursor; ///< where a stream of all channels stands after it
    std::vector<Placement> placements;
};

using EventPtr = std::shared_ptr<const Event>;

} // namespace signalbox
