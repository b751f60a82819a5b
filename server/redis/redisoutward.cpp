// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redisoutward.h"

#include "core/channel.h"

namespace signalbox {

RedisOutward::RedisOutward(RedisLink& commands, const ForeignJson& json, Settings settings)
    : m_commands(commands)
    , m_json(json)
    , m_settings(std::move(settings))
{
    connect(&m_commands, &RedisLink::up, this, &RedisOutward::sendKept);
}

void RedisOutward::tell(const Event& event, Way way)
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
        return;
    const QByteArray text = m_json.chatMessage(event, dialog);
    const QByteArray staff = m_settings.prefix + "chat:staff";
    if (way == Way::All) {
        if (!dialog.isEmpty())
            send({"PUBLISH", m_settings.prefix + "chat:" + dialog, text});
        send({"PUBLISH", staff, text});
    }
    // What only holds for a moment (typing) is nothing to read later.
    if (event.conflateKey.isEmpty())
        send({"XADD", staff, "MAXLEN", "~", QByteArray::number(m_settings.streamEvents), "*", "data", text});
}

void RedisOutward::send(const RedisConnection::Words& words)
{
    if (!m_commands.isUp()) {
        m_kept.push_back(words);
        if (m_kept.size() > 3 * m_settings.maxKept)
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
