// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/loginguard.h"

#include <algorithm>
#include <vector>

#include <arpa/inet.h>

namespace signalbox {

namespace {

/// One customer of a provider has a whole /64 of IPv6 to try from.
QByteArray networkOf(const QByteArray& address)
{
    constexpr qsizetype kPrefixBytes = 8;
    in6_addr parsed{};
    if (::inet_pton(AF_INET6, address.constData(), &parsed) != 1)
        return address;
    const QByteArray bytes(reinterpret_cast<const char*>(&parsed), sizeof parsed);
    return IN6_IS_ADDR_V4MAPPED(&parsed) ? bytes : bytes.first(kPrefixBytes);
}

} // namespace

qint64 LoginGuard::begin(const QByteArray& account, const QByteArray& address, const Limits& limits)
{
    const QByteArray network = networkOf(address);
    const qint64 now = m_clock.steadyMs();
    const std::lock_guard lock(m_mutex);
    const qint64 wait = std::max(waitOf(m_accounts, account, limits.attempts, now),
                                 waitOf(m_addresses, network, limits.attempts * kPerAddress, now));
    if (wait > 0)
        return wait;
    count(m_accounts, account, now, limits.lockoutMs);
    count(m_addresses, network, now, limits.lockoutMs);
    return 0;
}

void LoginGuard::succeeded(const QByteArray& account, const QByteArray& address)
{
    const std::lock_guard lock(m_mutex);
    m_accounts.remove(account);
    takeBack(m_addresses, networkOf(address));
}

void LoginGuard::undecided(const QByteArray& account, const QByteArray& address)
{
    const std::lock_guard lock(m_mutex);
    takeBack(m_accounts, account);
    takeBack(m_addresses, networkOf(address));
}

qsizetype LoginGuard::entries() const
{
    const std::lock_guard lock(m_mutex);
    return m_accounts.size() + m_addresses.size();
}

qint64 LoginGuard::waitOf(const Table& table, const QByteArray& key, int most, qint64 nowMs)
{
    const auto found = table.constFind(key);
    if (found == table.cend() || found->count < most)
        return 0;
    return std::max<qint64>(0, found->forgetMs - nowMs);
}

void LoginGuard::count(Table& table, const QByteArray& key, qint64 nowMs, qint64 lockoutMs)
{
    if (table.size() >= kMostEntries && !table.contains(key))
        makeRoom(table, nowMs);
    Failures& failures = table[key];
    if (failures.forgetMs <= nowMs)
        failures.count = 0;
    ++failures.count;
    failures.lastMs = nowMs;
    failures.forgetMs = nowMs + lockoutMs;
}

void LoginGuard::takeBack(Table& table, const QByteArray& key)
{
    const auto found = table.find(key);
    if (found != table.end() && --found->count <= 0)
        table.erase(found);
}

/// Half of the table at once, so that a flood of invented logins does not make each of them walk the whole.
void LoginGuard::makeRoom(Table& table, qint64 nowMs)
{
    table.removeIf([nowMs](auto it) { return it->forgetMs <= nowMs; });
    if (table.size() < kMostEntries / 2)
        return;
    std::vector<qint64> times;
    times.reserve(static_cast<size_t>(table.size()));
    for (const Failures& failures : table)
        times.push_back(failures.lastMs);
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    qsizetype surplus = table.size() - kMostEntries / 2; // all may be of one moment
    table.removeIf([&surplus, last = *middle](auto it) { return surplus > 0 && it->lastMs <= last && surplus-- > 0; });
}

} // namespace signalbox
