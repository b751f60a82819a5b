// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/socketvalues.h"

#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>
#include <array>
#include <cmath>

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

bool placeholdersFit(const QJsonValue& value, qsizetype attachments)
{
    const auto fits = [attachments](const QJsonValue& inner) { return placeholdersFit(inner, attachments); };
    if (value.isArray()) {
        const QJsonArray items = value.toArray();
        return std::all_of(items.begin(), items.end(), fits);
    }
    if (!value.isObject())
        return true;
    const QJsonObject object = value.toObject();
    if (object.value(QLatin1String("_placeholder")) != QJsonValue(true))
        return std::all_of(object.begin(), object.end(), fits);
    const QJsonValue number = object.value(QLatin1String("num"));
    const double num = number.toDouble(-1);
    return number.isDouble() && num >= 0 && num < static_cast<double>(attachments) && num == std::trunc(num);
}

} // namespace signalbox
