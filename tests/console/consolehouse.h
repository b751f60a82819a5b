// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "integration/operatorhouse.h"

#include "console/client/actions.h"
#include "console/client/outbox.h"
#include "console/client/refresher.h"
#include "console/client/secretstore.h"
#include "console/client/session.h"
#include "console/client/threads.h"
#include "console/client/tokens.h"
#include "console/client/workspace.h"
#include "console/store/store.h"

#include <QSignalSpy>

namespace signalbox::test {

inline constexpr int kConsolePatienceMs = 20'000;

/// A console without windows, with a folder of its own.
class HeadlessConsole
{
public:
    HeadlessConsole(quint16 port, const QString& login)
    {
        console::AccountAddress address;
        address.server = QUrl(QStringLiteral("http://127.0.0.1:%1").arg(port));
        address.login = login;
        m_workspace = console::Workspace::forServer(address, m_folder.path(), console::forgetfulSecretStore());
    }

    console::Workspace& operator*() { return *m_workspace; }
    console::Workspace* operator->() { return m_workspace.get(); }
    QString folder() const { return m_folder.path(); }

    /// The refusal, or nothing when it is in.
    std::optional<Error> login(const QByteArray& password = kPassword)
    {
        std::optional<Result<void>> outcome;
        m_workspace->login(QString::fromUtf8(password), m_workspace.get(),
                           [&outcome](const Result<void>& result) { outcome = result; });
        if (!QTest::qWaitFor([&outcome] { return outcome.has_value(); }, kConsolePatienceMs))
            return Error(ErrorCode::RequestTimeout);
        return outcome->ok() ? std::nullopt : std::optional(outcome->error());
    }
    bool open() { return m_workspace->open().ok(); }
    bool goLive(const QByteArray& password = kPassword) { return open() && !login(password) && waitLive(); }
    bool waitLive()
    {
        return QTest::qWaitFor([this] { return m_workspace->session().isLive(); }, kConsolePatienceMs);
    }
    bool waitFor(const std::function<bool()>& enough) { return QTest::qWaitFor(enough, kConsolePatienceMs); }
    /// Nothing is to be fetched any more.
    bool settle()
    {
        return waitFor([this] { return m_workspace->refresher().isIdle(); });
    }
    const console::Dialog* dialog(qint64 id) { return m_workspace->store().dialog(id); }

private:
    QTemporaryDir m_folder;
    std::unique_ptr<console::Workspace> m_workspace;
};

/// A server with "root", "anna" and "maria", and guests who write.
class ConsoleHouse : protected OperatorHouse
{
protected:
    void openHouse(ServerProcess::Variables settings = {})
    {
        settings.insert("SIGNALBOX_DESK_LOGIN_ATTEMPTS", kUnlimited);
        settings.insert("SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "0");
        settings.insert("SIGNALBOX_LIMIT_MESSAGES_PER_SECOND", "0");
        m_settings = settings;
        const auto added =
            m_server.runToEnd(settings, {"operator", "add", "--login=root", "--name=Root", "--role=admin"});
        QCOMPARE(added.exitCode, 0);
        const QByteArray password = added.output.split('\n').value(1).mid(10);
        QVERIFY(m_server.start(settings));
        m_server.keepPorts();
        m_root = text(json(login("root", password).body), "access_token");
        QVERIFY(!m_root.isEmpty());
        QVERIFY(!create("anna").isEmpty());
        QVERIFY(!create("maria").isEmpty());
        QVERIFY(!create("boss", "admin").isEmpty());
    }
    bool restart() { return m_server.start(m_settings); }
    qint64 guestComes(const QByteArray& message = "Hello", const QByteArray& name = "Guest")
    {
        return openDialog(port(), "{\"guest_name\":\"" + name + "\",\"message\":\"" + message + "\"}");
    }
    HttpAnswer guestSays(qint64 dialogId, const QByteArray& words)
    {
        return ask(port(), "POST", "/chat/session/" + QByteArray::number(dialogId) + "/messages", guest(dialogId),
                   "{\"text\":\"" + words + "\"}");
    }
    HttpAnswer wantsHuman(qint64 dialogId, int priority = 0)
    {
        return ask(port(), "POST", path(dialogId, "/handoff"), service(),
                   "{\"reason\":\"Refund\",\"priority\":" + QByteArray::number(priority) +
                       ",\"metadata\":{\"summary\":\"Order 1\"}}");
    }
    static QByteArray path(qint64 dialogId, const QByteArray& rest = {})
    {
        return "/api/dialogs/" + QByteArray::number(dialogId) + rest;
    }
    QJsonArray messagesOf(qint64 dialogId)
    {
        return items(ask(port(), "GET", path(dialogId, "/messages?limit=200"), service()));
    }

    ServerProcess::Variables m_settings;
};

} // namespace signalbox::test
