// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/serverprocess.h"
#include "support/wsclient.h"

#include <QTest>

namespace signalbox::test {

inline Headers bearer(const QByteArray& token)
{
    return {{"Authorization", "Bearer " + token}};
}
inline Headers service()
{
    return bearer(ServerProcess::webhookToken());
}
inline Headers staff(Role role = Role::Operator, const QByteArray& subject = "7")
{
    return bearer(ServerProcess::jwt(role, subject));
}
inline Headers guest(qint64 dialogId)
{
    return {{"X-Session-Token", ServerProcess::sessionToken(QByteArray::number(dialogId))}};
}

/// One request with a JSON body, unless it is empty.
inline HttpAnswer ask(quint16 port, const QByteArray& method, const QByteArray& target, const Headers& who,
                      const QByteArray& body = {})
{
    Headers headers = who;
    if (!body.isEmpty())
        headers.emplaceBack("Content-Type", "application/json");
    return request(port, method, target, headers, body);
}

inline qint64 number(const HttpAnswer& answer, const char* member)
{
    return json(answer.body).value(QLatin1String(member)).toInteger(-1);
}
inline QJsonArray items(const HttpAnswer& answer)
{
    return json(answer.body).value(QLatin1String("items")).toArray();
}
inline QByteArray code(const HttpAnswer& answer)
{
    return text(json(answer.body), "code");
}
inline QByteArray field(const HttpAnswer& answer)
{
    return text(json(answer.body), "field");
}

/// A dialog of the desk, begun as a widget does.
inline qint64 openDialog(quint16 port, const QByteArray& body = "{}")
{
    return number(ask(port, "POST", "/chat/session", {}, body), "session_id");
}

} // namespace signalbox::test
