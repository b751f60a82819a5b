// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/fieldreader.h"

namespace signalbox {

/// Takes `attachments` out of a message's body: at most 10 of {url, name, size?, type?}, as compact JSON; empty when
/// there are none. Anything else is refused with the field "attachments".
QByteArray attachmentsOf(FieldReader& fields);

/// True for what a browser may be given to open: http or https with a host, or an absolute path of the same site; no
/// spaces or control characters.
bool isAttachmentUrl(const QString& url);

} // namespace signalbox
