// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/commandline.h"

#include "config/settingstable.h"

namespace signalbox {

namespace {

constexpr char kPersonOptional[] = "name cities channels ttl";

struct CommandOption
{
    const char* option;
    CommandLine::Command command;
};

// The order is the order of precedence.
constexpr CommandOption kCommands[] = {
    {"--help", CommandLine::Help},
    {"-h", CommandLine::Help},
    {"--version", CommandLine::Version},
    {"--print-example", CommandLine::PrintExample},
    {"--print-config", CommandLine::PrintConfig},
    {"--check-config", CommandLine::CheckConfig},
};

const SettingShape kTtlShape{SettingType::Duration, SettingUnit::Seconds, 1000, 24 * 3600 * 1000};
constexpr qint64 kDefaultTtlMs = 3600 * 1000;

QByteArrayList words(const char* text)
{
    QByteArrayList list = QByteArray(text).split(' ');
    list.removeAll(QByteArray());
    return list;
}

QByteArrayList knownOptions()
{
    QByteArrayList names{"--set"};
    for (const CommandOption& option : kCommands)
        names.append(option.option);
    for (const SettingRow& row : settingsTable()) {
        if (row.option)
            names.append(row.option);
    }
    return names;
}

class CommandLineParser
{
public:
    explicit CommandLineParser(const QByteArrayList& arguments)
        : m_arguments(arguments)
    {
    }

    CommandLine parse();

private:
    void readArgument(const QByteArray& argument);
    void readSet(const QByteArray& option, const QByteArray& assignment);
    void readTokenKind();
    bool readTokenOption(const QByteArray& option);
    bool takeCommand(const QByteArray& option);
    bool takeValue(const QByteArray& option, QByteArray* value);
    void fillToken();
    void problem(const QByteArray& option, const QByteArray& message);

    QByteArrayList m_arguments;
    qsizetype m_next = 0;
    QByteArray m_inlineValue; ///< what stood behind '=' of the present argument; null: nothing did
    const TokenKindRow* m_kind = nullptr;
    QMap<QByteArray, QByteArray> m_tokenValues;
    CommandLine m_result;
};

void CommandLineParser::problem(const QByteArray& option, const QByteArray& message)
{
    m_result.problems.append({{}, option, message});
}

CommandLine CommandLineParser::parse()
{
    if (m_arguments.value(0) == "token") {
        m_next = 1;
        readTokenKind();
    }
    while (m_next < m_arguments.size())
        readArgument(m_arguments[m_next++]);
    if (m_kind && m_result.command == CommandLine::Token)
        fillToken();
    if (m_result.command == CommandLine::Help || m_result.command == CommandLine::Version)
        m_result.problems.clear();
    return m_result;
}

void CommandLineParser::readTokenKind()
{
    m_result.command = CommandLine::Token;
    const QByteArray name = m_arguments.value(m_next);
    for (const TokenKindRow& row : tokenKinds()) {
        if (name == row.name)
            m_kind = &row;
    }
    if (m_kind || !name.startsWith('-'))
        ++m_next;
    if (m_kind)
        return;
    QByteArrayList names;
    for (const TokenKindRow& row : tokenKinds())
        names.append(row.name);
    problem("token", "must be followed by one of " + names.join(", "));
}

void CommandLineParser::readArgument(const QByteArray& argument)
{
    const qsizetype equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
    const QByteArray option = equals < 0 ? argument : argument.left(equals);
    m_inlineValue = equals < 0 ? QByteArray() : QByteArray(argument.constData() + equals + 1);
    QByteArray value;
    if (takeCommand(option) || readTokenOption(option))
        return;
    const int row = settingByOption(option);
    if (row >= 0) {
        if (takeValue(option, &value))
            m_result.assignments.append({settingsTable()[static_cast<size_t>(row)].key, value, option});
    } else if (option == "--set") {
        if (takeValue(option, &value))
            readSet(option, value);
    } else {
        const QByteArray nearest = nearestName(option, knownOptions());
        problem(option, nearest.isEmpty() ? QByteArray("there is no such option")
                                          : QByteArray("there is no such option; did you mean " + nearest + '?'));
    }
}

bool CommandLineParser::takeCommand(const QByteArray& option)
{
    for (const CommandOption& known : kCommands) {
        if (option != known.option)
            continue;
        if (!m_inlineValue.isNull())
            problem(option, "takes no value");
        const auto rank = [](CommandLine::Command command) {
            for (size_t i = 0; i < std::size(kCommands); ++i) {
                if (kCommands[i].command == command)
                    return i;
            }
            return std::size(kCommands);
        };
        if (rank(known.command) < rank(m_result.command))
            m_result.command = known.command;
        return true;
    }
    return false;
}

bool CommandLineParser::takeValue(const QByteArray& option, QByteArray* value)
{
    if (!m_inlineValue.isNull()) {
        *value = m_inlineValue;
        return true;
    }
    if (m_next >= m_arguments.size() || m_arguments[m_next].startsWith("--")) {
        problem(option, "needs a value");
        return false;
    }
    *value = m_arguments[m_next++];
    return true;
}

void CommandLineParser::readSet(const QByteArray& option, const QByteArray& assignment)
{
    const qsizetype equals = assignment.indexOf('=');
    if (equals <= 0)
        return problem(option, "needs section/name=value");
    m_result.assignments.append({assignment.left(equals).trimmed(), assignment.mid(equals + 1), option});
}

bool CommandLineParser::readTokenOption(const QByteArray& option)
{
    const QByteArray name = option.startsWith("--") ? option.mid(2) : QByteArray();
    if (!m_kind || !(words(m_kind->required) + words(m_kind->optional)).contains(name))
        return false;
    QByteArray value;
    if (!takeValue(option, &value))
        return true;
    if (value.trimmed().isEmpty())
        problem(option, "must not be empty");
    else if (m_tokenValues.contains(name))
        problem(option, "stands twice");
    m_tokenValues.insert(name, value.trimmed());
    return true;
}

QByteArrayList listOf(const QByteArray& text)
{
    return std::get<QByteArrayList>(parseSettingValue({SettingType::List}, text).value());
}

void CommandLineParser::fillToken()
{
    for (const QByteArray& name : words(m_kind->required)) {
        if (!m_tokenValues.contains(name))
            problem("token " + QByteArray(m_kind->name), "needs --" + name);
    }
    for (auto it = m_tokenValues.begin(); it != m_tokenValues.end(); ++it) {
        if (!it->isValidUtf8())
            return problem("--" + it.key(), "must be valid UTF-8");
    }
    TokenRequest& token = m_result.token;
    token = {m_kind->kind,
             m_tokenValues["sub"],
             m_tokenValues["name"],
             listOf(m_tokenValues["cities"]),
             listOf(m_tokenValues["channels"]),
             m_tokenValues["dialog"],
             m_tokenValues["site"],
             m_tokenValues["assistant"],
             words(m_kind->optional).contains("ttl") ? kDefaultTtlMs : 0};
    if (!m_tokenValues.contains("ttl"))
        return;
    const Result<SettingValue> ttl = parseSettingValue(kTtlShape, m_tokenValues["ttl"]);
    if (ttl.ok())
        token.ttlMs = std::get<qint64>(*ttl);
    else
        problem("--ttl", ttl.error().text().toUtf8());
}

} // namespace

const QList<TokenKindRow>& tokenKinds()
{
    static const QList<TokenKindRow> rows{
        {"operator", TokenKind::Operator, "sub", kPersonOptional},
        {"director", TokenKind::Director, "sub", kPersonOptional},
        {"admin", TokenKind::Admin, "sub", kPersonOptional},
        {"service", TokenKind::Service, "sub", kPersonOptional},
        {"user", TokenKind::User, "sub", kPersonOptional},
        {"session", TokenKind::Session, "dialog", ""},
        {"site", TokenKind::Site, "site", "dialog ttl"},
        {"link", TokenKind::Link, "dialog", "ttl"},
        {"guest", TokenKind::Guest, "dialog assistant", ""},
    };
    return rows;
}

CommandLine parseCommandLine(const QByteArrayList& arguments)
{
    return CommandLineParser(arguments).parse();
}

} // namespace signalbox
