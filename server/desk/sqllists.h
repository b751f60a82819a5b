// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

namespace signalbox {

/// Short lists in one column: a NUL behind each item.
inline QByteArray joinList(const QList<QByteArray>& items)
{
    QByteArray joined;
    for (const QByteArray& item : items)
        joined += item + '\0';
    return joined;
}

inline QList<QByteArray> splitList(const QByteArray& joined)
{
    QList<QByteArray> items = joined.split('\0');
    items.removeLast(); // what follows the last NUL: nothing
    return items;
}

} // namespace signalbox
