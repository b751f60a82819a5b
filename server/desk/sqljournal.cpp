// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/sqljournal.h"

#include "desk/journalplacements.h"

#include <QCryptographicHash>
#include <QRandomGenerator>
#include <QtEndian>

#include <algorithm>

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

constexpr int kEpochLength = 8;
constexpr int kHashLength = 11; // of a channel's name: 57 bits, with a unique index behind them
const QString kSelectEvents =
    u"select sequence, name, version, timestamp_ms, placements, conflate_key, chat_name, chat_data,"
    " data, also, is_from_chat from journal"_s;

/// So many of the number's lower digits.
QByteArray base36(quint64 number, int length)
{
    QByteArray text(length, '0');
    for (int i = length - 1; i >= 0; --i, number /= 36)
        text[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[number % 36];
    return text;
}

} // namespace

QByteArray SqlJournal::readEpoch(SqlDatabase& database)
{
    SqlRows rows = database.run(u"select epoch from journal_log where id = 1"_s);
    return rows.next() ? rows.bytes() : QByteArray();
}

void SqlJournal::createEpoch(SqlDatabase& database)
{
    database.run(u"insert into journal_log (id, epoch, top) values (1, ?, 0) on conflict (id) do nothing"_s,
                 base36(QRandomGenerator::system()->generate64(), kEpochLength));
}

QByteArray SqlJournal::eventId(quint64 sequence) const
{
    return m_epoch + '-' + QByteArray::number(sequence, 36);
}

QByteArray SqlJournal::channelEpoch(const QByteArray& name) const
{
    const QByteArray hash = QCryptographicHash::hash(QByteArray(m_epoch + ' ' + name), QCryptographicHash::Sha256);
    return m_epoch + base36(qFromBigEndian<quint64>(hash.constData()), kHashLength);
}

bool SqlJournal::isChannelEpoch(const QByteArray& epoch) const
{
    return epoch.size() == kEpochLength + kHashLength && epoch.startsWith(m_epoch);
}

JournalEvent SqlJournal::append(const JournalDraft& draft)
{
    JournalEvent event;
    event.sequence = m_tops.nextSequence();
    for (const QByteArray& channel : draft.channels)
        event.placements.push_back(place(channel, event.sequence));
    if (m_database.failure())
        return {};
    const quint64 offset = event.placements.front().position.offset;
    event.id = eventId(event.sequence);
    event.name = draft.name;
    event.version = draft.version;
    event.data = draft.data ? draft.data(offset) : QByteArray();
    event.chatName = draft.chatName;
    event.chatData = draft.chatName.isEmpty() || !draft.chatData ? QByteArray() : draft.chatData(offset);
    event.conflateKey = draft.conflateKey;
    event.timestampMs = draft.timestampMs;
    event.volatileChannels = draft.volatileChannels;
    event.isFromChat = draft.isFromChat;
    insertEvent(event);
    return m_database.failure() ? JournalEvent() : event;
}

Placement SqlJournal::place(const QByteArray& name, quint64 sequence)
{
    const JournalTops::Channel& channel =
        m_tops.nextPlace(name, [this](const QByteArray& unknown) { return channelEpoch(unknown); });
    m_database.run(u"insert into journal_place (channel, place, sequence) values (?, ?, ?)"_s, channel.id, channel.top,
                   sequence);
    return {name, {channel.epoch, channel.top}};
}

void SqlJournal::insertEvent(const JournalEvent& e)
{
    m_database.run(u"insert into journal (sequence, name, version, timestamp_ms, places, placements, conflate_key,"
                   " chat_name, chat_data, data, also, is_from_chat)"
                   " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s,
                   e.sequence, e.name, e.version, e.timestampMs, e.placements.size(), encodePlacements(e.placements),
                   e.conflateKey, e.chatName, e.chatData, e.data, encodeChannels(e.volatileChannels), e.isFromChat);
}

std::optional<SqlJournal::Channel> SqlJournal::channelNamed(const QByteArray& name)
{
    m_tops.write();
    SqlRows rows =
        m_database.run(u"select id, top, trimmed_place, trimmed_sequence from journal_channel where name = ?"_s, name);
    if (!rows.next())
        return std::nullopt;
    Channel channel;
    channel.id = rows.number();
    channel.top = rows.count();
    channel.trimmedPlace = rows.count();
    channel.trimmedSequence = rows.count();
    return channel;
}

std::optional<SqlJournal::Channel> SqlJournal::channelOf(const QByteArray& epoch)
{
    QByteArray name;
    {
        SqlRows rows = m_database.run(u"select name from journal_channel where epoch = ?"_s, epoch);
        if (!rows.next())
            return std::nullopt;
        name = rows.bytes();
    }
    return channelNamed(name);
}

Position SqlJournal::top(const QByteArray& channel)
{
    const auto known = channelNamed(channel);
    if (m_database.failure())
        return {};
    return {channelEpoch(channel), known ? known->top : 0};
}

Position SqlJournal::logTop()
{
    m_tops.write();
    SqlRows rows = m_database.run(u"select top from journal_log where id = 1"_s);
    return rows.next() ? Position{m_epoch, rows.count()} : Position{};
}

quint64 SqlJournal::sequenceAt(qint64 channelId, quint64 place)
{
    return static_cast<quint64>(firstNumber(
        m_database.run(u"select sequence from journal_place where channel = ? and place = ?"_s, channelId, place)));
}

std::optional<quint64> SqlJournal::sequenceOf(const Position& position)
{
    if (!isChannelEpoch(position.epoch) || m_database.failure())
        return std::nullopt;
    if (position.offset == 0)
        return 0;
    const auto channel = channelOf(position.epoch);
    if (!channel || position.offset > channel->top)
        return std::nullopt;
    const quint64 sequence =
        position.offset == channel->trimmedPlace ? channel->trimmedSequence : sequenceAt(channel->id, position.offset);
    return sequence > 0 ? std::optional(sequence) : std::nullopt;
}

bool SqlJournal::isComplete(const QByteArray& name, quint64 afterSequence, int keep)
{
    const auto channel = channelNamed(name);
    if (!channel)
        return !m_database.failure();
    if (channel->trimmedSequence > afterSequence)
        return false;
    const auto kept = static_cast<quint64>(std::max(keep, 0));
    return channel->top <= kept || sequenceAt(channel->id, channel->top - kept) <= afterSequence;
}

JournalEvent SqlJournal::readEvent(SqlRows& rows) const
{
    JournalEvent e;
    e.sequence = rows.count();
    e.id = eventId(e.sequence);
    e.name = rows.bytes();
    e.version = rows.smallNumber();
    e.timestampMs = rows.number();
    e.placements = decodePlacements(rows.bytes());
    e.conflateKey = rows.bytes();
    e.chatName = rows.bytes();
    e.chatData = rows.bytes();
    e.data = rows.bytes();
    e.volatileChannels = decodeChannels(rows.bytes());
    e.isFromChat = rows.number() != 0;
    return e;
}

/// Both grow together: a binary search for the first place behind the sequence number.
quint64 SqlJournal::firstPlaceAfter(const Channel& channel, quint64 sequence)
{
    return static_cast<quint64>(
        firstNumber(m_database.run(u"with recursive search (low, high) as (select cast(? as bigint), cast(? as bigint)"
                                   " union all select case when p.sequence > ? then low else p.place + 1 end,"
                                   " case when p.sequence > ? then p.place else high end"
                                   " from search join journal_place p on p.channel = ? and p.place = (low + high) / 2"
                                   " where low < high) select max(low) from search"_s,
                                   channel.trimmedPlace + 1, channel.top + 1, sequence, sequence, channel.id)));
}

std::vector<quint64> SqlJournal::sequencesAfter(const std::vector<QByteArray>& channels, quint64 sequence, int limit)
{
    std::vector<quint64> sequences;
    for (const QByteArray& name : channels) {
        const auto channel = channelNamed(name);
        if (!channel)
            continue;
        SqlRows rows = m_database.run(
            u"select sequence from journal_place where channel = ? and place >= ? order by place limit ?"_s,
            channel->id, firstPlaceAfter(*channel, sequence), limit);
        while (rows.next())
            sequences.push_back(rows.count());
    }
    std::sort(sequences.begin(), sequences.end());
    sequences.erase(std::unique(sequences.begin(), sequences.end()), sequences.end());
    if (sequences.size() > static_cast<size_t>(limit))
        sequences.resize(static_cast<size_t>(limit));
    return sequences;
}

std::vector<JournalEvent> SqlJournal::after(const std::vector<QByteArray>& channels, quint64 sequence, int limit)
{
    // So many at a time, always: one statement for all lengths, and one way to the server for many events.
    constexpr size_t kChunk = 32;
    static const QString sql =
        kSelectEvents + u" where sequence in (?"_s + u", ?"_s.repeated(kChunk - 1) + u") order by sequence"_s;
    const auto sequences = sequencesAfter(channels, sequence, limit);
    std::vector<JournalEvent> events;
    for (size_t start = 0; start < sequences.size(); start += kChunk) {
        std::vector<SqlValue> values;
        for (size_t i = start; i < start + kChunk; ++i)
            values.emplace_back(static_cast<qint64>(sequences[std::min(i, sequences.size() - 1)]));
        SqlRows rows = m_database.runWith(sql, values);
        while (rows.next())
            events.push_back(readEvent(rows));
    }
    return events;
}

std::vector<JournalEvent> SqlJournal::allAfter(quint64 sequence, int limit)
{
    static const QString sql = kSelectEvents + u" where sequence > ? order by sequence limit ?"_s;
    SqlRows rows = m_database.run(sql, sequence, limit);
    std::vector<JournalEvent> events;
    while (rows.next())
        events.push_back(readEvent(rows));
    return events;
}

std::optional<JournalStore::KnownKey> SqlJournal::findKey(const QByteArray& idempotencyKey)
{
    SqlRows rows = m_database.run(u"select fingerprint, sequence, name, version, timestamp_ms, placements,"
                                  " conflate_key from journal_key where key = ?"_s,
                                  idempotencyKey);
    if (!rows.next())
        return std::nullopt;
    KnownKey known;
    known.fingerprint = rows.bytes();
    known.event.sequence = rows.count();
    known.event.id = eventId(known.event.sequence);
    known.event.name = rows.bytes();
    known.event.version = rows.smallNumber();
    known.event.timestampMs = rows.number();
    known.event.placements = decodePlacements(rows.bytes());
    known.event.conflateKey = rows.bytes();
    return known;
}

void SqlJournal::insertKey(const QByteArray& key, const QByteArray& fingerprint, const JournalEvent& e)
{
    m_database.run(u"insert into journal_key (key, fingerprint, sequence, name, version, timestamp_ms, placements,"
                   " conflate_key) values (?, ?, ?, ?, ?, ?, ?, ?)"_s,
                   key, fingerprint, e.sequence, e.name, e.version, e.timestampMs, encodePlacements(e.placements),
                   e.conflateKey);
}

} // namespace signalbox
