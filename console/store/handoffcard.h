// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/records.h"

namespace signalbox::console {

/// What the AI tells the human who takes over: made of the reason and metadata of a handoff. Metadata is the sender's
/// own; the names that are looked for are "summary", "tried" (or "steps"), "sentiment", "language", "confidence"; every
/// other member with a plain value is shown as it is.
struct HandoffCard
{
    QString reason;
    QString summary;
    QStringList tried;
    QList<std::pair<QString, QString>> facts; ///< name, value; in the order of the JSON; at most 20

    bool isEmpty() const { return reason.isEmpty() && summary.isEmpty() && tried.isEmpty() && facts.isEmpty(); }
};

HandoffCard handoffCard(const Handoff& handoff);

} // namespace signalbox::console
