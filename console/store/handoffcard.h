// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/records.h"

namespace signalbox::console {

/// What the AI tells the human who takes over: made of the reason and metadata of a handoff. Metadata is the sender's
/// own; of it "summary" and "tried" (or "steps") have places of their own, every other member with a plain value is a
/// fact.
struct HandoffCard
{
    QString reason;
    QString summary;
    QStringList tried;
    QList<std::pair<QString, QString>> facts; ///< name, value; by name; at most 20

    bool isEmpty() const { return reason.isEmpty() && summary.isEmpty() && tried.isEmpty() && facts.isEmpty(); }
};

HandoffCard handoffCard(const Handoff& handoff);

} // namespace signalbox::console
