// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/commandline.h"

#include "config/settingstable.h"

#include <algorithm>

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
const SettingShape kCapacityShape{SettingType::Integer, SettingUnit::None, 1, 100};

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
    void readOperatorAction();
    template <typename Row> const Row* readKind(const QByteArray& command, const QList<Row>& rows);
    bool readOwnOption(const QByteArray& option);
    bool takeCommand(const QByteArray& option);
    bool takeValue(const QByteArray& option, QByteArray* value);
    bool isComplete();
    void fillToken();
    void fillOperator();
    void problem(const QByteArray& option, const QByteArray& message);

    QByteArrayList m_arguments;
    qsizetype m_next = 0;
    QByteArray m_inlineValue; ///< what stood behind '=' of the present argument; null: nothing did
    const TokenKindRow* m_kind = nullptr;
    const OperatorActionRow* m_action = nullptr;
    QByteArray m_subcommand;   ///< "token operator", "operator add"
    QByteArrayList m_required; ///< options of the subcommand
    QByteArrayList m_optional;
    QByteArrayList m_flags;
    QMap<QByteArray, QByteArray> m_values;
    CommandLine m_result;
};

void CommandLineParser::problem(const QByteArray& option, const QByteArray& message)
{
    m_result.problems.append({{}, option, message});
}

CommandLine CommandLineParser::parse()
{
    if (m_arguments.value(0) == "token")
        readTokenKind();
    else if (m_arguments.value(0) == "operator")
        readOperatorAction();
    while (m_next < m_arguments.size())
        readArgument(m_arguments[m_next++]);
    if (m_kind && m_result.command == CommandLine::Token && isComplete())
        fillToken();
    if (m_action && m_result.command == CommandLine::Operator && isComplete())
        fillOperator();
    if (m_result.command == CommandLine::Help || m_result.command == CommandLine::Version)
        m_result.problems.clear();
    return m_result;
}

/// The word behind `token` or `operator`.
template <typename Row> const Row* CommandLineParser::readKind(const QByteArray& command, const QList<Row>& rows)
{
    m_next = 1;
    const QByteArray name = m_arguments.value(m_next);
    const auto found = std::find_if(rows.begin(), rows.end(), [&name](const Row& row) { return name == row.name; });
    if (found != rows.end() || !name.startsWith('-'))
        ++m_next;
    if (found == rows.end()) {
        QByteArrayList names;
        for (const Row& row : rows)
            names.append(row.name);
        problem(command, "must be followed by one of " + names.join(", "));
        return nullptr;
    }
    m_subcommand = command + ' ' + name;
    m_required = words(found->required);
    m_optional = words(found->optional);
    return &*found;
}

void CommandLineParser::readTokenKind()
{
    m_result.command = CommandLine::Token;
    m_kind = readKind("token", tokenKinds());
}

void CommandLineParser::readOperatorAction()
{
    m_result.command = CommandLine::Operator;
    m_action = readKind("operator", operatorActions());
    if (m_action)
        m_flags = words(m_action->flags);
}

void CommandLineParser::readArgument(const QByteArray& argument)
{
    const qsizetype equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
    const QByteArray option = equals < 0 ? argument : argument.left(equals);
    m_inlineValue = equals < 0 ? QByteArray() : QByteArray(argument.constData() + equals + 1);
    QByteArray value;
    if (takeCommand(option) || readOwnOption(option))
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

bool CommandLineParser::readOwnOption(const QByteArray& option)
{
    const QByteArray name = option.startsWith("--") ? option.mid(2) : QByteArray();
    const bool isFlag = m_flags.contains(name);
    if (!isFlag && !m_required.contains(name) && !m_optional.contains(name))
        return false;
    QByteArray value;
    if (isFlag && !m_inlineValue.isNull())
        problem(option, "takes no value");
    if (!isFlag && !takeValue(option, &value))
        return true;
    if (!isFlag && value.trimmed().isEmpty())
        problem(option, "must not be empty");
    else if (m_values.contains(name))
        problem(option, "stands twice");
    m_values.insert(name, value.trimmed());
    return true;
}

QByteArrayList listOf(const QByteArray& text)
{
    return std::get<QByteArrayList>(parseSettingValue({SettingType::List}, text).value());
}

bool CommandLineParser::isComplete()
{
    for (const QByteArray& name : m_required) {
        if (!m_values.contains(name))
            problem(m_subcommand, "needs --" + name);
    }
    for (auto it = m_values.begin(); it != m_values.end(); ++it) {
        if (!it->isValidUtf8()) {
            problem("--" + it.key(), "must be valid UTF-8");
            return false;
        }
    }
    return true;
}

void CommandLineParser::fillToken()
{
    TokenRequest& token = m_result.token;
    token = {m_kind->kind,
             m_values["sub"],
             m_values["name"],
             listOf(m_values["cities"]),
             listOf(m_values["channels"]),
             m_values["dialog"],
             m_values["site"],
             m_values["assistant"],
             m_optional.contains("ttl") ? kDefaultTtlMs : 0};
    if (!m_values.contains("ttl"))
        return;
    const Result<SettingValue> ttl = parseSettingValue(kTtlShape, m_values["ttl"]);
    if (ttl.ok())
        token.ttlMs = std::get<qint64>(*ttl);
    else
        problem("--ttl", ttl.error().text().toUtf8());
}

void CommandLineParser::fillOperator()
{
    OperatorRequest& person = m_result.person;
    person.action = m_action->action;
    person.login = m_values["login"];
    person.name = m_values["name"];
    person.role = m_values["role"];
    person.cities = listOf(m_values["cities"]);
    person.passwordFromInput = m_values.contains("password-stdin");
    if (!person.role.isEmpty() && !QByteArrayList{"operator", "director", "admin"}.contains(person.role))
        problem("--role", "must be operator, director or admin");
    if (!m_values.contains("capacity"))
        return;
    const Result<SettingValue> capacity = parseSettingValue(kCapacityShape, m_values["capacity"]);
    if (capacity.ok())
        person.capacity = static_cast<int>(std::get<qint64>(*capacity));
    else
        problem("--capacity", capacity.error().text().toUtf8());
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

const QList<OperatorActionRow>& operatorActions()
{
    static const QList<OperatorActionRow> rows{
        {"add", OperatorAction::Add, "login name role", "cities capacity", "password-stdin"},
        {"passwd", OperatorAction::Passwd, "login", "", "password-stdin"},
        {"list", OperatorAction::List, "", "", ""},
        {"disable", OperatorAction::Disable, "login", "", ""},
    };
    return rows;
}

CommandLine parseCommandLine(const QByteArrayList& arguments)
{
    return CommandLineParser(arguments).parse();
}

} // namespace signalbox
