// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configloader.h"

namespace signalbox {

// The steps of loadConfig() after each value is known by itself.

/// Data folder, database URL and log format where they were left to the profile. Problem: no home folder is known.
void fillDerivedSettings(LoadedConfig& config, const Environment& environment);

/// The secrets: refused when missing in production, read or made in development; and what is odd about them.
void provideSecrets(LoadedConfig& config, bool writeSecrets);

/// What values have to do with each other and with the files that they name.
void checkSettings(LoadedConfig& config);

} // namespace signalbox
