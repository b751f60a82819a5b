// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/savedsocketjson.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

QJsonArray listOf(const QList<QByteArray>& texts)
{
    QJsonArray list;
    for (const QByteArray& text : texts)
        list.append(QString::fromUtf8(text));
    return list;
}

QList<QByteArray> textsIn(const QJsonValue& list)
{
    QList<QByteArray> texts;
    for (const auto& text : list.toArray())
        texts.append(text.toString().toUtf8());
    return texts;
}

std::optional<Role> roleNamed(const QString& name)
{
    for (const Role role : {Role::Guest, Role::User, Role::Operator, Role::Director, Role::Admin, Role::Service}) {
        if (name == QLatin1StringView(roleName(role)))
            return role;
    }
    return std::nullopt;
}

QJsonObject identityJson(const Identity& identity)
{
    return {{u"role"_s, QString::fromLatin1(roleName(identity.role))},
            {u"subject"_s, QString::fromUtf8(identity.subject)},
            {u"name"_s, identity.name},
            {u"cities"_s, listOf(identity.cities)},
            {u"channels"_s, listOf(identity.channels)},
            {u"dialog"_s, QString::fromUtf8(identity.dialog)},
            {u"site"_s, QString::fromUtf8(identity.site)},
            {u"expires"_s, identity.expiresAtMs},
            {u"credential"_s, QString::fromLatin1(identity.credential.toHex())}};
}

IdentityPtr identityIn(const QJsonObject& json)
{
    const std::optional<Role> role = roleNamed(json.value("role"_L1).toString());
    if (!role)
        return nullptr;
    const auto text = [&json](const char* name) { return json.value(QLatin1StringView(name)).toString().toUtf8(); };
    auto identity = std::make_shared<Identity>();
    identity->role = *role;
    identity->subject = text("subject");
    identity->name = json.value("name"_L1).toString();
    identity->cities = textsIn(json.value("cities"_L1));
    identity->channels = textsIn(json.value("channels"_L1));
    identity->dialog = text("dialog");
    identity->site = text("site");
    identity->expiresAtMs = json.value("expires"_L1).toInteger();
    identity->credential = QByteArray::fromHex(text("credential"));
    return identity;
}

} // namespace

QByteArray savedSocketJson(const SavedSocket& socket)
{
    QJsonArray rooms;
    for (const SavedRoom& room : socket.rooms)
        rooms.append(QJsonArray{QString::fromUtf8(room.name), QString::fromLatin1(room.since)});
    return QJsonDocument(QJsonObject{{u"socket"_s, QString::fromLatin1(socket.socketId)},
                                     {u"rooms"_s, rooms},
                                     {u"identity"_s, identityJson(*socket.identity)}})
        .toJson(QJsonDocument::Compact);
}

std::optional<SavedSocket> savedSocketOf(const QByteArray& json)
{
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    SavedSocket socket;
    socket.socketId = object.value("socket"_L1).toString().toLatin1();
    socket.identity = identityIn(object.value("identity"_L1).toObject());
    if (socket.socketId.isEmpty() || !socket.identity)
        return std::nullopt;
    for (const auto& room : object.value("rooms"_L1).toArray())
        socket.rooms.push_back({room[0].toString().toUtf8(), room[1].toString().toLatin1()});
    return socket;
}

} // namespace signalbox
