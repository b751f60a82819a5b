// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>

namespace signalbox {

/// Somebody who is connected: one per user however many connections, tabs and consoles.
struct PresentUser
{
    QByteArray user; ///< Identity::subject
    QByteArray role;
    int connections = 0;
    qint64 sinceMs = 0; ///< wall clock of the first of them
};

/// Who is connected. Core thread. A user is present from the first join to the last leave. The implementation for one
/// process is MemoryPresence, for several servers RedisPresence; the contract tests in tests/contract run on both.
class Presence
{
public:
    virtual ~Presence() = default;
    /// True when the user was not there before.
    virtual bool join(const QByteArray& user, const QByteArray& role, qint64 nowMs) = 0;
    /// True when this was the user's last connection.
    virtual bool leave(const QByteArray& user) = 0;
    virtual QList<PresentUser> users() const = 0;
    virtual bool isPresent(const QByteArray& user) const = 0;
};

class MemoryPresence final : public Presence
{
public:
    bool join(const QByteArray& user, const QByteArray& role, qint64 nowMs) override;
    bool leave(const QByteArray& user) override;
    QList<PresentUser> users() const override { return m_users.values(); }
    bool isPresent(const QByteArray& user) const override { return m_users.contains(user); }

private:
    QHash<QByteArray, PresentUser> m_users;
};

} // namespace signalbox
