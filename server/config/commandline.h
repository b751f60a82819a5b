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

enum class OperatorAction { Add, Passwd, List, Disable };

/// What `signalboxd operator …` is to do. Only the members that the action takes are filled.
struct OperatorRequest
{
    OperatorAction action = OperatorAction::List;
    QByteArray login; ///< as given; all but List: always there
    QByteArray name;  ///< Add: always there
    QByteArray role;  ///< Add: "operator", "director", "admin"
    QByteArrayList cities;
    int capacity = 5;
    bool passwordFromInput = false; ///< --password-stdin; else one is made and printed
};

/// A command line, taken apart. `--help` wins over `--version`, that over the rest.
struct CommandLine
{
    enum Command : quint8 { Run, Help, Version, PrintConfig, CheckConfig, PrintExample, Token, Operator };

    Command command = Run;
    QList<ConfigAssignment> assignments; ///< for ConfigInput; keys of --set are checked by loadConfig()
    TokenRequest token;                  ///< when command is Token
    OperatorRequest person;              ///< when command is Operator
    QList<ConfigProblem> problems;       ///< everything that is wrong; then nothing else is to be used
};

/// Takes the arguments behind the program's name apart:
/// `[options]`, `token KIND [options]` or `operator ACTION [options]`; options are `--name value` or `--name=value`.
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

/// The same for an action with operators.
struct OperatorActionRow
{
    const char* name;
    OperatorAction action;
    const char* required;
    const char* optional;
    const char* flags; ///< options without a value
};

const QList<OperatorActionRow>& operatorActions();

} // namespace signalbox
