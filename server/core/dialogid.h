// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace signalbox {

/// A dialog's id in JSON: a number where it is written as one and every reader keeps it, else a string.
QByteArray dialogIdJson(QByteArrayView dialogId);

} // namespace signalbox
