// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redisoutward.h"

#include "core/channel.h"

namespace signalbox {

RedisOutward::RedisOutward(RedisLink& commands, RedisScripts& scripts, const ForeignJson& json, Settings settings)
    : m_commands(commands)
    , m_scripts(scripts)
    , m_json(json)
    , m_settings(std::move(settings))
{
    connect(&m_commands, &RedisLink::up, this, &RedisOutward::sendKept);
}

RedisOutward::Commands RedisOutward::chatCommands(const Event& event, Way way) const
{
    QByteArray dialog;
    bool isOfStaff = false;
    for (const Placement& at : event.placements) {
        const ChannelName name = parseChannel(at.channel);
        if (name.kind == ChannelKind::Dialog && dialog.isEmpty())
            dialog = name.key;
        isOfStaff = isOfStaff || name.kind == ChannelKind::Staff;
    }
    const QByteArray& name = event.chatName.isEmpty() ? event.name : event.chatName;
    if (dialog.isEmpty() && !(isOfStaff && name.startsWith("chat.")))
        return {};
    const QByteArray text = m_json.chatMessage(event, dialog);
    const QByteArray staff = m_settings.prefix + "chat:staff";
    Commands commands;
    if (way == Way::All && !dialog.isEmpty())
        commands.push_back({"PUBLISH", m_settings.prefix + "chat:" + dialog, text});
    if (way == Way::All)
        commands.push_back({"PUBLISH", staff, text});
    // What only holds for a moment (typing) is nothing to read later.
    if (event.conflateKey.isEmpty())
        commands.push_back(
            {"XADD", staff, "MAXLEN", "~", QByteArray::number(m_settings.streamEvents), "*", "data", text});
    return commands;
}

RedisOutward::Commands RedisOutward::commandsOf(const Event& event, Way way) const
{
    Commands commands = m_settings.chat ? chatCommands(event, way) : Commands();
    for (const Form& form : m_forms)
        commands.push_back(form(event));
    return commands;
}

void RedisOutward::tell(const Event& event, Way way)
{
    for (const RedisConnection::Words& words : commandsOf(event, way))
        send(words);
}

void RedisOutward::relay(const Position& since, const std::vector<Relayed>& events, const RelayDone& done)
{
    RedisConnection::Words words{since.epoch, QByteArray::number(since.offset), QByteArray::number(events.size())};
    for (const Relayed& one : events) {
        const Commands commands = commandsOf(*one.event, one.way);
        words.push_back(QByteArray::number(one.sequence));
        words.push_back(QByteArray::number(commands.size()));
        for (const RedisConnection::Words& command : commands) {
            words.push_back(QByteArray::number(command.size()));
            words.insert(words.end(), command.begin(), command.end());
        }
    }
    m_scripts.run(RedisScripts::Script::Relay, words, [this, done](const Result<RedisReply>& reply) {
        if (!reply) {
            done(reply.error());
            return;
        }
        if (reply->isError()) {
            done(Error(ErrorCode::Unavailable, QString::fromUtf8(reply->text)));
            return;
        }
        if (const QByteArray& refusal = reply->at(1).text; !refusal.isEmpty())
            emit refused(reply->at(2).text, QString::fromUtf8(refusal));
        done(reply->at(0).text.toULongLong());
    });
}

void RedisOutward::send(const RedisConnection::Words& words)
{
    if (!m_commands.isUp()) {
        m_kept.push_back(words);
        if (m_kept.size() > (3 + m_forms.size()) * m_settings.maxKept)
            m_kept.pop_front();
        return;
    }
    m_commands.send(words, [this, channel = words[1]](const Result<RedisReply>& reply) {
        if (!reply)
            emit refused(channel, reply.error().text());
        else if (reply->isError())
            emit refused(channel, QString::fromUtf8(reply->text));
    });
}

void RedisOutward::sendKept()
{
    for (const RedisConnection::Words& words : std::exchange(m_kept, {}))
        send(words);
}

} // namespace signalbox
