// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/authenticator.h"
#include "config/commandline.h"
#include "config/settings.h"

namespace signalbox {

/// The authenticator that the settings describe. An Error is for the log at start.
Result<std::unique_ptr<Authenticator>> makeAuthenticator(const Settings& settings, const Clock& clock);

/// Mints what `signalboxd token …` asks for: the text to print, without a line break.
Result<QByteArray> mintToken(const Settings& settings, const TokenRequest& request);

} // namespace signalbox
