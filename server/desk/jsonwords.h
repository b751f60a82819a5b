// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <optional>

namespace signalbox {

// The small parts of hand-written JSON in the desk. Pure, from any thread; they return values, never builders.

inline QByteArray number(qint64 value)
{
    return QByteArray::number(value);
}

inline QByteArray flag(bool value)
{
    return value ? QByteArrayLiteral("true") : QByteArrayLiteral("false");
}

/// A name of ours in quotes: nothing in it needs escaping.
inline QByteArray word(const char* text)
{
    return QByteArrayLiteral("\"") + text + '"';
}

/// JSON text as it is; nothing becomes null.
inline QByteArray orNull(const QByteArray& json)
{
    return json.isEmpty() ? QByteArrayLiteral("null") : json;
}

inline QByteArray orNull(const std::optional<qint64>& value)
{
    return value ? number(*value) : QByteArrayLiteral("null");
}

} // namespace signalbox
