// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/foreignjson.h"
#include "redis/redisscripts.h"

#include <deque>

namespace signalbox {

/// Writes what seed 002's consumers read: each event of a dialog to Pub/Sub `chat:{session_id}` and `chat:staff`, and
/// to the stream `chat:staff` (field `data`), from which a bot reads with XREAD. Of the staff's own events those of
/// seed 002 go to `chat:staff`. Others may want events in a form of their own beside it (addForm()). Core thread;
/// scripts and codec outlive this.
///
/// Events of a journal come by relay(), which writes each once, whoever calls it. The others are told by the server
/// that published them; while Redis is away the last `maxKept` of those wait, and one that was published when its
/// server died is not written.
class RedisOutward final : public QObject
{
    Q_OBJECT

public:
    struct Settings
    {
        bool chat = true;        ///< seed 002's form is written
        QByteArray prefix;       ///< in front of the names
        int streamEvents = 1000; ///< that the stream keeps, about
        size_t maxKept = 1000;
    };
    enum class Way : quint8 { All, StreamOnly };

    /// An event of a journal: its number there, and which channels it has.
    struct Relayed
    {
        quint64 sequence = 0;
        EventPtr event;
        Way way = Way::All;
    };
    using RelayDone = std::function<void(Result<quint64>)>;

    RedisOutward(RedisLink& commands, RedisScripts& scripts, const ForeignJson& json, Settings settings);

    /// The command that writes an event in another form, whatever Way it has.
    using Form = std::function<RedisConnection::Words(const Event& event)>;
    void addForm(Form form) { m_forms.push_back(std::move(form)); }

    /// StreamOnly for what came by those very channels.
    void tell(const Event& event, Way way);
    /// Writes those behind the last one that was written, in this order. `since` is the last number as far as the
    /// caller knows; what Redis knows goes before. Answers with the last number now.
    void relay(const Position& since, const std::vector<Relayed>& events, const RelayDone& done);

signals:
    /// Redis did not take an event there; what it said.
    void refused(const QByteArray& channel, const QString& why);

private:
    using Commands = std::vector<RedisConnection::Words>;

    Commands commandsOf(const Event& event, Way way) const;
    Commands chatCommands(const Event& event, Way way) const;
    void send(const RedisConnection::Words& words);
    void sendKept();

    RedisLink& m_commands;
    RedisScripts& m_scripts;
    const ForeignJson& m_json;
    const Settings m_settings;
    std::vector<Form> m_forms;
    std::deque<RedisConnection::Words> m_kept;
};

} // namespace signalbox
