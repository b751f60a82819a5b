// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/commandline.h"
#include "config/settings.h"
#include "core/clock.h"
#include "shared/result.h"

#include <functional>

namespace signalbox {

/// Does what `signalboxd operator …` asks for in the settings' database, which a server may use at the same time: the
/// text to print. A server is not told: consoles see a new operator with their next look at the list, and a disabled
/// one's open connections live as long as their tokens. Needs a QCoreApplication. `readPassword` is called when the
/// password is to come from the input.
Result<QByteArray> runOperatorCommand(const Settings& settings, const OperatorRequest& request, const Clock& clock,
                                      const std::function<QByteArray()>& readPassword);

} // namespace signalbox
