// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/secret.h"

namespace signalbox {

/// Knows which `assistant_id` + `guest_id` open which dialog (spec section 5). Called from any thread, at once and
/// without waiting; an implementation compares the guest id in constant time.
class GuestDirectory
{
public:
    virtual ~GuestDirectory() = default;
    virtual bool opens(QByteArrayView dialogId, QByteArrayView assistantId, QByteArrayView guestId) const = 0;
};

/// Guest ids that need no storage: the first 22 characters (132 bits) of the base64url of
/// HMAC-SHA256(key derived from SESSION_SECRET, dialog "\n" assistant). Immutable; any thread.
class DerivedGuestIds final : public GuestDirectory
{
public:
    explicit DerivedGuestIds(const RotatingSecret& sessionSecret);

    /// The guest id of that dialog at that assistant; empty without a secret or when an id cannot name a channel.
    QByteArray mint(QByteArrayView dialogId, QByteArrayView assistantId) const;
    bool opens(QByteArrayView dialogId, QByteArrayView assistantId, QByteArrayView guestId) const override;

private:
    RotatingSecret m_keys;
};

} // namespace signalbox
