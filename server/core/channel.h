// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace signalbox {

/// The kinds of channels of spec section 2. `Other` is a well-formed name of no known kind: services may publish to
/// it, and a token's `channels` claim may open it.
enum class ChannelKind : quint8 {
    Dialog,    ///< dialog:{id}
    Staff,     ///< staff
    Operators, ///< operators
    Directors, ///< directors
    Operator,  ///< operator:{id}
    City,      ///< city:{name}
    Order,     ///< order:{id}
    User,      ///< user:{id}
    Stream,    ///< stream:deals, stream:tasks, stream:notifications, stream:payments
    System,    ///< system
    Other,
};

/// A channel's name taken apart.
struct ChannelName
{
    ChannelKind kind = ChannelKind::Other;
    QByteArray full; ///< the whole name, UTF-8
    QByteArray key;  ///< what follows the first ':', empty when the kind has none
};

/// True for 1 to 200 bytes of valid UTF-8 without control characters, commas, quotes or backslashes, neither beginning
/// nor ending with a space or ':'.
bool isValidChannelName(QByteArrayView name);

/// Takes a name apart; a known prefix with an unknown or missing key (`stream:weather`, `dialog`) is Other.
ChannelName parseChannel(const QByteArray& name);

/// "dialog:" + id.
QByteArray dialogChannel(QByteArrayView dialogId);

} // namespace signalbox
