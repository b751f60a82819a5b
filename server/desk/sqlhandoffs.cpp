// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/sqlhandoffs.h"

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

// Statuses are written as numbers (see HandoffStatus), because the partial indexes of resources/sql want the same
// words.
const QString kSelectHandoffs =
    u"select id, dialog_id, status, priority, reason, requested_by, requested_ms, queued_ms, reserved_for,"
    " operator_id, fencing, lease_until_ms, started_ms, answered_ms, ended_ms, resolution, cancel_type, returns,"
    " metadata from handoff"_s;

Handoff readHandoff(SqlRows& rows)
{
    Handoff h;
    h.id = rows.number();
    h.dialogId = rows.number();
    h.status = rows.value<HandoffStatus>();
    h.priority = rows.smallNumber();
    h.reason = rows.text();
    h.requestedBy = rows.bytes();
    h.requestedMs = rows.number();
    h.queuedMs = rows.number();
    h.reservedFor = rows.bytes();
    h.operatorId = rows.bytes();
    h.fencing = rows.count();
    h.leaseUntilMs = rows.number();
    h.startedMs = rows.number();
    h.answeredMs = rows.number();
    h.endedMs = rows.number();
    h.resolution = rows.text();
    h.cancelType = rows.bytes();
    h.returns = rows.smallNumber();
    h.metadata = rows.bytes();
    return h;
}

std::vector<Handoff> allHandoffs(SqlRows rows)
{
    std::vector<Handoff> handoffs;
    while (rows.next())
        handoffs.push_back(readHandoff(rows));
    return handoffs;
}

} // namespace

void SqlHandoffs::insert(Handoff& h)
{
    h.id = m_database.insert(
        u"insert into handoff (dialog_id, status, priority, reason, requested_by, requested_ms, queued_ms,"
        " reserved_for, operator_id, fencing, lease_until_ms, started_ms, answered_ms, ended_ms, resolution,"
        " cancel_type, returns, metadata) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s,
        h.dialogId, h.status, h.priority, h.reason, h.requestedBy, h.requestedMs, h.queuedMs, h.reservedFor,
        h.operatorId, h.fencing, h.leaseUntilMs, h.startedMs, h.answeredMs, h.endedMs, h.resolution, h.cancelType,
        h.returns, h.metadata);
}

void SqlHandoffs::update(const Handoff& h)
{
    m_database.run(u"update handoff set status = ?, priority = ?, reason = ?, requested_by = ?, requested_ms = ?,"
                   " queued_ms = ?, reserved_for = ?, operator_id = ?, fencing = ?, lease_until_ms = ?,"
                   " started_ms = ?, answered_ms = ?, ended_ms = ?, resolution = ?, cancel_type = ?, returns = ?,"
                   " metadata = ? where id = ?"_s,
                   h.status, h.priority, h.reason, h.requestedBy, h.requestedMs, h.queuedMs, h.reservedFor,
                   h.operatorId, h.fencing, h.leaseUntilMs, h.startedMs, h.answeredMs, h.endedMs, h.resolution,
                   h.cancelType, h.returns, h.metadata, h.id);
}

std::optional<Handoff> SqlHandoffs::open(qint64 dialogId)
{
    static const QString sql = kSelectHandoffs + u" where dialog_id = ? and status <= 1"_s;
    SqlRows rows = m_database.run(sql, dialogId);
    return rows.next() ? std::optional(readHandoff(rows)) : std::nullopt;
}

std::vector<Handoff> SqlHandoffs::of(qint64 dialogId, int limit)
{
    static const QString sql = kSelectHandoffs + u" where dialog_id = ? order by id desc limit ?"_s;
    return allHandoffs(m_database.run(sql, dialogId, limit));
}

std::vector<Handoff> SqlHandoffs::queue(int limit)
{
    static const QString sql = kSelectHandoffs + u" where status = 0 order by priority desc, queued_ms, id limit ?"_s;
    return allHandoffs(m_database.run(sql, limit));
}

int SqlHandoffs::queueLength()
{
    return static_cast<int>(firstNumber(m_database.run(u"select count(*) from handoff where status = 0"_s)));
}

int SqlHandoffs::queuePosition(qint64 dialogId)
{
    return static_cast<int>(firstNumber(
        m_database.run(u"select count(other.id) from handoff mine join handoff other on other.status = 0"
                       " and (-other.priority, other.queued_ms, other.id) <= (-mine.priority, mine.queued_ms, mine.id)"
                       " where mine.status = 0 and mine.dialog_id = ?"_s,
                       dialogId)));
}

std::vector<Handoff> SqlHandoffs::active(int limit)
{
    static const QString sql = kSelectHandoffs + u" where status = 1 order by id limit ?"_s;
    return allHandoffs(m_database.run(sql, limit));
}

std::vector<Handoff> SqlHandoffs::activeOf(const QByteArray& operatorId, int limit)
{
    static const QString sql = kSelectHandoffs + u" where status = 1 and operator_id = ? order by id limit ?"_s;
    return allHandoffs(m_database.run(sql, operatorId, limit));
}

std::vector<Handoff> SqlHandoffs::leaseEndedBefore(qint64 ms, int limit)
{
    static const QString sql =
        kSelectHandoffs + u" where status = 1 and lease_until_ms < ? order by lease_until_ms, id limit ?"_s;
    return allHandoffs(m_database.run(sql, ms, limit));
}

std::vector<Handoff> SqlHandoffs::unansweredSince(qint64 startedBeforeMs, int limit)
{
    static const QString sql =
        kSelectHandoffs + u" where status = 1 and answered_ms = 0 and started_ms < ? order by started_ms, id limit ?"_s;
    return allHandoffs(m_database.run(sql, startedBeforeMs, limit));
}

std::vector<Handoff> SqlHandoffs::reservationEndedBefore(qint64 ms, int limit)
{
    static const QString sql = kSelectHandoffs +
                               u" where status = 0 and length(reserved_for) > 0 and lease_until_ms < ?"
                               " order by lease_until_ms, id limit ?"_s;
    return allHandoffs(m_database.run(sql, ms, limit));
}

std::optional<qint64> SqlHandoffs::meanHandlingMs(int sample)
{
    SqlRows rows = m_database.run(u"select count(*), cast(coalesce(sum(ms), 0) as bigint) from"
                                  " (select ended_ms - started_ms as ms from handoff where status = 2"
                                  " order by ended_ms desc, id desc limit ?) newest"_s,
                                  sample);
    const qint64 count = rows.next() ? rows.number() : 0;
    return count > 0 ? std::optional(rows.number() / count) : std::nullopt;
}

} // namespace signalbox
