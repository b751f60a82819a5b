// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/configprinter.h"

#include "config/commandline.h"
#include "config/logredaction.h"
#include "config/settingstable.h"

namespace signalbox {

namespace {

/// The length of what a secret row holds; lists count the bytes of their items.
qsizetype secretBytes(const SettingValue& value)
{
    if (const QByteArrayList* list = std::get_if<QByteArrayList>(&value))
        return list->join().size();
    return std::get<QByteArray>(value).size();
}

QByteArray shownSecret(const SettingValue& value, const SettingOrigin& origin)
{
    const qsizetype size = secretBytes(value);
    if (size > 0)
        return "set, " + QByteArray::number(size) + " bytes";
    return origin.kind == SettingOrigin::Generated ? "unset, will be made at start" : "unset";
}

QByteArray shownValue(const SettingRow& row, const SettingValue& value, const SettingOrigin& origin)
{
    if (row.secret())
        return shownSecret(value, origin);
    QByteArray text = redacted(settingText(row.shape, value));
    const QByteArray unit = unitText(row.shape.unit);
    if (text.isEmpty())
        return "(empty)";
    if (unit.isEmpty() || text.endsWith("ms"))
        return text;
    return text + ' ' + unit;
}

QByteArray sectionOf(const SettingRow& row)
{
    const QByteArray key = row.key;
    return key.left(key.indexOf('/'));
}

QByteArray nameOf(const SettingRow& row)
{
    const QByteArray key = row.key;
    return key.mid(key.indexOf('/') + 1);
}

QByteArray exampleEntry(const SettingRow& row)
{
    QByteArray comment =
        "; " + QByteArray(row.description) + ".\n; " + allowedText(row.shape) + ", environment " + row.environment;
    if (row.option)
        comment += ", option " + QByteArray(row.option);
    if (row.reloadable())
        comment += "; reread on SIGHUP";
    const QByteArray value = row.defaultText;
    return comment + ".\n;" + nameOf(row) + (value.isEmpty() ? QByteArray(" =") : QByteArray(" = " + value)) + "\n\n";
}

QByteArray optionLine(const QByteArray& option, const QByteArray& description)
{
    constexpr qsizetype kColumn = 28;
    const QByteArray gap =
        option.size() < kColumn ? QByteArray(kColumn - option.size(), ' ') : "\n" + QByteArray(kColumn + 2, ' ');
    return "  " + option + gap + description + '\n';
}

QByteArray settingOptionLines()
{
    QByteArray text;
    for (const SettingRow& row : settingsTable()) {
        if (!row.option)
            continue;
        const char* kind = row.shape.type == SettingType::Choice ? row.shape.choices : "VALUE";
        text += optionLine(QByteArray(row.option) + ' ' + kind, row.description);
    }
    return text;
}

QByteArray optionWords(const char* names, const QByteArray& before, const QByteArray& after)
{
    QByteArray text;
    for (const QByteArray& name : QByteArray(names).split(' ')) {
        if (!name.isEmpty())
            text += ' ' + before + "--" + name + ' ' + name.toUpper() + after;
    }
    return text;
}

QByteArray tokenLines()
{
    QByteArray text;
    for (const TokenKindRow& row : tokenKinds())
        text += "  signalboxd token " + QByteArray(row.name) + optionWords(row.required, {}, {}) +
                optionWords(row.optional, "[", "]") + '\n';
    return text;
}

QByteArray operatorLines()
{
    QByteArray text;
    for (const OperatorActionRow& row : operatorActions()) {
        text += "  signalboxd operator " + QByteArray(row.name) + optionWords(row.required, {}, {}) +
                optionWords(row.optional, "[", "]");
        if (*row.flags)
            text += " [--" + QByteArray(row.flags) + ']';
        text += '\n';
    }
    return text;
}

} // namespace

QByteArray printedConfig(const LoadedConfig& config)
{
    QByteArray text;
    const std::span<const SettingRow> table = settingsTable();
    for (size_t i = 0; i < table.size(); ++i) {
        const SettingValue value = table[i].access.get(config.settings);
        text += QByteArray(table[i].key) + " = " + shownValue(table[i], value, config.origins[i]) + "  [" +
                config.origins[i].text() + "]\n";
    }
    return text + problemLines(config.warnings, "warning") + problemLines(config.problems);
}

QByteArray checkedConfig(const LoadedConfig& config)
{
    const QByteArray warnings = problemLines(config.warnings, "warning");
    return warnings + (config.ok() ? QByteArray("configuration is valid\n") : problemLines(config.problems));
}

int checkExitCode(const LoadedConfig& config)
{
    return config.ok() ? 0 : 1;
}

QByteArray problemLines(const QList<ConfigProblem>& problems, QByteArrayView severity)
{
    QByteArray text;
    for (const ConfigProblem& problem : problems)
        text += severity.toByteArray() + ": " + problem.text() + '\n';
    return text;
}

QByteArray helpText()
{
    return "Usage: signalboxd [OPTION…]\n       signalboxd token KIND [OPTION…]\n"
           "       signalboxd operator ACTION [OPTION…]\n\n"
           "Signalbox, a realtime gateway for WebSocket, SSE and REST.\n\nOptions:\n" +
           settingOptionLines() + optionLine("--set SECTION/NAME=VALUE", "any setting of --print-config") +
           optionLine("--print-config", "every setting, its value and where it came from, then exit") +
           optionLine("--check-config", "say what is wrong with the configuration; exit code 0 or 1") +
           optionLine("--print-example", "a complete, commented configuration file") +
           optionLine("--version", "the version") + optionLine("-h, --help", "this text") +
           "\nThe command line wins over the environment, that over the file, that over the defaults.\n\n"
           "Tokens for trying things out (--ttl 30m, at most 24h; --cities and --channels are lists a,b):\n" +
           tokenLines() +
           "\nOperators of the desk, in its database, also beside a running server (--role operator, director or "
           "admin;\n"
           "a password is made and printed unless --password-stdin reads one):\n" +
           operatorLines();
}

QByteArray versionText(QByteArrayView version)
{
    return "signalboxd " + version.toByteArray() + " (Qt " + qVersion() + ")\n";
}

QByteArray exampleConfig()
{
    QByteArray text =
        "; Configuration of signalboxd: every setting with its default, made by `signalboxd --print-example`.\n"
        "; Take away the ';' in front of a name to change it. The environment wins over this file, the\n"
        "; command line over both; `signalboxd --print-config` shows what is in force and why.\n"
        "; A value goes to the end of its line: no comments behind it. \"…\" keeps blanks at its ends.\n";
    QByteArray section;
    for (const SettingRow& row : settingsTable()) {
        if (row.notInFile())
            continue;
        if (sectionOf(row) != section) {
            section = sectionOf(row);
            text += (text.endsWith("\n\n") ? "[" : "\n[") + section + "]\n";
        }
        text += exampleEntry(row);
    }
    text.chop(1);
    return text;
}

} // namespace signalbox
