// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/workspace.h"

#include "console/client/accountfolder.h"
#include "console/client/actions.h"
#include "console/client/demobackend.h"
#include "console/client/drafts.h"
#include "console/client/httpbackend.h"
#include "console/client/outbox.h"
#include "console/client/refresher.h"
#include "console/client/secretstore.h"
#include "console/client/session.h"
#include "console/client/threads.h"
#include "console/client/tokens.h"
#include "console/store/store.h"

#include <QDateTime>

namespace signalbox::console {

using namespace Qt::StringLiterals;

QString AccountAddress::id() const
{
    return server.toString(QUrl::RemovePath | QUrl::RemoveUserInfo | QUrl::RemoveQuery) + u'|' +
           login.trimmed().toLower();
}

/// In the order of their lives: what is below is destroyed first.
struct Workspace::Parts
{
    Parts(AccountAddress where, const QString& path, std::unique_ptr<SecretStore> secretStore,
          std::unique_ptr<Backend> source, DemoBackend* practice)
        : address(std::move(where))
        , folder(path)
        , secrets(std::move(secretStore))
        , backend(std::move(source))
        , demo(practice)
        , store(practice ? Store::Clock([practice] { return practice->nowMs(); })
                         : Store::Clock([] { return QDateTime::currentMSecsSinceEpoch(); }))
        , tokens(*backend, *secrets, address.id())
        , session(*backend, store, tokens)
        , refresher(*backend, store)
        , outbox(*backend, path)
        , drafts(path + u"/drafts.journal")
        , threads(*backend, store, outbox)
        , actions(*backend, store, outbox)
    {
    }

    AccountAddress address;
    AccountFolder folder;
    std::unique_ptr<SecretStore> secrets;
    std::unique_ptr<Backend> backend;
    DemoBackend* demo;
    Store store;
    Tokens tokens;
    Session session;
    Refresher refresher;
    Outbox outbox;
    Drafts drafts;
    Threads threads;
    Actions actions;
};

std::unique_ptr<Workspace> Workspace::forServer(const AccountAddress& address, const QString& folder,
                                                std::unique_ptr<SecretStore> secrets)
{
    if (!secrets)
        secrets = openSecretStore();
    auto backend = std::make_unique<HttpBackend>(address.server);
    return std::unique_ptr<Workspace>(
        new Workspace(std::make_unique<Parts>(address, folder, std::move(secrets), std::move(backend), nullptr)));
}

std::unique_ptr<Workspace> Workspace::forDemo(quint32 seed, const QString& folder)
{
    auto backend = std::make_unique<DemoBackend>(seed);
    DemoBackend* demo = backend.get();
    AccountAddress address;
    address.server = QUrl(u"demo:"_s);
    address.login = u"demo"_s;
    return std::unique_ptr<Workspace>(
        new Workspace(std::make_unique<Parts>(address, folder, forgetfulSecretStore(), std::move(backend), demo)));
}

Workspace::Workspace(std::unique_ptr<Parts> parts)
    : m_parts(std::move(parts))
{
    connectParts();
}

Workspace::~Workspace()
{
    m_parts->actions.commitPending();
    m_parts->session.stop();
}

void Workspace::connectParts()
{
    Parts& parts = *m_parts;
    connect(&parts.session, &Session::stateChanged, this, [&parts] {
        const bool isLive = parts.session.isLive();
        parts.outbox.setLive(isLive);
        parts.refresher.setLive(isLive);
        parts.actions.setLive(isLive);
    });
    connect(&parts.session, &Session::listIsPartial, this, [&parts] { parts.refresher.listRest(); });
    connect(&parts.session, &Session::latencyChanged, this,
            [&parts] { parts.actions.setRoundTrip(parts.session.latencyMs()); });
    connect(&parts.store, &Store::meChanged, this, [&parts] { parts.outbox.setAuthor(parts.store.me().id); });
}

Result<void> Workspace::open()
{
    if (auto locked = m_parts->folder.open(); !locked)
        return locked;
    if (auto opened = m_parts->outbox.open(); !opened)
        return opened;
    return m_parts->drafts.open();
}

void Workspace::login(const QString& password, QObject* context, Done done)
{
    m_parts->tokens.login(m_parts->address.login, password, this,
                          [this, receiver = QPointer(context), done = std::move(done)](const Result<void>& result) {
                              if (result)
                                  m_parts->session.start();
                              if (receiver)
                                  done(result);
                          });
}

void Workspace::restore(QObject* context, Done done)
{
    m_parts->tokens.restore(this,
                            [this, receiver = QPointer(context), done = std::move(done)](const Result<void>& result) {
                                if (result)
                                    m_parts->session.start();
                                if (receiver)
                                    done(result);
                            });
}

void Workspace::startDemo()
{
    login(u"demo"_s, this, [](const Result<void>&) {});
}

void Workspace::logout()
{
    m_parts->actions.commitPending();
    m_parts->session.stop();
    m_parts->tokens.logout();
}

const AccountAddress& Workspace::address() const
{
    return m_parts->address;
}

Backend& Workspace::backend()
{
    return *m_parts->backend;
}

Store& Workspace::store()
{
    return m_parts->store;
}

const Store& Workspace::store() const
{
    return m_parts->store;
}

Session& Workspace::session()
{
    return m_parts->session;
}

const Session& Workspace::session() const
{
    return m_parts->session;
}

Outbox& Workspace::outbox()
{
    return m_parts->outbox;
}

const Outbox& Workspace::outbox() const
{
    return m_parts->outbox;
}

Drafts& Workspace::drafts()
{
    return m_parts->drafts;
}

Threads& Workspace::threads()
{
    return m_parts->threads;
}

Actions& Workspace::actions()
{
    return m_parts->actions;
}

Tokens& Workspace::tokens()
{
    return m_parts->tokens;
}

Refresher& Workspace::refresher()
{
    return m_parts->refresher;
}

DemoBackend* Workspace::demo()
{
    return m_parts->demo;
}

bool Workspace::isDemo() const
{
    return m_parts->demo != nullptr;
}

} // namespace signalbox::console
