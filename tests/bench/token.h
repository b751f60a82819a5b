// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace signalbox::bench {

// v1.<created_at>.<base64url(HMAC-SHA256(secret, session ":" created_at))>, without padding.
std::string sessionToken(std::string_view secret, std::string_view session, long createdAt);

} // namespace signalbox::bench
