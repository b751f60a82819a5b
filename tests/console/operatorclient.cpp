// SPDX-License-Identifier: GPL-3.0-or-later
// The console without its windows, for tests in another language: an operator's hands by standard input, eyes by
// standard output.
//   operatorclient PORT FOLDER LOGIN PASSWORD
// Commands, one a line: "take DIALOG"; then "say TEXT" and "read" are of that dialog. It ends when its input does.
// Says, one JSON object a line, at every change: {"live":true}, {"waiting":[17]} (dialogs that it may take),
// {"taken":17} or {"refused":"code"}, and {"thread":[{"from":"client","text":"…"}]} with what waits in the outbox at
// its end ("from":"outbox").
#include "console/client/actions.h"
#include "console/client/secretstore.h"
#include "console/client/session.h"
#include "console/client/threads.h"
#include "console/client/workspace.h"
#include "console/store/recordjson.h"
#include "console/store/store.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QPointer>
#include <QSocketNotifier>
#include <QTimer>

#include <cstdio>

#include <unistd.h>

using namespace signalbox;
using namespace signalbox::console;
using namespace Qt::StringLiterals;

namespace {

constexpr int kLoginAgainMs = 200;

void say(const QJsonObject& what)
{
    std::puts(QJsonDocument(what).toJson(QJsonDocument::Compact).constData());
    std::fflush(stdout);
}

QJsonObject lineOf(const ThreadItem& item)
{
    if (const auto* message = std::get_if<Message>(&item))
        return {{u"from"_s, nameOf(message->sender)}, {u"text"_s, message->text}};
    if (const auto* note = std::get_if<Note>(&item))
        return {{u"from"_s, u"note"_s}, {u"text"_s, note->text}};
    return {{u"from"_s, u"outbox"_s}, {u"text"_s, std::get<PendingItem>(item).text}};
}

class Person : public QObject
{
public:
    Person(Workspace& workspace, QString password)
        : m_workspace(workspace)
        , m_password(std::move(password))
    {
        Store& store = workspace.store();
        connect(&workspace.session(), &Session::stateChanged, this, &Person::tellLive);
        connect(&store, &Store::reset, this, &Person::tellWaiting);
        connect(&store, &Store::dialogAdded, this, &Person::tellWaiting);
        connect(&store, &Store::dialogChanged, this, &Person::tellWaiting);
        connect(&workspace.actions(), &Actions::taken, this, &Person::taken);
        connect(&workspace.actions(), &Actions::takeLost, this, [](const TakeLost& lost) {
            say({{u"refused"_s, QString::fromLatin1(lost.error.name())}});
        });
        connect(&m_input, &QSocketNotifier::activated, this, &Person::listen);
    }

    void login()
    {
        m_workspace.login(m_password, this, [this](const Result<void>& result) {
            if (!result)
                QTimer::singleShot(kLoginAgainMs, this, &Person::login);
        });
    }

private:
    void listen()
    {
        std::array<char, 4096> bytes{};
        const ssize_t count = read(STDIN_FILENO, bytes.data(), bytes.size());
        if (count <= 0) {
            m_input.setEnabled(false);
            QCoreApplication::quit();
            return;
        }
        m_heard.append(bytes.data(), count);
        for (qsizetype end = m_heard.indexOf('\n'); end >= 0; end = m_heard.indexOf('\n')) {
            obey(QString::fromUtf8(m_heard.first(end)));
            m_heard.remove(0, end + 1);
        }
    }

    void obey(const QString& command)
    {
        Actions& actions = m_workspace.actions();
        if (command.startsWith("take "_L1)) {
            actions.take(command.mid(5).toLongLong());
        } else if (command.startsWith("say "_L1)) {
            if (const auto kept = actions.post(m_dialogId, command.mid(4)); !kept)
                say({{u"refused"_s, QString::fromLatin1(kept.error().name())}});
        } else if (command == "read"_L1) {
            actions.markRead(m_dialogId, m_thread ? m_thread->newestMessageId() : 0);
        } else {
            say({{u"refused"_s, command}});
        }
    }

    void taken(qint64 dialogId)
    {
        m_dialogId = dialogId;
        say({{u"taken"_s, dialogId}});
        m_workspace.threads().keep(dialogId);
        m_thread = m_workspace.threads().open(dialogId);
        connect(m_thread, &Thread::reset, this, &Person::tellThread);
        connect(m_thread, &Thread::inserted, this, &Person::tellThread);
        connect(m_thread, &Thread::removed, this, &Person::tellThread);
        connect(m_thread, &Thread::changed, this, &Person::tellThread);
        tellThread();
    }

    void tellLive() { say({{u"live"_s, m_workspace.session().isLive()}}); }

    void tellWaiting()
    {
        const Store& store = m_workspace.store();
        QJsonArray waiting;
        for (int row = 0; row < store.dialogCount(); ++row) {
            if (const Dialog& dialog = store.dialogAt(row); store.mayTake(dialog))
                waiting.append(dialog.id);
        }
        if (waiting != m_waiting)
            say({{u"waiting"_s, m_waiting = waiting}});
    }

    void tellThread()
    {
        QJsonArray lines;
        for (const ThreadItem& item : m_thread->items())
            lines.append(lineOf(item));
        say({{u"thread"_s, lines}});
    }

    Workspace& m_workspace;
    const QString m_password;
    QSocketNotifier m_input{STDIN_FILENO, QSocketNotifier::Read};
    QByteArray m_heard;
    QJsonArray m_waiting;
    qint64 m_dialogId = 0;
    QPointer<Thread> m_thread;
};

} // namespace

int main(int argc, char** argv)
{
    const QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() != 5)
        return 2;
    AccountAddress address;
    address.server = QUrl(u"http://127.0.0.1:"_s + arguments[1]);
    address.login = arguments[3];
    const auto workspace = Workspace::forServer(address, arguments[2], forgetfulSecretStore());
    if (const auto opened = workspace->open(); !opened) {
        std::fprintf(stderr, "%s\n", opened.error().name());
        return 3;
    }
    Person person(*workspace, arguments[4]);
    person.login();
    return QCoreApplication::exec();
}
