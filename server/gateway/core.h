// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/broker.h"
#include "core/clock.h"
#include "core/lastseen.h"
#include "core/savedsockets.h"
#include "core/sessionregistry.h"
#include "desk/records.h"
#include "gateway/bus.h"
#include "gateway/fanout.h"
#include "gateway/sources.h"
#include "net/mailbox.h"

#include <QHash>

#include <functional>

namespace signalbox {

/// What lives on the core thread (the main one), without locks: bus, broker, fan-out, registry of sessions. The
/// concrete parts are made by App and outlive this. Workers reach it through their CorePort only.
struct Core
{
    using RoomCounts = QHash<QByteArray, int>;
    using RoomsDone = std::function<void(const RoomCounts&)>;

    const Clock& clock;
    Broker& broker;
    Bus& bus;
    Fanout& fanout;
    SessionRegistry& registry;
    LastSeen& lastSeen;
    Sources& sources;
    SavedSockets& savedSockets;
    Mailbox& mailbox; ///< posts to the core thread
    /// Asks every worker for channel → sessions and adds up; answers on the core thread.
    std::function<void(RoomsDone)> countRooms;
    /// A client has seen its dialog up to this message. May be empty.
    std::function<void(const QByteArray& dialog, const IdentityPtr& who, quint64 lastId)> acknowledged = {};
    /// An operator chose a status; what others see of it may change. May be empty.
    std::function<void(const QByteArray& operatorId, OperatorStatus wanted, qint64 untilMs)> operatorChose = {};
};

} // namespace signalbox
