// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/position.h"

#include <QByteArray>

#include <memory>
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
};

/// Where an event stands in one of its channels.
struct Placement
{
    QByteArray channel;
    Position position;
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
    Position cursor; ///< its place in the broker's log over all channels
    std::vector<Placement> placements;
};

using EventPtr = std::shared_ptr<const Event>;

} // namespace signalbox
