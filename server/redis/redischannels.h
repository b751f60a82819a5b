// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "redis/redislink.h"

#include <QHash>

namespace signalbox {

/// A text as a pattern of PSUBSCRIBE that nothing else matches.
QByteArray escapedForPattern(const QByteArray& text);

/// Some of the Pub/Sub channels that one link listens to; no two of these share one. What is wanted is asked for in
/// batches, at the end of the turn, and all of it again after a reconnect. Core thread; the link outlives this.
class RedisChannels final : public QObject
{
    Q_OBJECT

public:
    explicit RedisChannels(RedisLink& link);

    void add(const QByteArray& name);
    void remove(const QByteArray& name);
    /// Every message from now on comes, until lost().
    bool isConfirmed(const QByteArray& name) const;
    bool areAllConfirmed() const { return m_link.isUp() && m_confirmed == m_names.size(); }

signals:
    /// Some more are confirmed.
    void confirmed();
    /// The connection ended: messages may be missing.
    void lost(const QString& why);
    void message(const QByteArray& name, const QByteArray& text);

private:
    struct Name
    {
        int asked = 0; ///< SUBSCRIBEs on their way
        bool isConfirmed = false;
    };
    struct Step
    {
        bool isAdding = true;
        QByteArray name;
    };

    void note(bool isAdding, const QByteArray& name);
    void flush();
    void begin();
    void end(const QString& why);
    void pushed(const RedisReply& reply);

    RedisLink& m_link;
    QHash<QByteArray, Name> m_names;
    qsizetype m_confirmed = 0;
    std::vector<Step> m_steps; ///< to be sent at the end of the turn
    bool m_isScheduled = false;
};

} // namespace signalbox
