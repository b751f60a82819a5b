// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/event.h"
#include "ops/health.h"

namespace signalbox {

/// Tells staff how a part is now: `system.health.alert`.
Publication healthAlert(const QByteArray& part, const PartHealth& now);

} // namespace signalbox
