// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/secretstore.h"

namespace signalbox::console {

/// The Secret Service of the session (GNOME Keyring, KWallet 5.97 and later); null where libsecret was missing at build
/// time or no service answers on the session's bus. Its calls block, so they run on a thread of their own, in order.
std::unique_ptr<SecretStore> makeLibsecretStore();

} // namespace signalbox::console
