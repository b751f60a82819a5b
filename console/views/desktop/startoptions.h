// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace signalbox::console {

/// The command line of the console.
struct StartOptions
{
    bool demo = false;
    quint32 demoSeed = 1;
    QString server;
    QString login;
    QString password; ///< from standard input or SIGNALBOX_CONSOLE_PASSWORD, never from the command line
    QString language;
    QString theme; ///< "light", "dark", "contrast"
    bool readsPassword = false;
    bool isSafe = false; ///< usual keys and layout, whatever the settings say

    QString wrong; ///< why the command line makes no sense; empty: it does
};

/// Without QApplication: `--version` and `--help` need no display.
StartOptions parseOptions(const QStringList& arguments);
QString helpText();

} // namespace signalbox::console
