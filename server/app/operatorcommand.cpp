// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/operatorcommand.h"

#include "auth/passwords.h"
#include "desk/operatorrules.h"
#include "desk/operators.h"
#include "desk/sqlstore.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr char kActor[] = "cli";
constexpr int kMostListed = 100'000;

struct Password
{
    QByteArray hash;
    QByteArray line; ///< to print: only of one that was made here
};

Result<Password> passwordFor(const OperatorRequest& request, const std::function<QByteArray()>& readPassword)
{
    const QByteArray password = request.passwordFromInput ? readPassword() : generatedPassword();
    const auto hash = hashPassword(password);
    if (!hash)
        return hash.error();
    return Password{*hash, request.passwordFromInput ? QByteArray() : "Password: " + password + '\n'};
}

/// Runs the command in a transaction of its own, again when another writer was in the way.
template <typename T, typename Command> Result<T> inTransaction(Store& store, const Clock& clock, Command command)
{
    constexpr int kAttempts = 5;
    Error why(ErrorCode::Unavailable);
    for (int attempt = 0; attempt < kAttempts && store.isConnected(); ++attempt) {
        if (store.begin(Store::Access::Write)) {
            DeskTransaction transaction(store, clock.wallMs());
            Result<T> outcome = command(transaction);
            if (!store.failure() && !outcome) {
                store.rollback();
                return outcome;
            }
            if (!store.failure() && store.commit())
                return outcome;
        }
        why = store.failure().value_or(why);
        store.rollback();
        if (why.code == ErrorCode::Internal)
            break;
    }
    return why;
}

Result<NewOperator> wantedOf(const OperatorRequest& request)
{
    NewOperator wanted;
    wanted.login = loginOf(QString::fromUtf8(request.login));
    wanted.name = QString::fromUtf8(request.name).left(kLongestOperatorName);
    wanted.role = staffRoleOf(request.role).value_or(Role::Operator);
    wanted.cities = request.cities;
    wanted.capacity = request.capacity;
    if (!isLogin(wanted.login))
        return Error(ErrorCode::InvalidField, QStringLiteral("A login has 2 to 64 of: a-z 0-9 . _ @ -"), "login");
    if (!std::all_of(wanted.cities.begin(), wanted.cities.end(), isCity))
        return Error(ErrorCode::InvalidField, QStringLiteral("A city's name cannot be used."), "cities");
    return wanted;
}

Result<QByteArray> add(Store& store, const Clock& clock, const OperatorRequest& request,
                       const std::function<QByteArray()>& readPassword)
{
    auto wanted = wantedOf(request);
    if (!wanted)
        return wanted.error();
    const auto password = passwordFor(request, readPassword);
    if (!password)
        return password.error();
    wanted->passwordHash = password->hash;
    const auto added = inTransaction<Operator>(
        store, clock, [&wanted](DeskTransaction& transaction) { return insertOperator(transaction, kActor, *wanted); });
    if (!added)
        return added.error();
    return QByteArray("Operator " + added->login + " has the id " + added->id + ".\n" + password->line);
}

Result<QByteArray> change(Store& store, const Clock& clock, const OperatorRequest& request,
                          const OperatorChange& change)
{
    const QByteArray login = loginOf(QString::fromUtf8(request.login));
    const auto changed = inTransaction<ChangedOperator>(
        store, clock, [&login, &change](DeskTransaction& transaction) -> Result<ChangedOperator> {
            const auto person = transaction.operators().findByLogin(login);
            if (!person)
                return Error(ErrorCode::NotFound, QStringLiteral("There is no such login."));
            return applyChange(transaction, kActor, *person, change);
        });
    if (!changed)
        return changed.error();
    return QByteArray("Operator " + login + (change.disabled ? " is disabled.\n" : " has a new password.\n"));
}

Result<QByteArray> passwd(Store& store, const Clock& clock, const OperatorRequest& request,
                          const std::function<QByteArray()>& readPassword)
{
    const auto password = passwordFor(request, readPassword);
    if (!password)
        return password.error();
    OperatorChange wanted;
    wanted.passwordHash = password->hash;
    const auto said = change(store, clock, request, wanted);
    return said ? Result<QByteArray>(*said + password->line) : said;
}

Result<QByteArray> list(Store& store, const Clock& clock)
{
    return inTransaction<QByteArray>(store, clock, [](DeskTransaction& transaction) {
        QByteArray text;
        for (const Operator& person : transaction.operators().all(kMostListed))
            text += person.id + '\t' + (person.login.isEmpty() ? QByteArray("-") : person.login) + '\t' +
                    roleName(person.role) + '\t' +
                    (person.disabled ? "disabled" : operatorStatusName(person.presence)) + '\t' + person.name.toUtf8() +
                    '\n';
        return Result<QByteArray>(text);
    });
}

} // namespace

Result<QByteArray> runOperatorCommand(const Settings& settings, const OperatorRequest& request, const Clock& clock,
                                      const std::function<QByteArray()>& readPassword)
{
    if (settings.database.url == "none")
        return Error(ErrorCode::NotFound, QStringLiteral("There is no desk: DATABASE_URL is none."));
    auto opened = openSqlStore(settings.database.url, Store::Access::Write);
    if (!opened)
        return opened.error();
    Store& store = **opened;
    switch (request.action) {
    case OperatorAction::Add:
        return add(store, clock, request, readPassword);
    case OperatorAction::Passwd:
        return passwd(store, clock, request, readPassword);
    case OperatorAction::List:
        return list(store, clock);
    case OperatorAction::Disable:
        break;
    }
    OperatorChange wanted;
    wanted.disabled = true;
    return change(store, clock, request, wanted);
}

} // namespace signalbox
