// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/socketeventname.h"

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

constexpr std::array<QLatin1StringView, 6> kReserved{
    QLatin1StringView("connect"),       QLatin1StringView("connect_error"), QLatin1StringView("disconnect"),
    QLatin1StringView("disconnecting"), QLatin1StringView("newListener"),   QLatin1StringView("removeListener")};

} // namespace

bool isSocketEventName(const QJsonValue& name)
{
    if (name.isDouble())
        return true;
    return name.isString() && std::find(kReserved.begin(), kReserved.end(), name.toString()) == kReserved.end();
}

} // namespace signalbox
