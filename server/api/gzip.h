// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace signalbox {

/// The bytes in the gzip format (RFC 1952), as small as it gets; empty when there is no memory for it.
QByteArray gzipped(const QByteArray& bytes);

} // namespace signalbox
