// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/sqldatabase.h"

namespace signalbox {

class SqlTexts final : public DeskTextStore
{
public:
    explicit SqlTexts(SqlDatabase& database)
        : m_database(database)
    {
    }

    std::vector<CannedReply> cannedReplies(const QByteArray& ownerId, int limit) override;
    std::optional<CannedReply> cannedReply(qint64 id) override;
    void insert(CannedReply& reply) override;
    void update(const CannedReply& reply) override;
    void deleteCannedReply(qint64 id) override;

    void insert(const AuditEntry& entry) override;
    std::vector<AuditEntry> audit(qint64 before, int limit) override;

    void insert(WebhookCall& call) override;
    std::vector<WebhookCall> dueCalls(qint64 nowMs, int limit) override;
    void retryCall(qint64 id, int attempts, qint64 nextMs) override;
    void deleteCall(qint64 id) override;

private:
    SqlDatabase& m_database;
};

} // namespace signalbox
