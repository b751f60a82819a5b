// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/operators.h"

#include "desk/deskevents.h"
#include "desk/deskjson.h"
#include "desk/operatorrules.h"

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

constexpr int kEverybody = 100'000;

QByteArray actorName(const Operator& person)
{
    return (person.role == Role::Service ? "service:" : "operator:") + person.id;
}

void audit(DeskTransaction& transaction, const QByteArray& actor, const char* action, const QByteArray& operatorId,
           const QByteArray& details = {})
{
    AuditEntry entry;
    entry.atMs = transaction.nowMs();
    entry.actor = actor;
    entry.action = action;
    entry.subject = "operator:" + operatorId;
    entry.details = details;
    transaction.texts().insert(entry);
}

/// The first number that no operator has had: ids from outside may be numbers too.
QByteArray nextId(OperatorStore& operators)
{
    constexpr qint64 kLargestOfOurs = 1'000'000'000;
    qint64 highest = 0;
    for (const Operator& person : operators.all(kEverybody)) {
        const qint64 number = person.id.toLongLong();
        if (number <= kLargestOfOurs)
            highest = std::max(highest, number);
    }
    return QByteArray::number(highest + 1);
}

bool isLastAdmin(OperatorStore& operators, const Operator& person)
{
    const std::vector<Operator> all = operators.all(kEverybody);
    return !person.disabled && person.role == Role::Admin &&
           std::none_of(all.begin(), all.end(), [&person](const Operator& other) {
               return other.id != person.id && other.role == Role::Admin && !other.disabled;
           });
}

/// Whom a token from outside speaks for, as the desk would keep it.
Operator vouchedFor(const Identity& who, qint64 nowMs)
{
    Operator person;
    person.id = who.subject;
    person.name = who.name.isEmpty() ? QString::fromUtf8(who.subject) : who.name;
    person.role = who.role;
    person.cities = who.cities;
    person.createdMs = nowMs;
    return person;
}

/// Name and role of somebody from outside are what the newest token says.
Operator followed(DeskTransaction& transaction, Operator person, const Identity& who)
{
    const QString name = who.name.isEmpty() ? person.name : who.name;
    if (name == person.name && who.role == person.role)
        return person;
    person.name = name;
    person.role = who.role;
    if (transaction.mayWrite())
        transaction.operators().update(person);
    return person;
}

/// Others see the operator differently from now on.
void show(DeskTransaction& transaction, Operator& person, OperatorStatus presence)
{
    const bool wasThere = person.presence != OperatorStatus::Offline;
    const bool isThere = presence != OperatorStatus::Offline;
    person.presence = presence;
    transaction.operators().addPresenceHistory(person.id, presence, transaction.nowMs());
    transaction.publish(presenceUpdated(person));
    if (wasThere != isThere)
        transaction.publish(userOnline(person, isThere));
}

/// What may be changed, and by whom.
struct FieldRule
{
    const char* field;
    bool byItself;
    bool (*isAsked)(const OperatorChange& change);
};

constexpr std::array kFieldRules{
    FieldRule{"name", true, [](const OperatorChange& change) { return change.name.has_value(); }},
    FieldRule{"avatar", true, [](const OperatorChange& change) { return change.avatar.has_value(); }},
    FieldRule{"password", true, [](const OperatorChange& change) { return change.passwordHash.has_value(); }},
    FieldRule{"role", false, [](const OperatorChange& change) { return change.role.has_value(); }},
    FieldRule{"cities", false, [](const OperatorChange& change) { return change.cities.has_value(); }},
    FieldRule{"capacity", false, [](const OperatorChange& change) { return change.capacity.has_value(); }},
    FieldRule{"disabled", false, [](const OperatorChange& change) { return change.disabled.has_value(); }},
};

QByteArray askedFields(const OperatorChange& change)
{
    QByteArrayList fields;
    for (const FieldRule& rule : kFieldRules) {
        if (rule.isAsked(change))
            fields.append(jsonString(QByteArray(rule.field)));
    }
    return "{\"fields\":[" + fields.join(',') + "]}";
}

Result<void> mayChange(const Operator& actor, const QByteArray& id, const OperatorChange& change)
{
    const bool isAdmin = actor.role == Role::Admin;
    const bool isSelf = actor.role != Role::Service && actor.id == id;
    if (!isAdmin && !isSelf)
        return Error(ErrorCode::Forbidden);
    for (const FieldRule& rule : kFieldRules) {
        if (!isAdmin && !rule.byItself && rule.isAsked(change))
            return Error(ErrorCode::Forbidden, QStringLiteral("Only an administrator changes this."), rule.field);
    }
    return {};
}

Result<void> mayGetPassword(const Operator& actor, const Operator& person, const OperatorChange& change)
{
    if (!change.passwordHash)
        return {};
    if (actor.id == person.id && (person.passwordHash.isEmpty() || person.passwordHash != change.provenHash))
        return Error(ErrorCode::Forbidden, QStringLiteral("The old password is required."), "old_password");
    return {};
}

/// Seen in the consoles' lists.
bool looksTheSame(const Operator& a, const Operator& b)
{
    return a.name == b.name && a.capacity == b.capacity && a.avatar == b.avatar && a.role == b.role &&
           a.disabled == b.disabled;
}

} // namespace

Result<Operator> requireEnabled(DeskTransaction& transaction, const Identity& who)
{
    if (who.role == Role::Service)
        return vouchedFor(who, 0);
    if (!who.isStaff())
        return Error(ErrorCode::Forbidden);
    auto found = transaction.operators().find(who.subject);
    if (!found) {
        const Operator person = vouchedFor(who, transaction.nowMs());
        if (transaction.mayWrite())
            transaction.operators().insert(person);
        return person;
    }
    if (found->disabled)
        return Error(ErrorCode::Forbidden, QStringLiteral("This operator is disabled."));
    if (found->login.isEmpty())
        return followed(transaction, std::move(*found), who);
    if (found->role != who.role)
        return Error(ErrorCode::TokenExpired, QStringLiteral("The role has changed since this token was issued."));
    return std::move(*found);
}

Result<Operator> createOperator(DeskTransaction& transaction, const Identity& who, const NewOperator& wanted)
{
    const auto actor = requireEnabled(transaction, who);
    if (!actor)
        return actor.error();
    if (actor->role != Role::Admin)
        return Error(ErrorCode::Forbidden);
    auto created = insertOperator(transaction, actorName(*actor), wanted);
    if (created)
        transaction.publish(presenceUpdated(*created));
    return created;
}

Result<Operator> insertOperator(DeskTransaction& transaction, const QByteArray& actor, const NewOperator& wanted)
{
    OperatorStore& operators = transaction.operators();
    if (operators.findByLogin(wanted.login))
        return Error(ErrorCode::Conflict, QStringLiteral("This login is taken."), "login");
    Operator person;
    person.id = nextId(operators);
    person.login = wanted.login;
    person.name = wanted.name;
    person.avatar = wanted.avatar;
    person.role = wanted.role;
    person.passwordHash = wanted.passwordHash;
    person.cities = wanted.cities;
    person.capacity = wanted.capacity;
    person.createdMs = transaction.nowMs();
    operators.insert(person);
    audit(transaction, actor, "operator.create", person.id, "{\"role\":\"" + QByteArray(roleName(person.role)) + "\"}");
    return person;
}

Result<ChangedOperator> changeOperator(DeskTransaction& transaction, const Identity& who, const QByteArray& id,
                                       const OperatorChange& change)
{
    const auto actor = requireEnabled(transaction, who);
    if (!actor)
        return actor.error();
    if (const auto allowed = mayChange(*actor, id, change); !allowed)
        return allowed.error();
    const auto person = transaction.operators().find(id);
    if (!person)
        return Error(ErrorCode::NotFound);
    if (const auto allowed = mayGetPassword(*actor, *person, change); !allowed)
        return allowed.error();
    auto changed = applyChange(transaction, actorName(*actor), *person, change);
    if (!changed)
        return changed;
    if (changed->person.disabled && changed->person.presence != OperatorStatus::Offline) {
        show(transaction, changed->person, OperatorStatus::Offline);
        transaction.operators().update(changed->person);
    } else if (!looksTheSame(*person, changed->person)) {
        transaction.publish(presenceUpdated(changed->person));
    }
    return changed;
}

Result<ChangedOperator> applyChange(DeskTransaction& transaction, const QByteArray& actor, Operator person,
                                    const OperatorChange& change)
{
    OperatorStore& operators = transaction.operators();
    const bool getsDisabled = change.disabled.value_or(false) && !person.disabled;
    const bool getsRole = change.role && *change.role != person.role;
    if ((getsDisabled || getsRole) && isLastAdmin(operators, person))
        return Error(ErrorCode::Conflict, QStringLiteral("The last administrator stays."),
                     getsDisabled ? "disabled" : "role");
    if (change.passwordHash && person.login.isEmpty())
        return Error(ErrorCode::Conflict, QStringLiteral("This operator has no login here."), "password");
    person.name = change.name.value_or(person.name);
    person.avatar = change.avatar.value_or(person.avatar);
    person.role = change.role.value_or(person.role);
    person.cities = change.cities.value_or(person.cities);
    person.capacity = change.capacity.value_or(person.capacity);
    person.disabled = change.disabled.value_or(person.disabled);
    person.passwordHash = change.passwordHash.value_or(person.passwordHash);
    operators.update(person);
    if (getsDisabled || change.passwordHash)
        operators.deleteTokensOf(person.id);
    audit(transaction, actor, getsDisabled ? "operator.disable" : "operator.change", person.id, askedFields(change));
    ChangedOperator changed{std::move(person), std::nullopt};
    if (getsDisabled)
        changed.closeWith = ErrorCode::ClosedByAdmin;
    else if (getsRole)
        changed.closeWith = ErrorCode::TokenExpired;
    return changed;
}

Result<std::vector<Operator>> listOperators(DeskTransaction& transaction, const Identity& who)
{
    if (const auto actor = requireEnabled(transaction, who); !actor)
        return actor.error();
    return transaction.operators().all(kEverybody);
}

Result<Operator> ownOperator(DeskTransaction& transaction, const Identity& who)
{
    if (!who.isStaff())
        return Error(ErrorCode::Forbidden);
    return requireEnabled(transaction, who);
}

Result<Operator> chooseStatus(DeskTransaction& transaction, const Identity& who, OperatorStatus wanted, qint64 untilMs)
{
    auto found = ownOperator(transaction, who);
    if (!found)
        return found;
    Operator& person = *found;
    const OperatorStatus connections = connectionsBehind(person);
    person.wanted = wanted;
    person.wantedUntilMs = wanted == OperatorStatus::Dnd ? untilMs : 0;
    const OperatorStatus seen = effectiveStatus(connections, chosenStatus(person, transaction.nowMs()));
    if (seen != person.presence)
        show(transaction, person, seen);
    transaction.operators().update(person);
    return found;
}

Result<void> setPresence(DeskTransaction& transaction, const QByteArray& operatorId, OperatorStatus status)
{
    auto person = transaction.operators().find(operatorId);
    if (!person)
        return {};
    const OperatorStatus chosen = chosenStatus(*person, transaction.nowMs());
    const bool isOver = chosen != person->wanted;
    if (isOver) {
        person->wanted = chosen;
        person->wantedUntilMs = 0;
    }
    const OperatorStatus connections = status == OperatorStatus::Dnd ? OperatorStatus::Online : status;
    const OperatorStatus seen = person->disabled ? OperatorStatus::Offline : effectiveStatus(connections, chosen);
    if (seen != person->presence)
        show(transaction, *person, seen);
    else if (!isOver)
        return {};
    transaction.operators().update(*person);
    return {};
}

} // namespace signalbox
