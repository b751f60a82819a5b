// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sessionmeta.h"

#include <QByteArray>
#include <QJsonObject>

#include <vector>

namespace signalbox {

/// Which connections to list. An empty text asks for all.
struct ConnectionQuery
{
    QByteArray transport; ///< "ws", "sse", "socketio", "polling"
    QByteArray user;
    QByteArray dialog;
    qsizetype offset = 0;
    qsizetype limit = 100;
};

/// Those that match, and the page that was asked for, oldest connection first. Costs one look at each session.
struct ConnectionMatches
{
    std::vector<SessionMetaPtr> all; ///< in no order
    std::vector<SessionMetaPtr> page;
};
ConnectionMatches findConnections(std::vector<SessionMetaPtr> sessions, const ConnectionQuery& query);

/// One page, oldest connection first: `{"items":[…],"total","offset","limit"}`; total counts all that match. An item:
/// `id`, `client_id`, `transport`, `pool` ("admin", "site"), `door`, `worker`, `user`, `role`, `dialog`, `stream`,
/// `address`, `created`, `last_pong` (ISO 8601 UTC; null: none yet), `in`, `out` (messages), `slow`. Never a
/// credential nor its hash.
QJsonObject connectionPage(std::vector<SessionMetaPtr> sessions, const ConnectionQuery& query);

/// `{"total","by_transport":{…},"by_pool":{…},"by_worker":{"0":n},"slow"}`; transports and pools without a connection
/// are there with 0.
QJsonObject connectionSummary(const std::vector<SessionMetaPtr>& sessions);

} // namespace signalbox
