// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/logins.h"

namespace signalbox {

namespace {

bool mayLogIn(const std::optional<Operator>& person)
{
    return person && !person->disabled && !person->passwordHash.isEmpty();
}

void keep(DeskTransaction& transaction, const QByteArray& operatorId, const QByteArray& family, const NewToken& token)
{
    RefreshToken kept;
    kept.hash = token.hash;
    kept.operatorId = operatorId;
    kept.family = family;
    kept.createdMs = transaction.nowMs();
    kept.expiresMs = transaction.nowMs() + token.lifetimeMs;
    transaction.operators().insertToken(kept);
}

void auditReuse(DeskTransaction& transaction, const RefreshToken& token)
{
    AuditEntry entry;
    entry.atMs = transaction.nowMs();
    entry.actor = "operator:" + token.operatorId;
    entry.action = "login.token_reused";
    entry.subject = entry.actor;
    transaction.texts().insert(entry);
}

} // namespace

Result<std::optional<Operator>> findLogin(DeskTransaction& transaction, const QByteArray& login)
{
    auto person = transaction.operators().findByLogin(login);
    if (!mayLogIn(person))
        person.reset();
    return person;
}

Result<Operator> startLogin(DeskTransaction& transaction, const ProvenLogin& login)
{
    OperatorStore& operators = transaction.operators();
    auto person = operators.find(login.operatorId);
    if (!mayLogIn(person) || person->passwordHash != login.passwordHash)
        return Error(ErrorCode::LoginRefused);
    if (!login.betterHash.isEmpty()) {
        person->passwordHash = login.betterHash;
        operators.update(*person);
    }
    operators.deleteTokensExpiredBefore(transaction.nowMs());
    keep(transaction, person->id, login.family, login.token);
    return std::move(*person);
}

Result<std::optional<Operator>> exchangeToken(DeskTransaction& transaction, const QByteArray& hash,
                                              const NewToken& fresh)
{
    OperatorStore& operators = transaction.operators();
    const auto token = operators.findToken(hash);
    if (!token)
        return std::optional<Operator>();
    auto person = operators.find(token->operatorId);
    const bool isSpent = token->usedMs != 0;
    if (isSpent || token->expiresMs <= transaction.nowMs() || !mayLogIn(person)) {
        operators.deleteTokenFamily(token->family);
        if (isSpent)
            auditReuse(transaction, *token);
        return std::optional<Operator>();
    }
    operators.markTokenUsed(hash, transaction.nowMs());
    keep(transaction, token->operatorId, token->family, fresh);
    return person;
}

Result<bool> endLogin(DeskTransaction& transaction, const QByteArray& hash)
{
    const auto token = transaction.operators().findToken(hash);
    if (token)
        transaction.operators().deleteTokenFamily(token->family);
    return token.has_value();
}

} // namespace signalbox
