// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/views/look/look.h"

#include <QByteArray>
#include <QHash>
#include <QString>

namespace signalbox::console {

/// What the operator has chosen. Never a secret: those are the SecretStore's.
struct Settings
{
    static constexpr int kSchema = 1;       ///< of the file; a newer file is read as far as it is understood
    static constexpr int kWindowLayout = 1; ///< of `windowState`; another number: the usual layout

    QString server;
    QString login;
    bool rememberLogin = true;
    QString language; ///< "ru", "en"; empty: the system's
    ThemeChoice theme = ThemeChoice::System;
    int textSize = Look::kUsualText;
    bool animated = true;

    bool notifications = true;
    bool soundOnWaiting = true;  ///< somebody waits in the queue
    bool soundOnMessage = true;  ///< a guest of mine has written
    bool soundOnAssigned = true; ///< a dialog was given to me
    int repeatSeconds = 15;      ///< while somebody waits; 0: once
    int volumePercent = 80;
    int slaSeconds = 120; ///< an answer is promised within
    int idleMinutes = 10; ///< until going away is suggested; 0: never
    bool closeToTray = false;
    bool trayExplained = false; ///< the first close to the tray said so

    int list = 0; ///< the list shown last
    int detailsTab = 0;
    QByteArray windowGeometry;
    QByteArray splitterState;
    QHash<QString, QString> shortcuts; ///< command → key, only those changed; empty: switched off

    bool operator==(const Settings&) const = default;
};

/// Reads `path` (INI); what is missing or makes no sense has its default.
Settings readSettings(const QString& path);
/// False when the file could not be written.
bool writeSettings(const QString& path, const Settings& settings);
/// In the folder of the user's configuration.
QString settingsPath();

} // namespace signalbox::console
