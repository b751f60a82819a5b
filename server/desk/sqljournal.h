// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/journaltops.h"

namespace signalbox {

/// The epoch of a channel is the journal's and a hash of the channel's name: known before the channel has a row, also
/// to readers, and the same on every server.
class SqlJournal final : public JournalStore
{
public:
    SqlJournal(SqlDatabase& database, QByteArray epoch)
        : m_database(database)
        , m_tops(database)
        , m_epoch(std::move(epoch))
    {
    }

    /// The journal's epoch; empty when there is none yet.
    static QByteArray readEpoch(SqlDatabase& database);
    /// Makes the epoch where there is none.
    static void createEpoch(SqlDatabase& database);

    JournalEvent append(const JournalDraft& draft) override;
    Position top(const QByteArray& channel) override;
    Position logTop() override;
    std::optional<quint64> sequenceOf(const Position& channelPosition) override;
    bool isComplete(const QByteArray& channel, quint64 afterSequence, int keep) override;
    std::vector<JournalEvent> after(const std::vector<QByteArray>& channels, quint64 sequence, int limit) override;
    std::vector<JournalEvent> allAfter(quint64 sequence, int limit) override;
    std::optional<KnownKey> findKey(const QByteArray& idempotencyKey) override;
    void insertKey(const QByteArray& key, const QByteArray& fingerprint, const JournalEvent& event) override;
    bool trimOlderThan(qint64 ms, qint64 keysBeforeMs, int limit) override;
    void trimChannel(const QByteArray& channel, int keep) override;

    /// Before the commit and a savepoint.
    void writeTops() { m_tops.write(); }
    /// At the beginning, and after a rollback, to the savepoint or of everything.
    void forgetTops() { m_tops.forget(); }

private:
    struct Channel
    {
        qint64 id = 0;
        quint64 top = 0;
        quint64 trimmedPlace = 0;
        quint64 trimmedSequence = 0;
    };

    QByteArray eventId(quint64 sequence) const;
    QByteArray channelEpoch(const QByteArray& name) const;
    bool isChannelEpoch(const QByteArray& epoch) const;
    Placement place(const QByteArray& channel, quint64 sequence);
    void insertEvent(const JournalEvent& event);
    std::optional<Channel> channelNamed(const QByteArray& name);
    std::optional<Channel> channelOf(const QByteArray& epoch);
    quint64 sequenceAt(qint64 channelId, quint64 place);
    quint64 firstPlaceAfter(const Channel& channel, quint64 sequence);
    std::vector<quint64> sequencesAfter(const std::vector<QByteArray>& channels, quint64 sequence, int limit);
    JournalEvent readEvent(SqlRows& rows) const;
    int trimEvents(qint64 olderThanMs, int limit);
    int trimKeys(qint64 beforeMs, int limit);

    SqlDatabase& m_database;
    JournalTops m_tops;
    const QByteArray m_epoch;
};

} // namespace signalbox
