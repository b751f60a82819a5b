// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialogid.h"

#include "shared/errors.h"

#include <algorithm>

namespace signalbox {

QByteArray dialogIdJson(QByteArrayView dialogId)
{
    constexpr qsizetype kExactDigits = 15;
    const bool isNumber = !dialogId.isEmpty() && dialogId.size() <= kExactDigits &&
                          (dialogId.front() != '0' || dialogId.size() == 1) &&
                          std::all_of(dialogId.begin(), dialogId.end(), [](char c) { return c >= '0' && c <= '9'; });
    return isNumber ? dialogId.toByteArray() : jsonString(dialogId);
}

} // namespace signalbox
