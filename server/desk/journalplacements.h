// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/event.h"

namespace signalbox {

// An event's placements in one column: a line "epoch offset channel" for each.
QByteArray encodePlacements(const std::vector<Placement>& placements);
std::vector<Placement> decodePlacements(const QByteArray& lines);
// Names of channels in one column: a line for each.
QByteArray encodeChannels(const std::vector<QByteArray>& channels);
std::vector<QByteArray> decodeChannels(const QByteArray& lines);

} // namespace signalbox
