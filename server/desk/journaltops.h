// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/sqldatabase.h"

#include <QHash>

namespace signalbox {

/// The newest sequence number and the newest place of every channel, as a writing transaction counts them on. They are
/// written in one go at its end: `staff` alone gets a place with nearly every event. Nobody else counts meanwhile
/// (Store::begin).
class JournalTops
{
public:
    struct Channel
    {
        qint64 id = 0;
        quint64 top = 0;
        QByteArray epoch;
        bool isChanged = false;
    };

    explicit JournalTops(SqlDatabase& database)
        : m_database(database)
    {
    }

    quint64 nextSequence();
    /// Counts on. A channel that is not there yet is made, with this epoch. The reference holds until the next call.
    template <typename Epoch> const Channel& nextPlace(const QByteArray& name, const Epoch& epochOf)
    {
        const auto known = m_channels.find(name);
        Channel& channel = known != m_channels.end() ? *known : *m_channels.insert(name, read(name));
        if (channel.id == 0)
            channel = make(name, epochOf(name));
        ++channel.top;
        channel.isChanged = true;
        return channel;
    }

    /// Before the commit, a savepoint, and before the tables are read.
    void write();
    /// After a rollback, to the savepoint or of everything.
    void forget();

private:
    Channel read(const QByteArray& name);
    Channel make(const QByteArray& name, const QByteArray& epoch);

    SqlDatabase& m_database;
    std::optional<quint64> m_sequence; ///< nothing: not read yet
    bool m_isSequenceChanged = false;
    QHash<QByteArray, Channel> m_channels;
};

} // namespace signalbox
