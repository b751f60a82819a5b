// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/board.h"
#include "redis/redischannels.h"
#include "redis/redisscripts.h"

#include <QSet>

#include <map>

namespace signalbox {

/// The board of several servers on one Redis. Each server keeps its entries in a key with a time to live, and says
/// every change through Pub/Sub; each holds a copy of what the others say. A message that is missed shows in the
/// versions and the entries are read again. A server that is not heard of for its time to live is dropped.
///
/// While Redis is away the others' entries stay as they were last known; when it is back each server writes what it
/// holds, whatever Redis has kept. Core thread; link and scripts outlive this.
class RedisBoard final : public QObject, public Board
{
    Q_OBJECT

public:
    struct Settings
    {
        qint64 ttlMs = 15'000;
        size_t maxServers = 1000;      ///< others that are listened to
        size_t maxEntries = 1'000'000; ///< of one of them; what is more is not kept
    };

    RedisBoard(RedisLink& commands, RedisLink& listening, RedisScripts& scripts, Settings settings);

    void set(const QByteArray& key, const QByteArray& value) override;
    QList<QByteArray> elsewhere(const QByteArray& key) const override;
    void visitElsewhere(const QByteArray& prefix, const Visit& visit) const override;

    /// Other servers that are known now.
    qsizetype serverCount() const { return m_servers.size(); }

signals:
    /// What another server says under this key is another thing now.
    void changedElsewhere(const QByteArray& key);
    /// The same, because that server has died.
    void diedElsewhere(const QByteArray& key);
    /// A message that made no sense.
    void malformed(const QByteArray& channel, const QString& reason);

private:
    using Entries = std::map<QByteArray, QByteArray>;
    struct Server
    {
        quint64 version = 0; ///< of the entries
        quint64 latest = 0;  ///< that was heard of
        bool isReading = false;
        qint64 heardMs = 0; ///< steady
        Entries entries;
    };
    struct Note;

    void begin();
    void listening();
    void schedule();
    void flush(bool isBeat);
    void written(const Result<RedisReply>& reply, quint64 version);
    void beat();
    void dropDead();
    void take(const QByteArray& channel, const QByteArray& text);
    Server* heardOf(const QByteArray& id, quint64 version, bool isSaid);
    void apply(Server& server, const Note& note);
    void read(const QByteArray& id);
    void haveRead(const QByteArray& id, const Result<RedisReply>& reply);
    void replace(Server& server, Entries entries);

    RedisLink& m_commands;
    RedisScripts& m_scripts;
    const Settings m_settings;
    const QByteArray m_id;      ///< of this life of this server
    const QByteArray m_channel; ///< of Pub/Sub
    RedisChannels m_pubSub;
    QHash<QByteArray, QByteArray> m_own;
    QSet<QByteArray> m_changed; ///< keys of our own that Redis does not know yet
    quint64 m_version = 0;
    bool m_isKnown = false; ///< Redis has our entries but for m_changed
    bool m_isWriting = false;
    bool m_isRefused = false;
    bool m_isScheduled = false;
    QHash<QByteArray, Server> m_servers;
    qint64 m_beatenMs = 0; ///< steady
    QTimer m_beatTimer;
};

} // namespace signalbox
