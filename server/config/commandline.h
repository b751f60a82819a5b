// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configloader.h"

namespace signalbox {

enum class TokenKind { Operator, Director, Admin, Service, User, Session, Site, Link, Guest };

/// What `signalboxd token …` is to mint. Only the members that the kind takes are filled.
struct TokenRequest
{
    TokenKind kind = TokenKind::Operator;
    QByteArray sub;  ///< operator, director, admin, service, user: always there
    QByteArray name; ///< may be empty
    QByteArrayList cities;
    QByteArrayList channels;
    QByteArray dialog;    ///< session, link, guest: always there; site: may be empty (the whole site)
    QByteArray site;      ///< site: always there
    QByteArray assistant; ///< guest: always there
    qint64 ttlMs = 0;     ///< 1 s to 24 h, one hour when not given; 0 for session and guest
};

/// A command line, taken apart. `--help` wins over `--version`, that over the rest.
struct CommandLine
{
    enum Command : quint8 { Run, Help, Version, PrintConfig, CheckConfig, PrintExample, Token };

    Command command = Run;
    QList<ConfigAssignment> assignments; ///< for ConfigInput; keys of --set are checked by loadConfig()
    TokenRequest token;                  ///< when command is Token
    QList<ConfigProblem> problems;       ///< everything that is wrong; then nothing else is to be used
};

/// Takes the arguments behind the program's name apart:
/// `[options]` or `token KIND [options]`; options are `--name value` or `--name=value`.
CommandLine parseCommandLine(const QByteArrayList& arguments);

/// A kind of token as the command line names it, with the options that it takes; for parser and help.
struct TokenKindRow
{
    const char* name;
    TokenKind kind;
    const char* required; ///< "dialog assistant"
    const char* optional; ///< "name cities channels ttl"
};

const QList<TokenKindRow>& tokenKinds();

} // namespace signalbox
