// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonValue>

namespace signalbox {

// What a client of Socket.IO closes the connection over, in the JSON of an event or an acknowledgement.

/// True for what may name an event: a number, or a text that the libraries do not keep for their own events (`connect`,
/// `disconnect`, …).
bool isSocketEventName(const QJsonValue& name);

/// True when every placeholder in the value stands for one of so many attachments.
bool placeholdersFit(const QJsonValue& value, qsizetype attachments);

} // namespace signalbox
