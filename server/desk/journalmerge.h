// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/journalevent.h"

namespace signalbox {

// A stream of durable channels and of others reads two logs: the journal, and that of memory or Redis. How what was
// read of both becomes one list of events, and where a client stands behind each.

/// As it is delivered. Its cursor knows the journal alone.
std::shared_ptr<Event> eventOf(const JournalEvent& from, const QByteArray& epoch);

/// In the order of delivery: an event of the journal before those of memory that came after it; each once, as memory
/// has it, with all its places.
void mergeByDelivery(std::vector<EventPtr>& events);

/// Where the journal stood at each event of another log: never before where it stood at the one before, or at the place
/// that is resumed from, whatever server published it.
void settleJournal(std::vector<EventPtr>& events, const QByteArray& epoch, quint64 from);

/// Events that were read do not know where memory stood; for who resumes from one of them it is where the memory event
/// before it stood.
void completeCursors(std::vector<EventPtr>& events, Position memory);

} // namespace signalbox
