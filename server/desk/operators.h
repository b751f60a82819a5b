// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/transaction.h"

namespace signalbox {

// Commands about operators, see transaction.h.

/// Who the staff member behind a command is; the first line of every command of staff. Forbidden when disabled, and for
/// guests and users. TokenExpired when an operator with a login shows a token of a role that it has no more.
/// Somebody vouched for from outside becomes an operator here, with the token's name, role and cities; name and role
/// follow later tokens (only where the transaction may write; a query gets what would be stored). For a service: an
/// Operator with its subject and Role::Service that is not stored.
Result<Operator> requireEnabled(DeskTransaction& transaction, const Identity& who);

struct NewOperator
{
    QByteArray login; ///< isLogin()
    QString name;
    QByteArray passwordHash;
    Role role = Role::Operator;
    QList<QByteArray> cities;
    int capacity = 5;
    QString avatar;
};

/// By an admin. Conflict ("login") when the login is taken.
Result<Operator> createOperator(DeskTransaction& transaction, const Identity& who, const NewOperator& wanted);

/// What is to change; nothing stays as it is.
struct OperatorChange
{
    std::optional<QString> name;
    std::optional<QString> avatar;
    std::optional<Role> role;
    std::optional<QList<QByteArray>> cities;
    std::optional<int> capacity;
    std::optional<bool> disabled;
    std::optional<QByteArray> passwordHash;
    QByteArray provenHash; ///< that of the old password which the caller has proven to know; empty: none
};

struct ChangedOperator
{
    Operator person;
    std::optional<ErrorCode> closeWith; ///< live connections must be closed, and why
};

/// By an admin, or by the operator: name, avatar, and password with proof of the old one (admins too for their own).
/// Disabling ends the operator's logins, a new password too; a new role or disabling asks to close the connections. The
/// last enabled admin can neither be disabled nor get another role (Conflict).
Result<ChangedOperator> changeOperator(DeskTransaction& transaction, const Identity& who, const QByteArray& id,
                                       const OperatorChange& change);

/// The same two for whoever owns the server (`signalboxd operator …`): asks nobody's right and tells no client, so that
/// it may run beside a server.
Result<Operator> insertOperator(DeskTransaction& transaction, const QByteArray& actor, const NewOperator& wanted);
Result<ChangedOperator> applyChange(DeskTransaction& transaction, const QByteArray& actor, Operator person,
                                    const OperatorChange& change);

Result<std::vector<Operator>> listOperators(DeskTransaction& transaction, const Identity& who);
/// To check an old password; NotFound for others than the operator itself.
Result<Operator> ownOperator(DeskTransaction& transaction, const Identity& who);

/// The operator chose a status; `untilMs`: the end of a do-not-disturb, 0: none. Tells when others see a change. Who is
/// offline by choice is seen again once the connections are asked (PresenceBoard::chose()).
Result<Operator> chooseStatus(DeskTransaction& transaction, const Identity& who, OperatorStatus wanted, qint64 untilMs);

/// What the PresenceBoard says; the operator's newest choice counts beside it. Tells when others see a change, at the
/// borders of Offline also with user:online and user:offline. Nothing for an operator who is not known.
Result<void> setPresence(DeskTransaction& transaction, const QByteArray& operatorId, OperatorStatus status);

} // namespace signalbox
