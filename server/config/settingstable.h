// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/settings.h"
#include "config/settingvalue.h"

#include <span>
#include <type_traits>
#include <vector>

namespace signalbox {

/// Reads and writes the member of Settings that a row stands for.
struct SettingAccess
{
    void (*set)(Settings& settings, const SettingValue& value);
    SettingValue (*get)(const Settings& settings);
};

/// One setting, by all its names (spec section 11). The table is the only place that knows them.
struct SettingRow
{
    enum Flag : quint8 {
        Secret = 1,     ///< shown as set or unset and its length only
        Reloadable = 2, ///< SIGHUP takes a new value; without it a restart is needed
        NotInFile = 4,  ///< cannot stand in the INI file (it says where that file is)
    };

    const char* key;         ///< `section/name` of the INI file
    const char* environment; ///< the environment variable
    const char* option;      ///< "--port", or null: `--set section/name=value` only
    SettingShape shape;
    const char* defaultText; ///< parsed like a value of the INI file
    int flags;
    const char* description; ///< one line
    SettingAccess access;

    bool secret() const { return flags & Secret; }
    bool reloadable() const { return flags & Reloadable; }
    bool notInFile() const { return flags & NotInFile; }
};

/// Every setting, in the order of the example file. Any thread; lives as long as the program.
std::span<const SettingRow> settingsTable();

/// The row number of `section/name` (`section.name` is taken too), an environment variable or an option; -1: unknown.
int settingByKey(QByteArrayView key);
int settingByEnvironment(QByteArrayView name);
int settingByOption(QByteArrayView option);

/// Settings with the table's default texts, before anything depends on the profile: data directory and database URL
/// are empty, the log format is Auto. For tests and as loadConfig()'s bottom layer.
Settings defaultSettings();

/// The known name nearest to a mistyped one, or an empty text when none is near.
QByteArray nearestName(QByteArrayView name, const QByteArrayList& known);
QByteArrayList settingKeys();
QByteArrayList settingEnvironmentNames();

namespace settingsdetail {

template <typename T> T fromValue(const SettingValue& value)
{
    if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, QByteArray> || std::is_same_v<T, QByteArrayList>)
        return std::get<T>(value);
    else
        return static_cast<T>(std::get<qint64>(value));
}

template <typename T> SettingValue toValue(const T& member)
{
    if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, QByteArray> || std::is_same_v<T, QByteArrayList>)
        return SettingValue(member);
    else
        return SettingValue(static_cast<qint64>(member));
}

template <auto Group, auto Member> SettingAccess field()
{
    return {[](Settings& settings, const SettingValue& value) {
                auto& member = (settings.*Group).*Member;
                member = fromValue<std::remove_reference_t<decltype(member)>>(value);
            },
            [](const Settings& settings) { return toValue((settings.*Group).*Member); }};
}

constexpr qint64 kKiB = 1024;
constexpr qint64 kMiB = 1024 * kKiB;
constexpr qint64 kGiB = 1024 * kMiB;
constexpr qint64 kSecond = 1000;
constexpr qint64 kHour = 3600 * kSecond;
constexpr qint64 kDay = 24 * kHour;

constexpr SettingShape integer(qint64 min, qint64 max)
{
    return {SettingType::Integer, SettingUnit::None, min, max};
}
constexpr SettingShape rate(qint64 max)
{
    return {SettingType::Integer, SettingUnit::PerSecond, 0, max};
}
constexpr SettingShape milliseconds(qint64 min, qint64 max)
{
    return {SettingType::Duration, SettingUnit::Milliseconds, min, max};
}
constexpr SettingShape seconds(qint64 minMs, qint64 maxMs)
{
    return {SettingType::Duration, SettingUnit::Seconds, minMs, maxMs};
}
constexpr SettingShape bytes(qint64 min, qint64 max)
{
    return {SettingType::Size, SettingUnit::Bytes, min, max};
}
constexpr SettingShape choice(const char* choices)
{
    return {SettingType::Choice, SettingUnit::None, 0, 0, choices};
}
constexpr SettingShape kText{SettingType::Text};
constexpr SettingShape kPath{SettingType::Path};
constexpr SettingShape kList{SettingType::List};
constexpr SettingShape kBool{SettingType::Bool};

/// The parts that settingsTable() is made of.
std::vector<SettingRow> limitRows();

} // namespace settingsdetail

} // namespace signalbox
