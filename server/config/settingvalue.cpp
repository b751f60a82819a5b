// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/settingvalue.h"

#include <QByteArrayView>

#include <limits>

namespace signalbox {

namespace {

struct Suffix
{
    const char* name;
    qint64 factor;
};

constexpr Suffix kDurations[] = {{"ms", 1},       {"s", 1000},      {"m", 60'000},
                                 {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr Suffix kSizes[] = {{"b", 1}, {"kib", 1 << 10}, {"mib", 1 << 20}, {"gib", 1 << 30}};
constexpr Suffix kBools[] = {{"1", 1}, {"true", 1},  {"on", 1},  {"yes", 1},
                             {"0", 0}, {"false", 0}, {"off", 0}, {"no", 0}};

qint64 plainFactor(SettingUnit unit)
{
    return unit == SettingUnit::Seconds ? 1000 : 1;
}

template <size_t N> const Suffix* findSuffix(const Suffix (&table)[N], const QByteArray& lower)
{
    for (const Suffix& suffix : table) {
        if (lower == suffix.name)
            return &suffix;
    }
    return nullptr;
}

/// Digits and then a suffix ("" for none); false when there are no digits or the number does not fit.
bool splitNumber(const QByteArray& text, qint64* number, QByteArray* suffix)
{
    qsizetype end = text.startsWith('-') ? 1 : 0;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9')
        ++end;
    bool ok = false;
    *number = text.left(end).toLongLong(&ok);
    *suffix = text.mid(end).trimmed().toLower();
    return ok;
}

bool factorOf(const SettingShape& shape, const QByteArray& suffix, qint64* factor)
{
    if (suffix.isEmpty()) {
        *factor = plainFactor(shape.unit);
        return true;
    }
    const Suffix* found = nullptr;
    if (shape.type == SettingType::Duration)
        found = findSuffix(kDurations, suffix);
    else if (shape.type == SettingType::Size)
        found = findSuffix(kSizes, suffix);
    *factor = found ? found->factor : 1;
    return found != nullptr;
}

Error notAllowed(const SettingShape& shape)
{
    return Error(ErrorCode::InvalidField, QString::fromUtf8("must be " + allowedText(shape)));
}

Result<SettingValue> parseNumber(const SettingShape& shape, const QByteArray& text)
{
    qint64 number = 0;
    qint64 factor = 1;
    QByteArray suffix;
    if (!splitNumber(text, &number, &suffix) || !factorOf(shape, suffix, &factor))
        return notAllowed(shape);
    if (number > std::numeric_limits<qint64>::max() / factor || number < std::numeric_limits<qint64>::min() / factor)
        return notAllowed(shape);
    number *= factor;
    if (number < shape.min || number > shape.max)
        return notAllowed(shape);
    return SettingValue(number);
}

Result<SettingValue> parseBool(const SettingShape& shape, const QByteArray& text)
{
    const Suffix* found = findSuffix(kBools, text.toLower());
    if (!found)
        return notAllowed(shape);
    return SettingValue(found->factor == 1);
}

Result<SettingValue> parseChoice(const SettingShape& shape, const QByteArray& text)
{
    const qsizetype index = QByteArray(shape.choices).toLower().split('|').indexOf(text.toLower());
    if (text.isEmpty() || index < 0)
        return notAllowed(shape);
    return SettingValue(qint64(index));
}

SettingValue parseList(const QByteArray& text)
{
    QByteArrayList items;
    for (const QByteArray& item : text.split(',')) {
        const QByteArray trimmed = item.trimmed();
        if (!trimmed.isEmpty())
            items.append(trimmed);
    }
    return items;
}

QByteArray rangeText(const SettingShape& shape)
{
    SettingShape wide = shape;
    wide.min = std::numeric_limits<qint64>::min();
    wide.max = std::numeric_limits<qint64>::max();
    const QByteArray unit = unitText(shape.unit);
    return " from " + settingText(wide, shape.min) + " to " + settingText(wide, shape.max) +
           (unit.isEmpty() ? QByteArray() : " " + unit);
}

} // namespace

Result<SettingValue> parseSettingValue(const SettingShape& shape, QByteArrayView view)
{
    if (!view.isValidUtf8() || view.contains('\0'))
        return Error(ErrorCode::InvalidField, QStringLiteral("must be valid UTF-8"));
    const QByteArray text = view.toByteArray();
    switch (shape.type) {
    case SettingType::Integer:
    case SettingType::Duration:
    case SettingType::Size:
        return parseNumber(shape, text.trimmed());
    case SettingType::Bool:
        return parseBool(shape, text.trimmed());
    case SettingType::Choice:
        return parseChoice(shape, text.trimmed());
    case SettingType::List:
        return parseList(text);
    case SettingType::Path:
        return SettingValue(text.trimmed());
    case SettingType::Text:
        break;
    }
    return SettingValue(text);
}

QByteArray settingText(const SettingShape& shape, const SettingValue& value)
{
    if (const bool* flag = std::get_if<bool>(&value))
        return *flag ? "true" : "false";
    if (const QByteArray* text = std::get_if<QByteArray>(&value))
        return *text;
    if (const QByteArrayList* list = std::get_if<QByteArrayList>(&value))
        return list->join(',');
    const qint64 number = std::get<qint64>(value);
    if (shape.type == SettingType::Choice)
        return QByteArray(shape.choices).split('|').value(number);
    const qint64 factor = plainFactor(shape.unit);
    if (number % factor != 0)
        return QByteArray::number(number) + "ms";
    return QByteArray::number(number / factor);
}

QByteArray allowedText(const SettingShape& shape)
{
    switch (shape.type) {
    case SettingType::Integer:
        return "an integer" + rangeText(shape);
    case SettingType::Duration:
        return "a duration" + rangeText(shape) + " (suffixes ms, s, m, h, d)";
    case SettingType::Size:
        return "a size" + rangeText(shape) + " (suffixes KiB, MiB, GiB)";
    case SettingType::Bool:
        return "true or false";
    case SettingType::List:
        return "a list separated by commas";
    case SettingType::Path:
        return "a path";
    case SettingType::Choice:
        return "one of " + QByteArray(shape.choices).replace("|", ", ");
    case SettingType::Text:
        break;
    }
    return "text";
}

QByteArray unitText(SettingUnit unit)
{
    switch (unit) {
    case SettingUnit::Milliseconds:
        return "ms";
    case SettingUnit::Seconds:
        return "s";
    case SettingUnit::Bytes:
        return "bytes";
    case SettingUnit::PerSecond:
        return "per second";
    case SettingUnit::None:
        break;
    }
    return {};
}

} // namespace signalbox
