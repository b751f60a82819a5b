// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/savedsockets.h"

namespace signalbox {

// What a connection leaves behind, as text that another server reads. Pure functions, any thread.

QByteArray savedSocketJson(const SavedSocket& socket);
/// The reverse; nothing for anything else.
std::optional<SavedSocket> savedSocketOf(const QByteArray& json);

} // namespace signalbox
