// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/configloader.h"

#include "config/configchecks.h"
#include "config/inifile.h"
#include "config/settingstable.h"

#include <QFile>

#include <unistd.h>

namespace signalbox {

namespace {

QByteArray suggestion(const QByteArray& name, const QByteArrayList& known)
{
    const QByteArray nearest = nearestName(name, known);
    return nearest.isEmpty() ? QByteArray() : QByteArray("; did you mean " + nearest + '?');
}

/// Puts layer upon layer; a bad value leaves the layer below in force and is listed.
class LayeredConfig
{
public:
    explicit LayeredConfig(LoadedConfig& config)
        : m_config(config)
    {
        m_config.settings = defaultSettings();
        m_config.origins.assign(settingsTable().size(), SettingOrigin());
    }

    void readFile(const ConfigInput& input);
    void readEnvironment(const Environment& environment);
    void readCommandLine(const QList<ConfigAssignment>& assignments);
    void warnOfUnknownVariables(const Environment& environment);

private:
    void set(int row, const QByteArray& value, const SettingOrigin& origin);
    void setByKey(const QByteArray& key, const QByteArray& value, const SettingOrigin& origin);
    void problem(const QByteArray& key, const SettingOrigin& origin, const QByteArray& message);
    void warning(const QByteArray& key, const SettingOrigin& origin, const QByteArray& message);

    LoadedConfig& m_config;
};

void LayeredConfig::problem(const QByteArray& key, const SettingOrigin& origin, const QByteArray& message)
{
    m_config.problems.append({key, origin.text(), message});
}

void LayeredConfig::warning(const QByteArray& key, const SettingOrigin& origin, const QByteArray& message)
{
    m_config.warnings.append({key, origin.text(), message});
}

void LayeredConfig::set(int row, const QByteArray& value, const SettingOrigin& origin)
{
    const SettingRow& setting = settingsTable()[static_cast<size_t>(row)];
    const Result<SettingValue> parsed = parseSettingValue(setting.shape, value);
    if (!parsed.ok())
        return problem(setting.key, origin, parsed.error().text().toUtf8());
    setting.access.set(m_config.settings, *parsed);
    m_config.origins[static_cast<size_t>(row)] = origin;
}

void LayeredConfig::setByKey(const QByteArray& key, const QByteArray& value, const SettingOrigin& origin)
{
    const int row = settingByKey(key);
    if (row < 0)
        return problem(key, origin, "there is no such setting" + suggestion(key, settingKeys()));
    const SettingRow& setting = settingsTable()[static_cast<size_t>(row)];
    if (origin.kind == SettingOrigin::File && setting.notInFile())
        return problem(setting.key, origin, "cannot stand in the file; use " + QByteArray(setting.environment));
    if (origin.kind == SettingOrigin::CommandLine && setting.secret())
        warning(setting.key, origin, "other users of this machine can see a command line");
    set(row, value, origin);
}

/// The file's path, by the command line or else by the environment.
ConfigAssignment chosenFile(const ConfigInput& input)
{
    const int row = settingByKey("server/config");
    const SettingRow& setting = settingsTable()[static_cast<size_t>(row)];
    for (auto it = input.commandLine.crbegin(); it != input.commandLine.crend(); ++it) {
        if (settingByKey(it->key) == row)
            return *it;
    }
    return {setting.key, input.environment.value(setting.environment).trimmed(), {}};
}

void LayeredConfig::readFile(const ConfigInput& input)
{
    const ConfigAssignment file = chosenFile(input);
    if (file.value.isEmpty())
        return;
    const SettingOrigin path{SettingOrigin::File, file.value};
    const Result<QByteArray> text = readIniFile(file.value);
    if (!text.ok())
        return problem(file.key, path, text.error().text().toUtf8());
    const IniFile ini = parseIni(*text);
    const auto at = [&file](int line) {
        return SettingOrigin{SettingOrigin::File, file.value + ':' + QByteArray::number(line)};
    };
    for (const IniProblem& found : ini.problems)
        problem({}, at(found.line), found.message);
    bool holdsSecret = false;
    for (const IniEntry& entry : ini.entries) {
        setByKey(entry.key, entry.value, at(entry.line));
        const int row = settingByKey(entry.key);
        holdsSecret = holdsSecret || (row >= 0 && settingsTable()[static_cast<size_t>(row)].secret());
    }
    if (holdsSecret && (QFile::permissions(QFile::decodeName(file.value)) & QFileDevice::ReadOther))
        warning({}, path, "the file holds secrets and every user of this machine can read it");
}

void LayeredConfig::readEnvironment(const Environment& environment)
{
    const std::span<const SettingRow> table = settingsTable();
    for (size_t row = 0; row < table.size(); ++row) {
        const QByteArray value = environment.value(table[row].environment);
        const SettingOrigin origin{SettingOrigin::Environment, table[row].environment};
        if (value.isEmpty())
            continue;
        // Kubernetes sets REDIS_PORT=tcp://10.0.0.1:6379 in every pod beside a service that is called "redis".
        if (table[row].shape.type == SettingType::Integer && value.startsWith("tcp://"))
            warning(table[row].key, origin, "ignored: a Kubernetes service link, set enableServiceLinks: false");
        else
            set(static_cast<int>(row), value, origin);
    }
}

void LayeredConfig::readCommandLine(const QList<ConfigAssignment>& assignments)
{
    for (const ConfigAssignment& assignment : assignments)
        setByKey(assignment.key, assignment.value, {SettingOrigin::CommandLine, assignment.source});
}

void LayeredConfig::warnOfUnknownVariables(const Environment& environment)
{
    static constexpr char kPrefix[] = "SIGNALBOX_";
    const QByteArrayList known = settingEnvironmentNames();
    for (auto it = environment.begin(); it != environment.end(); ++it) {
        if (!it.key().startsWith(kPrefix) || known.contains(it.key()))
            continue;
        const QByteArray bare = it.key().mid(static_cast<qsizetype>(sizeof(kPrefix)) - 1);
        const QByteArray& name = known.contains(bare) ? bare : it.key();
        warning({}, {SettingOrigin::Environment, it.key()}, "there is no such variable" + suggestion(name, known));
    }
}

/// Keeps the running value of a key in a freshly loaded configuration.
void keepRunning(LoadedConfig& fresh, const LoadedConfig& running, size_t row)
{
    const SettingAccess& access = settingsTable()[row].access;
    access.set(fresh.settings, access.get(running.settings));
    fresh.origins[row] = running.origins[row];
}

} // namespace

QByteArray SettingOrigin::text() const
{
    switch (kind) {
    case Default:
        return "default";
    case Generated:
        return "generated, " + where;
    case File:
        return where;
    case Environment:
        return "environment " + where;
    case CommandLine:
        return "option " + where;
    }
    return {};
}

QByteArray ConfigProblem::text() const
{
    if (key.isEmpty())
        return source + ": " + message;
    return source.isEmpty() ? QByteArray(key + ": " + message) : QByteArray(key + " (" + source + "): " + message);
}

Environment processEnvironment()
{
    Environment environment;
    for (char** entry = environ; entry && *entry; ++entry) {
        const QByteArray text(*entry);
        const qsizetype equals = text.indexOf('=');
        if (equals > 0)
            environment.insert(text.left(equals), text.mid(equals + 1));
    }
    return environment;
}

LoadedConfig loadConfig(const ConfigInput& input)
{
    LoadedConfig config;
    LayeredConfig layers(config);
    layers.readFile(input);
    layers.readEnvironment(input.environment);
    layers.readCommandLine(input.commandLine);
    layers.warnOfUnknownVariables(input.environment);
    fillDerivedSettings(config, input.environment);
    checkSettings(config);
    // Nothing is written while anything is wrong: a mistyped data folder shall not be made.
    provideSecrets(config, input.writeSecrets && config.ok());
    return config;
}

ReloadedConfig reloadConfig(const LoadedConfig& running, const ConfigInput& input)
{
    ReloadedConfig outcome;
    outcome.config = loadConfig(input);
    if (!outcome.config.ok()) {
        outcome.config.settings = running.settings;
        outcome.config.origins = running.origins;
        return outcome;
    }
    const std::span<const SettingRow> table = settingsTable();
    for (size_t row = 0; row < table.size(); ++row) {
        if (table[row].access.get(outcome.config.settings) == table[row].access.get(running.settings))
            continue;
        if (table[row].reloadable()) {
            outcome.changed.append(table[row].key);
        } else {
            outcome.needRestart.append(table[row].key);
            keepRunning(outcome.config, running, row);
        }
    }
    return outcome;
}

} // namespace signalbox
