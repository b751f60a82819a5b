// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <optional>

namespace signalbox {

/// Compares in time that depends on the lengths only (libsodium).
bool constantTimeEqual(QByteArrayView a, QByteArrayView b);

/// HMAC-SHA256, 32 raw bytes.
QByteArray hmacSha256(QByteArrayView key, QByteArrayView message);

/// base64url without padding (RFC 4648 5).
QByteArray base64Url(QByteArrayView bytes);

/// The bytes of canonical base64url: alphabet only, no padding, unused bits zero. Anything else is nothing, so that
/// one credential has exactly one spelling.
std::optional<QByteArray> fromBase64Url(QByteArrayView text);

/// The key of per-token limits and logs: 16 bytes of a hash of the credential, which cannot be turned back.
QByteArray credentialKey(QByteArrayView credential);

/// Random bytes for secrets and ids, from the system.
QByteArray randomBytes(int count);

/// True for a secret shorter than the 32 bytes that HMAC-SHA256 asks for (RFC 7518 3.2). A production profile refuses
/// to start with one, a development profile warns.
bool weakSecret(QByteArrayView secret);

/// A secret that can be replaced without a day on which nobody gets in: `current` signs and verifies, `previous`
/// only verifies. With an empty `current` nothing is signed and nothing verifies, whatever `previous` holds.
struct RotatingSecret
{
    QByteArray current;
    QByteArray previous;

    bool isSet() const { return !current.isEmpty(); }
};

/// Both secrets turned into keys for one purpose, so that a MAC made for it is worthless for any other. `label` names
/// the purpose and must not end in ":" and digits (the form of a session token's message).
RotatingSecret derivedKeys(const RotatingSecret& secret, QByteArrayView label);

/// The first `length` characters (at most 43) of base64Url(HMAC-SHA256(current, message)); empty without a secret.
QByteArray macText(const RotatingSecret& secret, QByteArrayView message, qsizetype length = 43);

/// True when `text` is macText() of the current or the previous secret. Always compares with both.
bool isMacText(const RotatingSecret& secret, QByteArrayView message, QByteArrayView text, qsizetype length = 43);

} // namespace signalbox
