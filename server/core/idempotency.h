// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/event.h"

namespace signalbox {

/// What an idempotency key was used for: name, version, data and channels, hashed. The same key with another
/// fingerprint is a conflict.
QByteArray fingerprintOf(const Publication& publication);

} // namespace signalbox
