// SPDX-License-Identifier: GPL-3.0-or-later
// An operator without windows who types and sends, made to be killed (tst_consolekill).
//   outboxclient PORT FOLDER LOGIN PASSWORD DIALOG FIRST COUNT
// Says on standard output what has been kept, line by line: "draft N", "added N", at the start "restored N"; "empty"
// when nothing waits any more.
#include "console/client/actions.h"
#include "console/client/drafts.h"
#include "console/client/outbox.h"
#include "console/client/secretstore.h"
#include "console/client/session.h"
#include "console/client/workspace.h"

#include <QCoreApplication>
#include <QTimer>

#include <cstdio>

using namespace signalbox;
using namespace signalbox::console;

namespace {

constexpr int kStepMs = 15;
constexpr int kLoginAgainMs = 200;

void say(const char* what, int number)
{
    std::printf("%s %d\n", what, number);
    std::fflush(stdout);
}

/// One who types and sends, a step at a time.
class Worker : public QObject
{
public:
    Worker(Workspace& workspace, QString password, qint64 dialogId, int first, int count)
        : m_workspace(workspace)
        , m_password(std::move(password))
        , m_dialogId(dialogId)
        , m_next(first)
        , m_end(first + count)
    {
        connect(&m_step, &QTimer::timeout, this, &Worker::step);
        m_step.start(kStepMs);
    }

    void login()
    {
        m_workspace.login(m_password, this, [this](const Result<void>& result) {
            if (!result)
                QTimer::singleShot(kLoginAgainMs, this, &Worker::login);
        });
    }

private:
    void step()
    {
        if (m_next < m_end) {
            m_workspace.drafts().set(m_dialogId, {QString::number(m_next), false, m_next});
            say("draft", m_next);
            if (m_workspace.actions().post(m_dialogId, QStringLiteral("m%1").arg(m_next)).ok())
                say("added", m_next);
            ++m_next;
        } else if (m_workspace.outbox().waiting() == 0 && m_workspace.session().isLive()) {
            m_step.stop();
            std::puts("empty");
            std::fflush(stdout);
            QCoreApplication::quit();
        }
    }

    Workspace& m_workspace;
    const QString m_password;
    const qint64 m_dialogId;
    int m_next;
    const int m_end;
    QTimer m_step;
};

} // namespace

int main(int argc, char** argv)
{
    const QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() != 8)
        return 2;
    AccountAddress address;
    address.server = QUrl(QStringLiteral("http://127.0.0.1:") + arguments[1]);
    address.login = arguments[3];
    const auto workspace = Workspace::forServer(address, arguments[2], forgetfulSecretStore());
    if (const auto opened = workspace->open(); !opened) {
        std::fprintf(stderr, "%s\n", opened.error().name());
        return 3;
    }
    const qint64 dialogId = arguments[5].toLongLong();
    say("restored", workspace->drafts().of(dialogId).text.toInt());
    Worker typist(*workspace, arguments[4], dialogId, arguments[6].toInt(), arguments[7].toInt());
    typist.login();
    return QCoreApplication::exec();
}
