// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <optional>

namespace signalbox {

/// A place in an ordered log (spec section 2): `epoch` names one life of the log, `offset` counts its events from 1;
/// 0 is before the first. Two kinds of log use it: each channel has its own (the position that events carry), and the
/// broker has one over all channels (the cursor by which a stream of several channels resumes). Their epochs never
/// coincide, so a position alone tells which log it belongs to.
struct Position
{
    QByteArray epoch;
    quint64 offset = 0;

    bool operator==(const Position&) const = default;
    QByteArray toString() const; ///< "epoch:offset"

    /// The reverse of toString(); nothing for anything else (foreign characters, overflow, more than 64 bytes).
    static std::optional<Position> parse(QByteArrayView text);
};

} // namespace signalbox
