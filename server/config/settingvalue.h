// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QByteArray>
#include <QByteArrayList>

#include <variant>

namespace signalbox {

/// How the text of a setting is read and shown.
enum class SettingType : quint8 { Integer, Duration, Size, Bool, Text, List, Path, Choice };

/// What a plain number without a suffix counts: "10" of a Seconds key is 10 s.
enum class SettingUnit : quint8 { None, Milliseconds, Seconds, Bytes, PerSecond };

/// Integers, durations (always milliseconds), sizes (bytes) and choices (index) are numbers.
using SettingValue = std::variant<qint64, bool, QByteArray, QByteArrayList>;

/// The shape of a setting's value. Borders of durations are milliseconds, of sizes bytes.
struct SettingShape
{
    SettingType type = SettingType::Text;
    SettingUnit unit = SettingUnit::None;
    qint64 min = 0;
    qint64 max = 0;
    const char* choices = ""; ///< "a|b|c" of a Choice, in the order of its enum
};

/// Reads a value. Surrounding blanks do not count (except in Text); booleans are 1/0, true/false, on/off, yes/no;
/// durations take ms, s, m, h, d, sizes B, KiB, MiB, GiB; list items are separated by commas, empty ones are left out.
/// The error (invalid_field) says what is allowed and never repeats the text, which may be a secret.
Result<SettingValue> parseSettingValue(const SettingShape& shape, QByteArrayView text);

/// The value as the INI file takes it: "25000", "true", "a,b", "drop_oldest". Reading it back gives the same value
/// (a duration that is no whole number of its unit gets the suffix ms).
QByteArray settingText(const SettingShape& shape, const SettingValue& value);

/// "an integer from 1 to 65535", "a duration …", for messages and documentation.
QByteArray allowedText(const SettingShape& shape);

/// "ms", "s", "bytes", "per second" or nothing.
QByteArray unitText(SettingUnit unit);

} // namespace signalbox
