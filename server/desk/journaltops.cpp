// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/journaltops.h"

namespace signalbox {

using namespace Qt::StringLiterals;

quint64 JournalTops::nextSequence()
{
    if (!m_sequence)
        m_sequence = static_cast<quint64>(firstNumber(m_database.run(u"select top from journal_log where id = 1"_s)));
    m_isSequenceChanged = true;
    return ++*m_sequence;
}

JournalTops::Channel JournalTops::read(const QByteArray& name)
{
    Channel channel;
    SqlRows rows = m_database.run(u"select id, top, epoch from journal_channel where name = ?"_s, name);
    if (rows.next()) {
        channel.id = rows.number();
        channel.top = rows.count();
        channel.epoch = rows.bytes();
    }
    return channel;
}

JournalTops::Channel JournalTops::make(const QByteArray& name, const QByteArray& epoch)
{
    Channel channel;
    channel.epoch = epoch;
    channel.id = m_database.insert(u"insert into journal_channel (name, epoch, top, trimmed_place,"
                                   " trimmed_sequence) values (?, ?, 0, 0, 0)"_s,
                                   name, epoch);
    return channel;
}

void JournalTops::write()
{
    for (Channel& channel : m_channels) {
        if (std::exchange(channel.isChanged, false))
            m_database.run(u"update journal_channel set top = ? where id = ?"_s, channel.top, channel.id);
    }
    if (std::exchange(m_isSequenceChanged, false))
        m_database.run(u"update journal_log set top = ? where id = 1"_s, *m_sequence);
}

void JournalTops::forget()
{
    m_sequence.reset();
    m_isSequenceChanged = false;
    m_channels.clear();
}

} // namespace signalbox
