// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/tokens.h"

#include "console/client/secretstore.h"

namespace signalbox::console {

using namespace Qt::StringLiterals;

namespace {

constexpr int kSoonMs = 5000; ///< between attempts to refresh while the server does not answer
constexpr int kLongestMs = 24 * 3600 * 1000;

} // namespace

Tokens::Tokens(Backend& backend, SecretStore& secrets, QString account, QObject* parent)
    : QObject(parent)
    , m_backend(backend)
    , m_secrets(secrets)
    , m_account(std::move(account))
{
    m_renewal.setSingleShot(true);
    connect(&m_renewal, &QTimer::timeout, this, [this] { refresh(this, [](const Result<void>&) {}); });
    connect(&m_backend, &Backend::tokenRefused, this, [this] { refresh(this, [](const Result<void>&) {}); });
}

void Tokens::login(const QString& login, const QString& password, QObject* context,
                   std::function<void(Result<void>)> done)
{
    m_waiting.append({context, std::move(done)});
    if (std::exchange(m_isAsking, true))
        return;
    Call call;
    call.method = QByteArrayLiteral("POST");
    call.path = u"/api/auth/login"_s;
    call.body = {{u"login"_s, login}, {u"password"_s, password}};
    call.authorised = false;
    m_backend.call(std::move(call), this, [this](const CallResult& result) { answered(result); });
}

void Tokens::restore(QObject* context, std::function<void(Result<void>)> done)
{
    m_secrets.read(m_account, this,
                   [this, receiver = QPointer(context), done = std::move(done)](const Result<QString>& secret) mutable {
                       if (!receiver)
                           return;
                       if (!secret || secret->isEmpty()) {
                           done(Error(ErrorCode::Unauthorized, tr("Log in with your password.")));
                           return;
                       }
                       m_refresh = *secret;
                       refresh(receiver, std::move(done));
                   });
}

void Tokens::refresh(QObject* context, std::function<void(Result<void>)> done)
{
    m_waiting.append({context, std::move(done)});
    if (m_isAsking)
        return;
    if (m_refresh.isEmpty()) {
        // Not from within the call.
        QTimer::singleShot(0, this, [this] { end(Error(ErrorCode::Unauthorized, tr("Log in again."))); });
        return;
    }
    m_isAsking = true;
    Call call;
    call.method = QByteArrayLiteral("POST");
    call.path = u"/api/auth/refresh"_s;
    call.body = {{u"refresh_token"_s, m_refresh}};
    call.authorised = false;
    m_backend.call(std::move(call), this, [this](const CallResult& result) { answered(result); });
}

void Tokens::answered(const CallResult& result)
{
    m_isAsking = false;
    if (const auto* answer = std::get_if<Answer>(&result)) {
        accept(answer->body);
        return;
    }
    const auto& failure = std::get<CallError>(result);
    if (failure.status == 401) {
        end(failure.error);
        return;
    }
    // Nobody said no: what waits may fail, the token stays and is tried again.
    if (canRefresh())
        m_renewal.start(std::max(kSoonMs, failure.retryAfterMs));
    m_backend.setAccessToken(m_access);
    finish(failure.error);
}

void Tokens::accept(const QJsonObject& body)
{
    const QString access = body.value("access_token"_L1).toString();
    if (access.isEmpty()) {
        finish(Error(ErrorCode::BadJson, tr("The server's answer cannot be read.")));
        return;
    }
    m_access = access;
    m_refresh = body.value("refresh_token"_L1).toString();
    if (!m_refresh.isEmpty())
        m_secrets.write(m_account, m_refresh, this, [](const Result<void>&) {});
    const double seconds = body.value("expires_in"_L1).toDouble();
    if (seconds > 0 && canRefresh())
        m_renewal.start(static_cast<int>(std::min<double>(kLongestMs, seconds * 800)));
    m_backend.setAccessToken(m_access);
    emit refreshed();
    finish({});
}

void Tokens::end(const Error& error)
{
    const bool wasIn = hasAccess();
    m_access.clear();
    m_refresh.clear();
    m_renewal.stop();
    if (error.code != ErrorCode::LoginRefused)
        m_secrets.erase(m_account);
    m_backend.setAccessToken({});
    finish(error);
    if (wasIn)
        emit ended(error);
}

void Tokens::logout()
{
    if (canRefresh()) {
        Call call;
        call.method = QByteArrayLiteral("POST");
        call.path = u"/api/auth/logout"_s;
        call.body = {{u"refresh_token"_s, m_refresh}};
        call.authorised = false;
        m_backend.call(std::move(call), this, [](const CallResult&) {});
    }
    m_secrets.erase(m_account);
    m_access.clear();
    m_refresh.clear();
    m_renewal.stop();
    m_backend.setAccessToken({});
}

void Tokens::finish(const Result<void>& result)
{
    const auto waiting = std::exchange(m_waiting, {});
    for (const auto& [context, done] : waiting) {
        if (context)
            done(result);
    }
}

} // namespace signalbox::console
