// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/sqloperators.h"

#include "desk/sqllists.h"

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

// The load: dialogs that have the operator now (DialogStatus::Operator, as the index dialog_held has it).
const QString kSelectOperators =
    u"select o.id, o.login, o.name, o.avatar, o.role, o.password_hash, o.cities, o.capacity,"
    " o.disabled, o.wanted, o.wanted_until_ms, o.presence, o.created_ms,"
    " (select count(*) from dialog d where d.operator_id = o.id and d.status = 2)"
    " from operator o"_s;

Operator readOperator(SqlRows& rows)
{
    Operator o;
    o.id = rows.bytes();
    o.login = rows.bytes();
    o.name = rows.text();
    o.avatar = rows.text();
    o.role = rows.value<Role>();
    o.passwordHash = rows.bytes();
    o.cities = splitList(rows.bytes());
    o.capacity = rows.smallNumber();
    o.disabled = rows.number() != 0;
    o.wanted = rows.value<OperatorStatus>();
    o.wantedUntilMs = rows.number();
    o.presence = rows.value<OperatorStatus>();
    o.createdMs = rows.number();
    o.load = rows.smallNumber();
    return o;
}

std::optional<Operator> firstOperator(SqlRows rows)
{
    return rows.next() ? std::optional(readOperator(rows)) : std::nullopt;
}

} // namespace

void SqlOperators::insert(const Operator& o)
{
    m_database.run(u"insert into operator (id, login, name, avatar, role, password_hash, cities, capacity, disabled,"
                   " wanted, wanted_until_ms, presence, created_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s,
                   o.id, o.login, o.name, o.avatar, o.role, o.passwordHash, joinList(o.cities), o.capacity, o.disabled,
                   o.wanted, o.wantedUntilMs, o.presence, o.createdMs);
}

void SqlOperators::update(const Operator& o)
{
    m_database.run(u"update operator set login = ?, name = ?, avatar = ?, role = ?, password_hash = ?, cities = ?,"
                   " capacity = ?, disabled = ?, wanted = ?, wanted_until_ms = ?, presence = ? where id = ?"_s,
                   o.login, o.name, o.avatar, o.role, o.passwordHash, joinList(o.cities), o.capacity, o.disabled,
                   o.wanted, o.wantedUntilMs, o.presence, o.id);
}

std::optional<Operator> SqlOperators::find(const QByteArray& id)
{
    static const QString sql = kSelectOperators + u" where o.id = ?"_s;
    return firstOperator(m_database.run(sql, id));
}

std::optional<Operator> SqlOperators::findByLogin(const QByteArray& login)
{
    static const QString sql = kSelectOperators + u" where o.login = ? and length(o.login) > 0"_s;
    return firstOperator(m_database.run(sql, login));
}

std::vector<Operator> SqlOperators::all(int limit)
{
    static const QString sql = kSelectOperators + u" order by o.name, o.id limit ?"_s;
    SqlRows rows = m_database.run(sql, limit);
    std::vector<Operator> operators;
    while (rows.next())
        operators.push_back(readOperator(rows));
    return operators;
}

void SqlOperators::resetPresence()
{
    m_database.run(u"update operator set presence = ? where presence <> ?"_s, OperatorStatus::Offline,
                   OperatorStatus::Offline);
}

void SqlOperators::addPresenceHistory(const QByteArray& operatorId, OperatorStatus status, qint64 atMs)
{
    m_database.run(u"insert into presence_history (operator_id, status, at_ms) values (?, ?, ?)"_s, operatorId, status,
                   atMs);
}

OperatorStore::Capacity SqlOperators::capacity()
{
    SqlRows rows = m_database.run(
        u"select cast(coalesce(sum(case when capacity > held then capacity - held else 0 end), 0) as bigint),"
        " cast(coalesce(sum(capacity), 0) as bigint) from (select o.capacity,"
        " (select count(*) from dialog d where d.operator_id = o.id and d.status = 2) as held"
        " from operator o where o.presence = ? and o.disabled = 0) present"_s,
        OperatorStatus::Online);
    Capacity capacity;
    if (rows.next()) {
        capacity.free = rows.smallNumber();
        capacity.total = rows.smallNumber();
    }
    return capacity;
}

void SqlOperators::insertToken(const RefreshToken& t)
{
    m_database.run(u"insert into refresh_token (hash, operator_id, family, created_ms, expires_ms, used_ms)"
                   " values (?, ?, ?, ?, ?, ?)"_s,
                   t.hash, t.operatorId, t.family, t.createdMs, t.expiresMs, t.usedMs);
}

std::optional<RefreshToken> SqlOperators::findToken(const QByteArray& hash)
{
    SqlRows rows = m_database.run(u"select hash, operator_id, family, created_ms, expires_ms, used_ms"
                                  " from refresh_token where hash = ?"_s,
                                  hash);
    if (!rows.next())
        return std::nullopt;
    RefreshToken t;
    t.hash = rows.bytes();
    t.operatorId = rows.bytes();
    t.family = rows.bytes();
    t.createdMs = rows.number();
    t.expiresMs = rows.number();
    t.usedMs = rows.number();
    return t;
}

void SqlOperators::markTokenUsed(const QByteArray& hash, qint64 atMs)
{
    m_database.run(u"update refresh_token set used_ms = ? where hash = ?"_s, atMs, hash);
}

void SqlOperators::deleteTokenFamily(const QByteArray& family)
{
    m_database.run(u"delete from refresh_token where family = ?"_s, family);
}

void SqlOperators::deleteTokensOf(const QByteArray& operatorId)
{
    m_database.run(u"delete from refresh_token where operator_id = ?"_s, operatorId);
}

void SqlOperators::deleteTokensExpiredBefore(qint64 ms)
{
    m_database.run(u"delete from refresh_token where expires_ms < ?"_s, ms);
}

} // namespace signalbox
