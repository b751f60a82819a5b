// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/operatorrules.h"

#include "core/channel.h"

#include <algorithm>
#include <array>

namespace signalbox {

bool isLogin(QByteArrayView text)
{
    constexpr qsizetype kShortest = 2;
    const auto isAllowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '@' || c == '-';
    };
    return text.size() >= kShortest && text.size() <= kLongestLogin && std::all_of(text.begin(), text.end(), isAllowed);
}

QByteArray loginOf(const QString& text)
{
    return text.trimmed().toLower().toUtf8();
}

std::optional<Role> staffRoleOf(QByteArrayView name)
{
    for (const Role role : {Role::Operator, Role::Director, Role::Admin}) {
        if (name == QByteArrayView(roleName(role)))
            return role;
    }
    return std::nullopt;
}

bool isCity(const QByteArray& name)
{
    return !name.isEmpty() && !name.startsWith(' ') && isValidChannelName(QByteArray("city:" + name));
}

OperatorStatus chosenStatus(OperatorStatus wanted, qint64 wantedUntilMs, qint64 nowMs)
{
    const bool isOver = wanted == OperatorStatus::Dnd && wantedUntilMs != 0 && nowMs >= wantedUntilMs;
    return isOver ? OperatorStatus::Online : wanted;
}

OperatorStatus effectiveStatus(OperatorStatus connections, OperatorStatus chosen)
{
    // The first that either of them says.
    constexpr std::array kOrder{OperatorStatus::Offline, OperatorStatus::Away, OperatorStatus::Dnd};
    const auto* const found = std::find_if(kOrder.begin(), kOrder.end(),
                                           [&](OperatorStatus each) { return each == connections || each == chosen; });
    return found == kOrder.end() ? OperatorStatus::Online : *found;
}

OperatorStatus connectionsBehind(const Operator& person)
{
    if (person.presence == OperatorStatus::Offline)
        return OperatorStatus::Offline;
    const bool areSilent = person.presence == OperatorStatus::Away && person.wanted != OperatorStatus::Away;
    return areSilent ? OperatorStatus::Away : OperatorStatus::Online;
}

} // namespace signalbox
