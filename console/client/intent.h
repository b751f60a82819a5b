// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/thread.h"

#include <QJsonObject>
#include <QString>

namespace signalbox::console {

enum class IntentKind : quint8 { Message, Note, Edit, Release, Cancel, Transfer, Close, Reopen, Tags };
QString nameOf(IntentKind kind);
std::optional<IntentKind> intentKindOf(const QString& name);

/// Something the operator wants of the server that must not be lost and must not happen twice. The outbox keeps it on
/// disk from the moment it is wanted to the moment the server has it.
struct Intent
{
    QString clientId; ///< made here, unique; of a message its client_message_id
    qint64 dialogId = 0;
    IntentKind kind = IntentKind::Message;
    QJsonObject body;     ///< as it is sent
    qint64 messageId = 0; ///< Edit: which
    qint64 createdMs = 0;
    Delivery delivery = Delivery::Queued;
    int attempts = 0;
    QString error;
    QString errorCode;
    bool wasSent = false; ///< a request may have reached the server: look before it is sent again

    bool operator==(const Intent&) const = default;
};

QJsonObject toJson(const Intent& intent);
std::optional<Intent> intentOf(const QJsonObject& json);

} // namespace signalbox::console
