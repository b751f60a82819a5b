// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QObject>
#include <QUrl>

#include <memory>

namespace signalbox::console {

class Actions;
class Backend;
class Drafts;
class Outbox;
class Refresher;
class SecretStore;
class Session;
class Store;
class Threads;
class Tokens;
class DemoBackend;

/// Where to work, and as whom.
struct AccountAddress
{
    QUrl server; ///< http or https, without a path
    QString login;

    QString id() const; ///< "https://desk.example|anna"
};

/// Everything below the views for one account: the parts, and who listens to whom. Views get the parts by reference.
/// Construct, open(), then login() or restore(); the session starts by itself. Destroying it ends everything and keeps
/// what is on disk.
class Workspace : public QObject
{
    Q_OBJECT
public:
    using Done = std::function<void(Result<void>)>;

    /// `folder` is below the application's data folder; made when missing. `secrets` null: openSecretStore().
    static std::unique_ptr<Workspace> forServer(const AccountAddress& address, const QString& folder,
                                                std::unique_ptr<SecretStore> secrets = nullptr);
    /// The practice mode: no server, nothing kept beyond `folder` (a temporary one).
    static std::unique_ptr<Workspace> forDemo(quint32 seed, const QString& folder);
    ~Workspace() override;

    /// Locks the account's folder and reads outbox and drafts. Conflict: another console has it open. Once.
    Result<void> open();
    void login(const QString& password, QObject* context, Done done);
    /// With the kept refresh token; Unauthorized when there is none.
    void restore(QObject* context, Done done);
    void startDemo();
    void logout();

    const AccountAddress& address() const;
    Backend& backend();
    Store& store();
    const Store& store() const;
    Session& session();
    const Session& session() const;
    Outbox& outbox();
    const Outbox& outbox() const;
    Drafts& drafts();
    Threads& threads();
    Actions& actions();
    Tokens& tokens();
    Refresher& refresher();
    DemoBackend* demo(); ///< null with a server
    bool isDemo() const;

private:
    struct Parts;
    explicit Workspace(std::unique_ptr<Parts> parts);
    void connectParts();

    std::unique_ptr<Parts> m_parts;
};

} // namespace signalbox::console
