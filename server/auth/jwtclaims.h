// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/jwt.h"

#include <jansson.h>

namespace signalbox {

// Inside this library only.

constexpr qint64 kExpiryLeewaySeconds = 30; ///< how long after `exp` a token still counts

/// Judges the claims of a token whose signature is genuine (RFC 7519 4.1) and says who it speaks for; `credential`
/// is left empty.
Result<std::shared_ptr<Identity>> readClaims(const json_t* claims, const JwtSettings& settings, qint64 nowMs);

} // namespace signalbox
