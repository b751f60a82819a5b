// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/operatorsapi.h"

#include "api/deskrequest.h"
#include "api/passwordchecks.h"
#include "auth/passwords.h"
#include "desk/deskjson.h"
#include "desk/operatorrules.h"
#include "desk/operators.h"

#include <QDateTime>
#include <QUrl>

namespace signalbox {

namespace {

constexpr qsizetype kLongestAvatar = 2048;
constexpr qint64 kLongestQuietMs = 30LL * 24 * 3600 * 1000;

HttpResponse operatorAnswer(const Operator& person)
{
    return HttpResponse::json(200, operatorJson(person));
}

/// Shown as `<img src>` to guests: an address of the web, or a path of this site.
bool isAvatar(const QString& address)
{
    const QUrl url(address, QUrl::StrictMode);
    const bool isPath = address.startsWith(QLatin1Char('/')) && !address.startsWith(QLatin1String("//"));
    const bool isWeb =
        (url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http")) && !url.host().isEmpty();
    return address.isEmpty() || (url.isValid() && (isPath || isWeb));
}

QString readName(FieldReader& fields)
{
    QString name = fields.required(QLatin1String("name"), kLongestOperatorName).trimmed();
    if (name.isEmpty())
        fields.refuse("name", QStringLiteral("A name is expected."));
    return name;
}

QString readAvatar(FieldReader& fields)
{
    QString avatar = fields.optional(QLatin1String("avatar"), kLongestAvatar);
    if (!isAvatar(avatar))
        fields.refuse("avatar", QStringLiteral("A web address is expected."));
    return avatar;
}

QList<QByteArray> readCities(FieldReader& fields)
{
    QList<QByteArray> cities;
    const QJsonArray sent = fields.array(QLatin1String("cities"), kMostCities).value_or(QJsonArray());
    for (const auto& value : sent) {
        const QByteArray city = value.toString().toUtf8();
        if (!isCity(city))
            fields.refuse("cities", QStringLiteral("Names of cities are expected."));
        else if (!cities.contains(city))
            cities.append(city);
    }
    return cities;
}

QByteArray readPassword(FieldReader& fields)
{
    QByteArray password = fields.required(QLatin1String("password"), kLongestPassword).toUtf8();
    if (!isUsablePassword(password))
        fields.refuse("password", QStringLiteral("A password has 8 to 1024 bytes."));
    return password;
}

Role readRole(FieldReader& fields)
{
    return staffRoleOf(fields.choice(QLatin1String("role"), {"operator", "director", "admin"}))
        .value_or(Role::Operator);
}

std::optional<int> readCapacity(FieldReader& fields)
{
    const auto capacity = fields.integer(QLatin1String("capacity"), 1, kMostCapacity);
    return capacity ? std::optional(static_cast<int>(*capacity)) : std::nullopt;
}

void list(ApiRequest request)
{
    const auto who = staffOf(request);
    if (!who) {
        request.respond(who.error());
        return;
    }
    using Operators = std::vector<Operator>;
    runQuery<Operators>(
        request, [who = *who](DeskTransaction& transaction) { return listOperators(transaction, *who); },
        [](const Operators& people) {
            return HttpResponse::json(200, "{\"items\":" + jsonArray(people, operatorJson) + '}');
        });
}

void answerOwn(ApiRequest request)
{
    const auto who = staffOf(request);
    if (!who) {
        request.respond(who.error());
        return;
    }
    runQuery<Operator>(
        request, [who = *who](DeskTransaction& transaction) { return ownOperator(transaction, *who); }, operatorAnswer);
}

Result<NewOperator> readNew(FieldReader& fields)
{
    NewOperator wanted;
    wanted.login = loginOf(fields.required(QLatin1String("login"), kLongestLogin));
    if (!isLogin(wanted.login))
        fields.refuse("login", QStringLiteral("A login has 2 to 64 of: a-z 0-9 . _ @ -"));
    wanted.name = readName(fields);
    if (!fields.has(QLatin1String("role")))
        fields.refuse("role", QStringLiteral("A role is expected."));
    wanted.role = readRole(fields);
    wanted.cities = readCities(fields);
    wanted.capacity = readCapacity(fields).value_or(wanted.capacity);
    wanted.avatar = readAvatar(fields);
    if (const auto complete = fields.finish(); !complete)
        return complete.error();
    return wanted;
}

void create(ApiRequest request, LoginParts parts)
{
    const auto who = staffOf(request);
    if (!who || (*who)->role != Role::Admin) {
        request.respond(who ? Error(ErrorCode::Forbidden) : who.error());
        return;
    }
    auto fields = fieldsOf(request);
    if (!fields) {
        request.respond(fields.error());
        return;
    }
    const QByteArray password = readPassword(*fields);
    const auto wanted = readNew(*fields);
    if (!wanted) {
        request.respond(wanted.error());
        return;
    }
    hashThen(request, parts, password, [who = *who, wanted = *wanted](ApiRequest hashed, const QByteArray& hash) {
        NewOperator complete = wanted;
        complete.passwordHash = hash;
        runChange<Operator>(
            std::move(hashed),
            [who, complete](DeskTransaction& transaction) { return createOperator(transaction, *who, complete); },
            [](const Operator& person) { return HttpResponse::json(201, operatorJson(person)); });
    });
}

/// What a PATCH asks for.
struct ChangeRequest
{
    OperatorChange change;
    QByteArray password;
    QByteArray oldPassword;
};

Result<ChangeRequest> readChange(FieldReader& fields)
{
    ChangeRequest asked;
    OperatorChange& change = asked.change;
    if (fields.has(QLatin1String("name")))
        change.name = readName(fields);
    if (fields.has(QLatin1String("avatar")))
        change.avatar = readAvatar(fields);
    if (fields.has(QLatin1String("role")))
        change.role = readRole(fields);
    if (fields.has(QLatin1String("cities")))
        change.cities = readCities(fields);
    change.capacity = readCapacity(fields);
    change.disabled = fields.flag(QLatin1String("disabled"));
    if (fields.has(QLatin1String("password")))
        asked.password = readPassword(fields);
    asked.oldPassword = fields.optional(QLatin1String("old_password"), kLongestPassword).toUtf8();
    if (!asked.oldPassword.isEmpty() && asked.password.isEmpty())
        fields.refuse("password", QStringLiteral("A new password is expected."));
    if (const auto complete = fields.finish(); !complete)
        return complete.error();
    return asked;
}

void runPatch(ApiRequest request, const IdentityPtr& who, const QByteArray& id, const OperatorChange& change)
{
    EdgeWorker& edge = request.edge();
    runChange<ChangedOperator>(
        std::move(request),
        [who, id, change](DeskTransaction& transaction) { return changeOperator(transaction, *who, id, change); },
        [&edge, id](const ChangedOperator& changed) {
            if (changed.closeWith)
                edge.port().closeUser(id, *changed.closeWith);
            return operatorAnswer(changed.person);
        });
}

void hashAndPatch(ApiRequest request, LoginParts parts, const IdentityPtr& who, const QByteArray& id,
                  const ChangeRequest& asked)
{
    if (asked.password.isEmpty()) {
        runPatch(std::move(request), who, id, asked.change);
        return;
    }
    hashThen(std::move(request), parts, asked.password,
             [who, id, change = asked.change](ApiRequest hashed, const QByteArray& hash) {
                 OperatorChange complete = change;
                 complete.passwordHash = hash;
                 runPatch(std::move(hashed), who, id, complete);
             });
}

/// The guard counts wrong old passwords with wrong logins: a stolen access token is no way to try more of them.
void proveAndPatch(PasswordCheck check, const IdentityPtr& who, const ChangeRequest& asked, const Operator& person)
{
    check.account = person.login;
    if (!isAdmitted(check))
        return;
    verify(check, person.passwordHash, [who, asked, person](PasswordCheck done, bool isRight) {
        if (!isRight) {
            done.request.respond(
                Error(ErrorCode::Forbidden, QStringLiteral("The old password is wrong."), "old_password"));
            return;
        }
        ChangeRequest proven = asked;
        proven.change.provenHash = person.passwordHash;
        hashAndPatch(std::move(done.request), done.parts, who, person.id, proven);
    });
}

void patch(ApiRequest request, LoginParts parts)
{
    const auto who = staffOf(request);
    if (!who) {
        request.respond(who.error());
        return;
    }
    const bool isOwn = request.param(0) == "me" || request.param(0) == (*who)->subject;
    const QByteArray id = isOwn ? (*who)->subject : request.param(0);
    if (!isOwn && (*who)->role != Role::Admin) {
        request.respond(Error(ErrorCode::Forbidden));
        return;
    }
    auto fields = fieldsOf(request);
    auto asked = fields ? readChange(*fields) : Result<ChangeRequest>(fields.error());
    if (!asked) {
        request.respond(asked.error());
        return;
    }
    DeskPort* const desk = request.edge().desk();
    if (!isOwn || asked->oldPassword.isEmpty() || !desk) {
        hashAndPatch(std::move(request), parts, *who, id, *asked);
        return;
    }
    desk->read<Operator>([who = *who](DeskTransaction& transaction) { return ownOperator(transaction, *who); },
                         [check = PasswordCheck{request, parts, {}, asked->oldPassword}, who = *who,
                          asked = *asked](const Result<Operator>& person) mutable {
                             if (person)
                                 proveAndPatch(std::move(check), who, asked, *person);
                             else
                                 check.request.respond(person.error());
                         });
}

/// An ISO time with its zone, or Unix seconds; 0 for neither.
qint64 momentOf(const QByteArray& text)
{
    bool isNumber = false;
    const qint64 seconds = text.toLongLong(&isNumber);
    if (isNumber)
        return seconds > 0 && seconds < std::numeric_limits<qint64>::max() / 1000 ? seconds * 1000 : 0;
    const QDateTime time = QDateTime::fromString(QString::fromUtf8(text), Qt::ISODateWithMs);
    return time.isValid() && time.timeSpec() != Qt::LocalTime ? time.toMSecsSinceEpoch() : 0;
}

struct StatusRequest
{
    OperatorStatus status = OperatorStatus::Online;
    qint64 untilMs = 0;
};

Result<StatusRequest> readStatus(FieldReader& fields, qint64 nowMs)
{
    StatusRequest asked;
    const QByteArray name = fields.choice(QLatin1String("status"), {"online", "away", "dnd", "offline"});
    if (name.isEmpty())
        fields.refuse("status", QStringLiteral("A status is expected."));
    asked.status = operatorStatusOf(name).value_or(OperatorStatus::Online);
    if (const QByteArray until = fields.id(QLatin1String("until")); !until.isEmpty()) {
        asked.untilMs = momentOf(until);
        if (asked.status != OperatorStatus::Dnd)
            fields.refuse("until", QStringLiteral("Only do-not-disturb has an end."));
        else if (asked.untilMs <= nowMs || asked.untilMs > nowMs + kLongestQuietMs)
            fields.refuse("until", QStringLiteral("A time within the next 30 days is expected."));
    }
    if (const auto complete = fields.finish(); !complete)
        return complete.error();
    return asked;
}

void putStatus(ApiRequest request)
{
    const auto who = staffOf(request);
    if (!who) {
        request.respond(who.error());
        return;
    }
    auto fields = fieldsOf(request);
    const auto asked = fields ? readStatus(*fields, request.edge().clock().wallMs()) : fields.error();
    if (!asked) {
        request.respond(asked.error());
        return;
    }
    runChange<Operator>(
        request,
        [who = *who, asked = *asked](DeskTransaction& transaction) {
            return chooseStatus(transaction, *who, asked.status, asked.untilMs);
        },
        [&edge = request.edge()](const Operator& person) {
            edge.port().operatorChose(person.id, person.wanted, person.wantedUntilMs);
            return operatorAnswer(person);
        });
}

} // namespace

void addOperatorsApi(Router& router, LoginParts parts)
{
    router.add("GET", "/api/operators", list);
    router.add("POST", "/api/operators", [parts](ApiRequest request) { create(std::move(request), parts); });
    router.add("GET", "/api/operators/me", answerOwn);
    router.add("PATCH", "/api/operators/{id}", [parts](ApiRequest request) { patch(std::move(request), parts); });
    router.add("PUT", "/api/operators/me/status", putStatus);
}

} // namespace signalbox
