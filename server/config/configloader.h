// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/settings.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QList>
#include <QMap>

#include <vector>

namespace signalbox {

/// Where a value came from.
struct SettingOrigin
{
    enum Kind : quint8 { Default, Generated, File, Environment, CommandLine };
    Kind kind = Default;
    QByteArray where; ///< "signalbox.ini:12", "PORT", "--port", the secrets file; empty for Default

    QByteArray text() const; ///< "default", "environment PORT", "signalbox.ini:12", "option --port", "generated, …"
};

/// Something wrong (or doubtful) in the configuration. Never holds a secret's value.
struct ConfigProblem
{
    QByteArray key;     ///< "network/port"; empty when it is about none
    QByteArray source;  ///< "signalbox.ini:12", "environment PORT", "option --port"; empty when it came from nowhere
    QByteArray message; ///< what is allowed or what to do

    QByteArray text() const; ///< "network/port (environment PORT): must be …"
};

/// `--port 80` or `--set network/port=80`, as the command line gave it; not checked yet.
struct ConfigAssignment
{
    QByteArray key;
    QByteArray value;
    QByteArray source; ///< "--port", "--set"
};

using Environment = QMap<QByteArray, QByteArray>;

/// The environment of this process, byte for byte. Call it before threads are started.
Environment processEnvironment();

struct ConfigInput
{
    QList<ConfigAssignment> commandLine; ///< a later one wins
    Environment environment;             ///< an empty variable counts as not set
    bool writeSecrets = true;            ///< false: missing development secrets are not made (--check-config)
};

/// What loadConfig() found. With problems the settings are not to be used; everything wrong is listed, not only the
/// first. Warnings stop nothing.
struct LoadedConfig
{
    Settings settings;
    std::vector<SettingOrigin> origins; ///< one per row of settingsTable()
    QList<ConfigProblem> problems;
    QList<ConfigProblem> warnings;

    bool ok() const { return problems.isEmpty(); }
};

/// Reads the configuration: command line over environment over INI file (--config, SIGNALBOX_CONFIG) over default
/// (spec section 11), fills in what depends on the profile (data folder, database, log format), makes the missing
/// secrets of the development profile and checks that the whole makes sense. Reads and writes files: call it before
/// the loops run, or at SIGHUP.
LoadedConfig loadConfig(const ConfigInput& input);

/// What reloadConfig() found.
struct ReloadedConfig
{
    LoadedConfig config;        ///< what is to be in force now; with problems: the running settings, unchanged
    QByteArrayList changed;     ///< keys whose new value is in `config`
    QByteArrayList needRestart; ///< keys with a new value that only a restart takes; `config` keeps the running one
};

/// Reads everything again (SIGHUP) and takes over what the table calls reloadable: all of it or, with a problem
/// anywhere, nothing.
ReloadedConfig reloadConfig(const LoadedConfig& running, const ConfigInput& input);

} // namespace signalbox
