// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/desktop/startoptions.h"

namespace signalbox::console {

namespace {

/// The value of `--name=value` or `--name value`; moves `i` over what it took.
bool takeValue(const QStringList& arguments, qsizetype& i, const QString& name, QString& value)
{
    const QString& argument = arguments[i];
    if (argument.startsWith(name + QLatin1Char('='))) {
        value = argument.mid(name.size() + 1);
        return true;
    }
    if (argument != name || i + 1 >= arguments.size())
        return false;
    value = arguments[++i];
    return true;
}

} // namespace

StartOptions parseOptions(const QStringList& arguments)
{
    StartOptions options;
    QString seed;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString& argument = arguments[i];
        if (argument == QLatin1String("--demo"))
            options.demo = true;
        else if (argument == QLatin1String("--password-stdin"))
            options.readsPassword = true;
        else if (argument == QLatin1String("--safe"))
            options.isSafe = true;
        else if (takeValue(arguments, i, QStringLiteral("--seed"), seed))
            options.demoSeed = seed.toUInt();
        else if (!takeValue(arguments, i, QStringLiteral("--server"), options.server) &&
                 !takeValue(arguments, i, QStringLiteral("--login"), options.login) &&
                 !takeValue(arguments, i, QStringLiteral("--language"), options.language) &&
                 !takeValue(arguments, i, QStringLiteral("--theme"), options.theme))
            options.wrong = argument;
    }
    return options;
}

QString helpText()
{
    return QStringLiteral("Usage: signalbox-console [options]\n"
                          "The operator's window on a Signalbox server.\n\n"
                          "  --server URL        the server, for instance https://desk.example\n"
                          "  --login NAME        log in as NAME; the password comes from the environment variable\n"
                          "                      SIGNALBOX_CONSOLE_PASSWORD, or with --password-stdin from the first\n"
                          "                      line of standard input\n"
                          "  --password-stdin\n"
                          "  --demo              practise without a server\n"
                          "  --seed N            another day to practise\n"
                          "  --language ru|en    --theme light|dark|contrast\n"
                          "  --safe              usual keys and window layout\n"
                          "  --version  --help\n");
}

} // namespace signalbox::console
