// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/position.h"
#include "desk/journalevent.h"
#include "desk/records.h"
#include "shared/result.h"

#include <QHash>

#include <memory>
#include <vector>

namespace signalbox {

// The desk's database as its commands see it. One implementation (SqlStore) for SQLite and PostgreSQL; the contract
// tests in tests/contract/storecontract run on both. A store belongs to one thread and blocks it.
//
// Failures stick, as with QDataStream: when the database fails a call, that call and every later one up to the next
// rollback return nothing and do nothing, and Store::failure() says why. Whoever runs a transaction looks once, at its
// end; commands in between read as if the database always worked and their outcome is thrown away.

/// Which dialogs a list shows; empty members do not filter.
struct DialogFilter
{
    std::optional<DialogStatus> status;
    QByteArray operatorId;
    QByteArray tag;
    QString text; ///< words, all of which a message or the guest's name has, the last as a prefix
};

/// A place in a list: the sort value and id of the last row seen. 0/0: from the beginning.
struct ListPlace
{
    qint64 value = 0;
    qint64 id = 0;
};

struct DialogPage
{
    std::vector<Dialog> items;
    std::optional<ListPlace> next; ///< nothing: this was the end
};

class DialogStore
{
public:
    virtual ~DialogStore() = default;
    /// Sets the id.
    virtual void insert(Dialog& dialog) = 0;
    /// With its tags.
    virtual std::optional<Dialog> find(qint64 id) = 0;
    /// The same, and nobody else changes it before this transaction ends (PostgreSQL: FOR UPDATE).
    virtual std::optional<Dialog> lock(qint64 id) = 0;
    /// Everything but id, createdMs and tags.
    virtual void update(const Dialog& dialog) = 0;
    virtual void setTags(qint64 id, const QList<QByteArray>& tags) = 0;
    /// Newest change first (updatedMs, id); with `filter.text` by the newest matching message. Stable: a dialog that
    /// does not change meanwhile is on exactly one page.
    virtual DialogPage page(const DialogFilter& filter, ListPlace after, int limit) = 0;
    /// How many have each status; closed ones are not counted.
    virtual QHash<DialogStatus, int> counts() = 0;
    virtual std::vector<Dialog> open(int limit) = 0; ///< not closed, newest change first
    virtual qint64 lastId() = 0;
};

class MessageStore
{
public:
    virtual ~MessageStore() = default;
    /// Sets the id and makes it searchable.
    virtual void insert(Message& message) = 0;
    virtual std::optional<Message> find(qint64 dialogId, qint64 id) = 0;
    virtual std::optional<Message> findByClientId(qint64 dialogId, const QByteArray& clientMessageId) = 0;
    virtual void setText(const Message& message) = 0; ///< text and editedMs
    /// The `limit` newest with id < before (0: the newest of all), oldest first.
    virtual std::vector<Message> before(qint64 dialogId, qint64 before, int limit) = 0;
    virtual std::vector<Message> after(qint64 dialogId, qint64 after, int limit) = 0; ///< oldest first
    /// The guest's messages with id > after.
    virtual int countFromGuest(qint64 dialogId, qint64 after) = 0;
    virtual void insertNote(Note& note) = 0;
    virtual std::vector<Note> notes(qint64 dialogId, qint64 before, int limit) = 0; ///< oldest first, as before()
};

class HandoffStore
{
public:
    virtual ~HandoffStore() = default;
    virtual void insert(Handoff& handoff) = 0; ///< sets the id
    virtual void update(const Handoff& handoff) = 0;
    /// The dialog's open one (Queued or Active).
    virtual std::optional<Handoff> open(qint64 dialogId) = 0;
    virtual std::vector<Handoff> of(qint64 dialogId, int limit) = 0; ///< newest first
    /// Those that wait, in order: priority, then queuedMs, then id.
    virtual std::vector<Handoff> queue(int limit) = 0;
    virtual int queueLength() = 0;
    /// 1 for the first; 0 when the dialog does not wait.
    virtual int queuePosition(qint64 dialogId) = 0;
    virtual std::vector<Handoff> active(int limit) = 0;
    virtual std::vector<Handoff> activeOf(const QByteArray& operatorId, int limit) = 0;
    virtual std::vector<Handoff> leaseEndedBefore(qint64 ms, int limit) = 0;
    /// Active, without an answer, started before.
    virtual std::vector<Handoff> unansweredSince(qint64 startedBeforeMs, int limit) = 0;
    /// Waits for one operator (reservedFor), and leaseUntilMs is before.
    virtual std::vector<Handoff> reservationEndedBefore(qint64 ms, int limit) = 0;
    /// Mean of endedMs - startedMs over the last `sample` released ones; nothing when there are none.
    virtual std::optional<qint64> meanHandlingMs(int sample) = 0;
};

class OperatorStore
{
public:
    virtual ~OperatorStore() = default;
    virtual void insert(const Operator& person) = 0;
    virtual void update(const Operator& person) = 0; ///< everything but id, createdMs and load
    virtual std::optional<Operator> find(const QByteArray& id) = 0;
    virtual std::optional<Operator> findByLogin(const QByteArray& login) = 0;
    virtual std::vector<Operator> all(int limit) = 0; ///< by name, disabled ones too, with load
    /// Everybody is Offline: at the start of the only server.
    virtual void resetPresence() = 0;
    virtual void addPresenceHistory(const QByteArray& operatorId, OperatorStatus status, qint64 atMs) = 0;
    /// Free and total capacity of those whose presence is Online.
    struct Capacity
    {
        int free = 0;
        int total = 0;
    };
    virtual Capacity capacity() = 0;

    virtual void insertToken(const RefreshToken& token) = 0;
    virtual std::optional<RefreshToken> findToken(const QByteArray& hash) = 0;
    virtual void markTokenUsed(const QByteArray& hash, qint64 atMs) = 0;
    virtual void deleteTokenFamily(const QByteArray& family) = 0;
    virtual void deleteTokensOf(const QByteArray& operatorId) = 0;
    virtual void deleteTokensExpiredBefore(qint64 ms) = 0;
};

class DeskTextStore
{
public:
    virtual ~DeskTextStore() = default;
    /// Those of everybody and of the owner, by shortcut.
    virtual std::vector<CannedReply> cannedReplies(const QByteArray& ownerId, int limit) = 0;
    virtual std::optional<CannedReply> cannedReply(qint64 id) = 0;
    virtual void insert(CannedReply& reply) = 0; ///< sets the id
    virtual void update(const CannedReply& reply) = 0;
    virtual void deleteCannedReply(qint64 id) = 0;

    virtual void insert(const AuditEntry& entry) = 0;
    virtual std::vector<AuditEntry> audit(qint64 before, int limit) = 0; ///< newest first, id < before (0: all)

    virtual void insert(WebhookCall& call) = 0; ///< sets the id
    virtual std::vector<WebhookCall> dueCalls(qint64 nowMs, int limit) = 0;
    virtual void retryCall(qint64 id, int attempts, qint64 nextMs) = 0;
    virtual void deleteCall(qint64 id) = 0;
};

/// The log of what was published in durable channels (see journalevent.h): history for resuming clients and outbox in
/// one. Sequence numbers and offsets grow by one in the order of commits.
class JournalStore
{
public:
    virtual ~JournalStore() = default;
    /// Gives the event its sequence number, id, and offset in every channel, and keeps it. `data` is called with the
    /// offset in the first channel.
    virtual JournalEvent append(const JournalDraft& draft) = 0;
    /// Epoch and top of the channel; a channel without events gets its epoch here.
    virtual Position top(const QByteArray& channel) = 0;
    virtual Position logTop() = 0; ///< of the log over all channels
    /// The sequence number of the event with this channel position (0 for offset 0); nothing when no channel has that
    /// epoch, the event is not there yet, or it is too old to be known.
    virtual std::optional<quint64> sequenceOf(const Position& channelPosition) = 0;
    /// True when every event of the channel after this sequence number is still here, by `keep` events per channel.
    virtual bool isComplete(const QByteArray& channel, quint64 afterSequence, int keep) = 0;
    /// Events of these channels with greater sequence numbers, in order, each once with all its placements.
    virtual std::vector<JournalEvent> after(const std::vector<QByteArray>& channels, quint64 sequence, int limit) = 0;
    /// All events with greater sequence numbers, in order.
    virtual std::vector<JournalEvent> allAfter(quint64 sequence, int limit) = 0;

    struct KnownKey
    {
        JournalEvent event; ///< without data
        QByteArray fingerprint;
    };
    virtual std::optional<KnownKey> findKey(const QByteArray& idempotencyKey) = 0;
    virtual void insertKey(const QByteArray& key, const QByteArray& fingerprint, const JournalEvent& event) = 0;

    /// Drops what is older, at most `limit` events and keys; true when there is more to drop.
    virtual bool trimOlderThan(qint64 ms, qint64 keysBeforeMs, int limit) = 0;
    /// Drops the channel's events below its `keep` newest.
    virtual void trimChannel(const QByteArray& channel, int keep) = 0;
};

class Store
{
public:
    virtual ~Store() = default;

    virtual DialogStore& dialogs() = 0;
    virtual MessageStore& messages() = 0;
    virtual HandoffStore& handoffs() = 0;
    virtual OperatorStore& operators() = 0;
    virtual DeskTextStore& texts() = 0;
    virtual JournalStore& journal() = 0;

    // Transactions; commands do not call these, StoreThread does.

    enum class Access { Read, Write };
    /// False, with failure(), when it cannot begin. SQLite: BEGIN (IMMEDIATE); PostgreSQL: REPEATABLE READ for reads.
    virtual bool begin(Access access) = 0;
    /// False: nothing of the transaction is kept (or, when the connection broke, it is unknown: see isConnected()).
    virtual bool commit() = 0;
    /// Also clears the failure.
    virtual void rollback() = 0;
    virtual void savepoint() = 0;
    virtual void releaseSavepoint() = 0;
    /// Undoes everything since savepoint() and clears the failure, unless the connection is gone.
    virtual void rollbackToSavepoint() = 0;

    /// Why the transaction cannot be kept: Unavailable (down, locked, full), Conflict (try the transaction again:
    /// deadlock, serialisation), Internal (a statement is wrong).
    virtual const std::optional<Error>& failure() const = 0;
    virtual bool isConnected() const = 0;
    /// Grows with every statement that may have changed something.
    virtual quint64 changes() const = 0;
};

} // namespace signalbox
