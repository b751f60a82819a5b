// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/desktop/settings.h"

#include <QSettings>
#include <QStandardPaths>

namespace signalbox::console {

namespace {

// One list for reading and writing, so that neither can forget a member.
template <typename Visitor> void visit(Settings& s, Visitor&& member)
{
    member("account/server", s.server);
    member("account/login", s.login);
    member("account/remember", s.rememberLogin);
    member("look/language", s.language);
    member("look/textSize", s.textSize);
    member("look/animated", s.animated);
    member("notice/notifications", s.notifications);
    member("notice/soundOnWaiting", s.soundOnWaiting);
    member("notice/soundOnMessage", s.soundOnMessage);
    member("notice/soundOnAssigned", s.soundOnAssigned);
    member("notice/repeatSeconds", s.repeatSeconds);
    member("notice/volumePercent", s.volumePercent);
    member("desk/slaSeconds", s.slaSeconds);
    member("desk/idleMinutes", s.idleMinutes);
    member("window/closeToTray", s.closeToTray);
    member("window/trayExplained", s.trayExplained);
    member("window/list", s.list);
    member("window/detailsTab", s.detailsTab);
    member("window/geometry", s.windowGeometry);
    member("window/splitter", s.splitterState);
}

void keepWithinBounds(Settings& s)
{
    s.textSize = std::clamp(s.textSize, Look::kSmallestText, Look::kLargestText);
    s.repeatSeconds = std::clamp(s.repeatSeconds, 0, 300);
    s.volumePercent = std::clamp(s.volumePercent, 0, 100);
    s.slaSeconds = std::clamp(s.slaSeconds, 10, 86400);
    s.idleMinutes = std::clamp(s.idleMinutes, 0, 240);
    s.list = std::clamp(s.list, 0, 2);
    s.detailsTab = std::clamp(s.detailsTab, 0, 3);
}

} // namespace

Settings readSettings(const QString& path)
{
    const QSettings file(path, QSettings::IniFormat);
    Settings settings;
    visit(settings, [&file](const char* key, auto& value) {
        using T = std::decay_t<decltype(value)>;
        value = file.value(QLatin1String(key), value).template value<T>();
    });
    const int theme = file.value(QStringLiteral("look/theme"), 0).toInt();
    settings.theme = theme >= 0 && theme <= 3 ? static_cast<ThemeChoice>(theme) : ThemeChoice::System;
    if (file.value(QStringLiteral("window/layout")).toInt() != Settings::kWindowLayout) {
        settings.windowGeometry.clear();
        settings.splitterState.clear();
    }
    const QVariantMap keys = file.value(QStringLiteral("keys/changed")).toMap();
    for (auto it = keys.begin(); it != keys.end(); ++it)
        settings.shortcuts.insert(it.key(), it.value().toString());
    keepWithinBounds(settings);
    return settings;
}

bool writeSettings(const QString& path, const Settings& settings)
{
    QSettings file(path, QSettings::IniFormat);
    Settings copy = settings;
    visit(copy, [&file](const char* key, auto& value) { file.setValue(QLatin1String(key), value); });
    file.setValue(QStringLiteral("schema"), Settings::kSchema);
    file.setValue(QStringLiteral("look/theme"), static_cast<int>(settings.theme));
    file.setValue(QStringLiteral("window/layout"), Settings::kWindowLayout);
    QVariantMap keys;
    for (auto it = settings.shortcuts.begin(); it != settings.shortcuts.end(); ++it)
        keys.insert(it.key(), it.value());
    file.setValue(QStringLiteral("keys/changed"), keys);
    file.sync();
    return file.status() == QSettings::NoError;
}

QString settingsPath()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation) + QStringLiteral("/console.ini");
}

} // namespace signalbox::console
