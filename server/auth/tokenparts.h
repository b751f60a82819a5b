// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/identity.h"
#include "shared/result.h"

#include <optional>

namespace signalbox {

// What the tokens of spec sections 5 and 11 have in common. Pure functions, any thread.

constexpr qint64 kDaySeconds = 24 * 60 * 60;
constexpr qint64 kClockSkewSeconds = 60; ///< how far another machine's clock may be ahead of ours

/// Unix seconds in plain decimal: 1 to 12 digits, no sign, no leading zero, so that a moment has one spelling.
std::optional<qint64> parseUnixSeconds(QByteArrayView text);

/// True for what may follow the prefix of a channel as the id of a person or a dialog: 1 to 128 bytes that
/// isValidChannelName() takes. In particular it holds no control character, and so no line feed.
bool isTokenSubject(QByteArrayView id);

/// A refusal with a fixed English reason. Never takes anything of the token.
Error refusal(const char* reason);
Error expiredToken();

/// The guest of a dialog: subject "guest:" + dialog, credential = credentialKey(credential).
IdentityPtr guestIdentity(QByteArrayView dialogId, QByteArrayView credential, qint64 expiresAtMs,
                          const QByteArray& site = {});

} // namespace signalbox
