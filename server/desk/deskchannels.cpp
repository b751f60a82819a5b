// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/deskchannels.h"

#include "core/channel.h"

namespace signalbox {

namespace {

bool isDurableKind(ChannelKind kind)
{
    switch (kind) {
    case ChannelKind::Staff:
    case ChannelKind::Operators:
    case ChannelKind::Directors:
    case ChannelKind::Operator:
    case ChannelKind::City:
    case ChannelKind::Order:
    case ChannelKind::User:
    case ChannelKind::System:
        return true;
    case ChannelKind::Dialog: // decided by its id
    case ChannelKind::Stream:
    case ChannelKind::Other:
        return false;
    }
    return false;
}

/// The number of a dialog's id as the desk writes it, or 0.
qint64 deskDialog(const ChannelName& name)
{
    if (name.kind != ChannelKind::Dialog)
        return 0;
    bool isNumber = false;
    const qint64 id = name.key.toLongLong(&isNumber);
    return isNumber && id > 0 && QByteArray::number(id) == name.key ? id : 0;
}

} // namespace

bool DeskChannels::isDurable(const QByteArray& channel) const
{
    const ChannelName name = parseChannel(channel);
    if (name.kind != ChannelKind::Dialog)
        return isDurableKind(name.kind);
    const qint64 id = deskDialog(name);
    return id > 0 && id <= m_lastDialog;
}

bool DeskChannels::mayBecomeDurable(const QByteArray& channel) const
{
    return deskDialog(parseChannel(channel)) > m_lastDialog;
}

bool DeskChannels::isNumberedDialog(const QByteArray& channel)
{
    return deskDialog(parseChannel(channel)) > 0;
}

bool DeskChannels::learnLastDialog(qint64 last)
{
    if (last <= m_lastDialog)
        return false;
    m_lastDialog = last;
    return true;
}

bool DeskChannels::learn(const QByteArray& channel)
{
    return learnLastDialog(deskDialog(parseChannel(channel)));
}

} // namespace signalbox
