// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonValue>

namespace signalbox {

/// True for what may name an event of Socket.IO: a number, or a text that the libraries do not keep for their own
/// events (`connect`, `disconnect`, …). A client closes the connection over any other.
bool isSocketEventName(const QJsonValue& name);

} // namespace signalbox
