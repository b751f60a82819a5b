// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/transaction.h"

namespace signalbox {

// Commands about logins, see transaction.h. A login has a family of refresh tokens: each is exchanged once for the next
// one; whoever comes with a spent one has stolen it or was stolen from, and the whole family ends.

/// Who may log in with this login; nothing when nobody may: unknown, disabled, without a password, all the same.
Result<std::optional<Operator>> findLogin(DeskTransaction& transaction, const QByteArray& login);

/// A refresh token to be kept: its SHA-256, the token itself is nowhere.
struct NewToken
{
    QByteArray hash;
    qint64 lifetimeMs = 0;
};

/// Somebody has proven to know the password with this hash.
struct ProvenLogin
{
    QByteArray operatorId;
    QByteArray passwordHash;
    QByteArray betterHash; ///< of the same password, to be kept from now on; empty: none
    QByteArray family;     ///< a new name
    NewToken token;
};

/// Begins a family. LoginRefused when the operator was disabled or got another password meanwhile.
Result<Operator> startLogin(DeskTransaction& transaction, const ProvenLogin& login);

/// Spends the token for the fresh one, whose life begins anew. Nothing for a token that is unknown, spent, expired, or
/// of a disabled operator; the last three end the family, which is why this is not an Error.
Result<std::optional<Operator>> exchangeToken(DeskTransaction& transaction, const QByteArray& hash,
                                              const NewToken& fresh);

/// Ends the token's family; a token that is unknown has ended already.
Result<bool> endLogin(DeskTransaction& transaction, const QByteArray& hash);

} // namespace signalbox
