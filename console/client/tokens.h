// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/backend.h"

#include <QPointer>
#include <QTimer>

namespace signalbox::console {

class SecretStore;

/// The operator's access and refresh token of one server. Refreshes before the access token ends and when a call was
/// refused, one refresh at a time (two would end the whole family). The refresh token lies in the SecretStore, spent
/// ones are overwritten before the new one is used.
class Tokens : public QObject
{
    Q_OBJECT
public:
    Tokens(Backend& backend, SecretStore& secrets, QString account, QObject* parent = nullptr);

    bool hasAccess() const { return !m_access.isEmpty(); }
    bool canRefresh() const { return !m_refresh.isEmpty(); }
    /// "server|login": the name under which the refresh token is kept.
    const QString& account() const { return m_account; }

    /// `done` gets ok, or an Error: login_refused, locked_out (text says for how long), unavailable, …
    void login(const QString& login, const QString& password, QObject* context, std::function<void(Result<void>)> done);
    /// Takes the refresh token from the secret store and exchanges it.
    void restore(QObject* context, std::function<void(Result<void>)> done);
    /// Exchanges the refresh token; joins one that is under way.
    void refresh(QObject* context, std::function<void(Result<void>)> done);
    /// Ends the family at the server and forgets everything.
    void logout();

signals:
    void refreshed();
    /// No token works any more: a person has to log in.
    void ended(const signalbox::Error& error);

private:
    void answered(const CallResult& result);
    void accept(const QJsonObject& body);
    void end(const Error& error);
    void finish(const Result<void>& result);

    Backend& m_backend;
    SecretStore& m_secrets;
    QString m_account;
    QString m_access;
    QString m_refresh;
    QTimer m_renewal;
    QList<std::pair<QPointer<QObject>, std::function<void(Result<void>)>>> m_waiting;
    bool m_isAsking = false;
};

} // namespace signalbox::console
