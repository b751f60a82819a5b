// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/journalevent.h"
#include "desk/records.h"

namespace signalbox {

// The desk's changes as events of the catalogue (spec section 3), ready for DeskTransaction::publish(). Those of a
// dialog go to `dialog:{id}` first, where they get their `sequence`, and to `staff`; what a guest must not see goes to
// `staff` or `operator:{id}` alone. Where seed 002 has words of its own, `/channel/*` gets those.

JournalDraft dialogCreated(const Dialog& dialog);                            ///< chat.session.created
JournalDraft dialogStatusChanged(const Dialog& dialog, DialogStatus before); ///< dialog.status.changed
/// dialog.message.created. Reads the message when the event is placed: only then it may have its id.
JournalDraft messageCreated(const Message& message);
JournalDraft messageUpdated(const Message& message);                             ///< dialog.message.updated
JournalDraft readUpdated(qint64 dialogId, QByteArrayView reader, qint64 lastId); ///< reader: "client", "staff"
JournalDraft noteCreated(const Note& note);                                      ///< staff only
JournalDraft tagsChanged(const Dialog& dialog);                                  ///< staff only
/// `typing.start` or `typing.stop`; `actorType` as a message's sender.
JournalDraft typingChanged(qint64 dialogId, bool starts, Sender actorType, const QString& actorName, qint64 nowMs);
JournalDraft operatorTyping(qint64 dialogId, const QString& operatorName, qint64 nowMs); ///< operator.typing

JournalDraft handoffRequested(const Handoff& handoff, int position, std::optional<qint64> estimatedWaitSeconds);
JournalDraft handoffStarted(const Handoff& handoff, const Operator& person, const QByteArray& metadata);
JournalDraft operatorHandling(const Handoff& handoff, const Operator& person, const QString& message);
JournalDraft handoffReleased(const Handoff& handoff, bool returnsToAi, const QByteArray& metadata);
JournalDraft handoffCancelled(const Handoff& handoff, const QString& reason);
/// To staff: the queue as a whole.
JournalDraft queueUpdated(int total, int change, std::optional<qint64> estimatedWaitSeconds);
/// To the guest of a dialog that waits: its own place, with `queue_position`.
JournalDraft queuePlace(qint64 dialogId, int total, int position, int change,
                        std::optional<qint64> estimatedWaitSeconds);
JournalDraft whisper(qint64 dialogId, const QByteArray& toOperator, const Operator& from, const QString& text,
                     qint64 nowMs);

JournalDraft presenceUpdated(const Operator& person);         ///< operator.presence.updated
JournalDraft userOnline(const Operator& person, bool online); ///< user:online, user:offline
JournalDraft cannedUpdated(qint64 id, bool deleted);
JournalDraft chatAlert(qint64 dialogId, int unreadCount); ///< chat.alert, to staff
/// The same as the body of a webhook call.
QByteArray alertCallBody(const Dialog& dialog, qint64 nowMs);

} // namespace signalbox
