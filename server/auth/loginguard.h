// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <QByteArray>
#include <QHash>

#include <mutex>

namespace signalbox {

/// Counts failed logins per account and per address, and locks both out for a while when there are too many: so many
/// of one account, or ten times as many from one address (an IPv6 address counts with its /64). An account need not
/// exist. What failed is forgotten when nothing more fails for the time of a lock-out.
///
/// An attempt counts as failed from its beginning until it is told otherwise, so that many at once get no further than
/// many in a row. One for the whole server, any thread; the clock must outlive it.
class LoginGuard
{
public:
    struct Limits
    {
        int attempts = 5;
        qint64 lockoutMs = 60'000;
    };
    static constexpr int kPerAddress = 10;            ///< times as many from one address
    static constexpr qsizetype kMostEntries = 20'000; ///< of each kind; the oldest go first

    explicit LoginGuard(const Clock& clock)
        : m_clock(clock)
    {
    }

    /// 0: the attempt may be made, and is counted. Else the milliseconds to wait; nothing is counted.
    qint64 begin(const QByteArray& account, const QByteArray& address, const Limits& limits);
    /// It was the right password: the account starts anew, the address has one failure less.
    void succeeded(const QByteArray& account, const QByteArray& address);
    /// It came to nothing for another reason: it does not count.
    void undecided(const QByteArray& account, const QByteArray& address);

    qsizetype entries() const;

private:
    struct Failures
    {
        int count = 0;
        qint64 lastMs = 0; ///< steady
        qint64 forgetMs = 0;
    };
    using Table = QHash<QByteArray, Failures>;

    static qint64 waitOf(const Table& table, const QByteArray& key, int most, qint64 nowMs);
    static void count(Table& table, const QByteArray& key, qint64 nowMs, qint64 lockoutMs);
    static void takeBack(Table& table, const QByteArray& key);
    static void makeRoom(Table& table, qint64 nowMs);

    const Clock& m_clock;
    mutable std::mutex m_mutex;
    Table m_accounts;
    Table m_addresses;
};

} // namespace signalbox
