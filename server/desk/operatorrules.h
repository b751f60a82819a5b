// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/records.h"

namespace signalbox {

// The rules about operators that need no database: pure functions, any thread.

constexpr int kMostCapacity = 100;
constexpr qsizetype kLongestOperatorName = 100; ///< characters
constexpr qsizetype kLongestLogin = 64;
constexpr qsizetype kMostCities = 100;

/// [a-z0-9._@-]{2,64}
bool isLogin(QByteArrayView text);
/// As it is compared: trimmed, in lower case.
QByteArray loginOf(const QString& text);

std::optional<Role> staffRoleOf(QByteArrayView name); ///< "operator", "director", "admin"

/// A city's name must do in `city:{name}`.
bool isCity(const QByteArray& name);

/// What the operator wants to be seen as now: a do-not-disturb with an end is over at its end.
OperatorStatus chosenStatus(OperatorStatus wanted, qint64 wantedUntilMs, qint64 nowMs);
inline OperatorStatus chosenStatus(const Operator& person, qint64 nowMs)
{
    return chosenStatus(person.wanted, person.wantedUntilMs, nowMs);
}

/// What others see, of what the connections say (Online, Away: all silent, Offline: none) and what was chosen.
OperatorStatus effectiveStatus(OperatorStatus connections, OperatorStatus chosen);

/// What the connections say, as far as it can be known from what others see.
OperatorStatus connectionsBehind(const Operator& person);

} // namespace signalbox
