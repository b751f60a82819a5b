// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/diagnostics.h"

#include "console/client/backend.h"
#include "console/client/outbox.h"
#include "console/client/session.h"
#include "console/client/workspace.h"
#include "console/store/store.h"

#include <QCoreApplication>
#include <QMetaEnum>
#include <QRegularExpression>
#include <QSysInfo>

namespace signalbox::console {

using namespace Qt::StringLiterals;

QString redacted(QString line)
{
    static const QRegularExpression bearer(u"(Bearer|Basic)\\s+[^\\s\",;]+"_s,
                                           QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression named(
        u"(\"?(?:access_token|refresh_token|site_token|token|password|old_password|secret|sig|authorization|cookie)\"?)"
        "(\\s*[:=]\\s*)(\"[^\"]*\"|[^\\s&,;\"}]+)"_s,
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression jwt(u"eyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*"_s);
    static const QRegularExpression session(u"\\bv1\\.\\d+\\.[A-Za-z0-9_-]+"_s);
    line.replace(bearer, u"\\1 ***"_s);
    line.replace(named, u"\\1\\2***"_s);
    line.replace(jwt, u"***"_s);
    line.replace(session, u"***"_s);
    return line;
}

QString diagnosticsText(const Workspace& workspace, const QStringList& lastLogLines)
{
    const Session& session = workspace.session();
    const Store& store = workspace.store();
    const DialogCounts& counts = store.counts();
    const char* state = QMetaEnum::fromType<Session::State>().valueToKey(static_cast<int>(session.state()));
    QStringList lines{
        u"Signalbox console %1"_s.arg(QCoreApplication::applicationVersion()),
        u"Qt %1, %2, %3"_s.arg(QLatin1String(qVersion()), QSysInfo::prettyProductName(),
                               QSysInfo::currentCpuArchitecture()),
        u"Server: %1"_s.arg(workspace.address().server.toString(QUrl::RemoveUserInfo | QUrl::RemoveQuery)),
        u"State: %1, %2 ms, feed at %3"_s.arg(QLatin1String(state)).arg(session.latencyMs()).arg(store.position()),
        u"Last error: %1 %2"_s.arg(QLatin1String(session.lastError().name()), session.lastError().text()),
        u"Dialogs: %1 known, %2 open, %3 queued, %4 mine"_s.arg(store.dialogCount())
            .arg(counts.all)
            .arg(counts.queue)
            .arg(counts.mine),
        u"Outbox: %1 waiting, %2 failed"_s.arg(workspace.outbox().waiting()).arg(workspace.outbox().failed())};
    lines += lastLogLines;
    for (QString& line : lines)
        line = redacted(line);
    return lines.join(u'\n') + u'\n';
}

} // namespace signalbox::console
