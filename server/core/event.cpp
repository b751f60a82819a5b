// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/event.h"

#include <QList>

namespace signalbox {

Position LogCursor::toPosition() const
{
    if (journal.epoch.isEmpty())
        return memory;
    return {journal.epoch + '.' + memory.epoch + '.' + QByteArray::number(memory.offset), journal.offset};
}

std::optional<LogCursor> LogCursor::parse(const Position& text)
{
    const QList<QByteArray> parts = text.epoch.split('.');
    if (parts.size() != 3)
        return std::nullopt;
    bool isNumber = false;
    const quint64 memoryOffset = parts[2].toULongLong(&isNumber);
    if (!isNumber)
        return std::nullopt;
    return LogCursor{{parts[1], memoryOffset}, {parts[0], text.offset}};
}

} // namespace signalbox
