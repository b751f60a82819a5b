// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/sqldatabase.h"

namespace signalbox {

class SqlHandoffs final : public HandoffStore
{
public:
    explicit SqlHandoffs(SqlDatabase& database)
        : m_database(database)
    {
    }

    void insert(Handoff& handoff) override;
    void update(const Handoff& handoff) override;
    std::optional<Handoff> open(qint64 dialogId) override;
    std::vector<Handoff> of(qint64 dialogId, int limit) override;
    std::vector<Handoff> queue(int limit) override;
    int queueLength() override;
    int queuePosition(qint64 dialogId) override;
    std::vector<Handoff> active(int limit) override;
    std::vector<Handoff> activeOf(const QByteArray& operatorId, int limit) override;
    std::vector<Handoff> leaseEndedBefore(qint64 ms, int limit) override;
    std::vector<Handoff> unansweredSince(qint64 startedBeforeMs, int limit) override;
    std::vector<Handoff> reservationEndedBefore(qint64 ms, int limit) override;
    std::optional<qint64> meanHandlingMs(int sample) override;

private:
    SqlDatabase& m_database;
};

} // namespace signalbox
