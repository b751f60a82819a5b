// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/backend.h"

QT_BEGIN_NAMESPACE
class QNetworkReply;
QT_END_NAMESPACE

namespace signalbox::console {

/// What a finished reply that is no success says: by its JSON body (docs/protocol.md), its status, or, when no answer
/// came, by what went wrong on the way. Texts are for people and hold no secrets. A redirect is a refusal: a bearer
/// token is sent to nobody else.
CallError replyError(const QNetworkReply& reply, const QByteArray& body);

/// The same of a refusal's parts, for those that come another way.
CallError refusal(int status, const QJsonObject& body, const QByteArray& retryAfter = {});

} // namespace signalbox::console
