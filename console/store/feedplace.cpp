// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/store/feedplace.h"

namespace signalbox::console {

std::optional<FeedPlace> FeedPlace::parse(const QString& cursor)
{
    const qsizetype colon = cursor.lastIndexOf(u':');
    if (colon <= 0)
        return std::nullopt;
    bool isNumber = false;
    FeedPlace place;
    place.offset = QStringView(cursor).sliced(colon + 1).toULongLong(&isNumber);
    if (!isNumber)
        return std::nullopt;
    const QString epoch = cursor.first(colon);
    place.epoch = epoch.section(u'.', 0, 0);
    return place;
}

} // namespace signalbox::console
