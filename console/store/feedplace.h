// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>

namespace signalbox::console {

/// Where a cursor stands in the desk's journal: `EPOCH[.…]:OFFSET` (docs/decisions/0010).
struct FeedPlace
{
    QString epoch;
    quint64 offset = 0;

    static std::optional<FeedPlace> parse(const QString& cursor);
    /// Both are of one log and this one is not behind the other.
    bool isUpTo(const FeedPlace& other) const { return epoch == other.epoch && offset <= other.offset; }
};

} // namespace signalbox::console
