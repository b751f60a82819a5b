// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/sqldatabase.h"

namespace signalbox {

class SqlOperators final : public OperatorStore
{
public:
    explicit SqlOperators(SqlDatabase& database)
        : m_database(database)
    {
    }

    void insert(const Operator& person) override;
    void update(const Operator& person) override;
    std::optional<Operator> find(const QByteArray& id) override;
    std::optional<Operator> findByLogin(const QByteArray& login) override;
    std::vector<Operator> all(int limit) override;
    void resetPresence() override;
    void addPresenceHistory(const QByteArray& operatorId, OperatorStatus status, qint64 atMs) override;
    Capacity capacity() override;

    void insertToken(const RefreshToken& token) override;
    std::optional<RefreshToken> findToken(const QByteArray& hash) override;
    void markTokenUsed(const QByteArray& hash, qint64 atMs) override;
    void deleteTokenFamily(const QByteArray& family) override;
    void deleteTokensOf(const QByteArray& operatorId) override;
    void deleteTokensExpiredBefore(qint64 ms) override;

private:
    SqlDatabase& m_database;
};

} // namespace signalbox
