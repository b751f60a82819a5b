// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/passwordchecks.h"

#include "auth/passwords.h"

namespace signalbox {

namespace {

auto postTo(Worker& worker)
{
    return [&worker](Task task) { worker.post(std::move(task)); };
}

Error tooManyWait()
{
    return {ErrorCode::Unavailable, QStringLiteral("Too many passwords are being checked; try again.")};
}

} // namespace

bool isAdmitted(PasswordCheck& check)
{
    const DeskSettings& desk = check.request.edge().settings().desk;
    const qint64 waitMs =
        check.parts.guard.begin(check.account, check.request.clientAddress(), {desk.loginAttempts, desk.lockoutMs});
    if (waitMs == 0)
        return true;
    const QByteArray seconds = QByteArray::number((waitMs + 999) / 1000);
    Error error(ErrorCode::LockedOut);
    error.extra = "\"retry_after\":" + seconds;
    check.request.edge().observer().authFailed(error.code);
    check.request.respond(HttpResponse::json(error.httpStatus(), error.toJson()).with("Retry-After", seconds));
    return false;
}

void verify(PasswordCheck check, const QByteArray& hash, std::function<void(PasswordCheck, bool isRight)> done)
{
    PasswordQueue& passwords = check.parts.passwords;
    Worker& worker = check.request.edge().worker();
    std::function<bool()> work = [hash, password = check.password] { return verifyPassword(hash, password); };
    std::function<void(bool)> finish = [check, done = std::move(done)](bool isRight) {
        if (isRight)
            check.parts.guard.succeeded(check.account, check.request.clientAddress());
        else
            check.request.edge().observer().authFailed(ErrorCode::LoginRefused);
        done(check, isRight);
    };
    if (passwords.run<bool>(std::move(work), postTo(worker), std::move(finish)))
        return;
    check.parts.guard.undecided(check.account, check.request.clientAddress());
    check.request.respond(tooManyWait());
}

void hashThen(ApiRequest request, LoginParts parts, const QByteArray& password,
              std::function<void(ApiRequest, QByteArray hash)> done)
{
    using Hash = Result<QByteArray>;
    Worker& worker = request.edge().worker();
    std::function<Hash()> work = [password] { return hashPassword(password); };
    std::function<void(Hash)> finish = [request, done = std::move(done)](const Hash& hash) mutable {
        if (hash)
            done(std::move(request), *hash);
        else
            request.respond(hash.error());
    };
    if (!parts.passwords.run<Hash>(std::move(work), postTo(worker), std::move(finish)))
        request.respond(tooManyWait());
}

} // namespace signalbox
