// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/position.h"

#include <algorithm>

namespace signalbox {

namespace {

bool isEpochCharacter(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
           c == '-';
}

} // namespace

QByteArray Position::toString() const
{
    QByteArray text = epoch;
    text += ':';
    text += QByteArray::number(offset);
    return text;
}

std::optional<Position> Position::parse(QByteArrayView text)
{
    constexpr qsizetype kLongest = 64;
    const qsizetype colon = text.indexOf(':');
    if (text.size() > kLongest || colon <= 0 || colon + 1 == text.size())
        return std::nullopt;
    const QByteArrayView epoch = text.first(colon);
    const QByteArrayView digits = text.sliced(colon + 1);
    const bool wellFormed = std::all_of(epoch.begin(), epoch.end(), isEpochCharacter) &&
                            std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    const bool hasLeadingZero = digits.size() > 1 && digits.front() == '0';
    if (!wellFormed || hasLeadingZero)
        return std::nullopt;
    bool fits = false;
    const quint64 offset = digits.toByteArray().toULongLong(&fits);
    if (!fits)
        return std::nullopt;
    return Position{epoch.toByteArray(), offset};
}

} // namespace signalbox
