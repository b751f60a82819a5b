// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/channel.h"
#include "core/identity.h"

#include <vector>

namespace signalbox {

// Who may listen to and publish in which channel (spec section 5): pure functions of one table, any thread. A name
// that isValidChannelName() refuses is open to nobody.

/// Joining: what the role gives, or else an exact entry of the token's `channels` claim. The claim never opens
/// `directors`, `operator:` or `user:`, and never anything to a guest. When it names any `stream:…`, only those
/// streams are open.
bool mayJoin(const Identity& identity, const ChannelName& channel);

/// What a connection of staff listens to without asking: `staff`, `operators`, `directors`, its own `operator:` and
/// `user:`, its cities; of these what it may join.
std::vector<QByteArray> ownChannels(const Identity& identity);

/// Publishing through REST: services and admins, in every channel.
bool mayPublish(const Identity& identity, const ChannelName& channel);

} // namespace signalbox
