// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/settings.h"
#include "core/memorybroker.h"
#include "core/sessionregistry.h"

namespace signalbox {

// What the settings say to the parts of the core.

MemoryBroker::Limits brokerLimits(const Settings& settings);
ConnectionLimits connectionLimits(const Settings& settings);

} // namespace signalbox
