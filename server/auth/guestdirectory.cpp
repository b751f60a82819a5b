// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/guestdirectory.h"

#include "auth/tokenparts.h"

namespace signalbox {

namespace {

constexpr qsizetype kGuestIdChars = 22;

QByteArray signedGuest(QByteArrayView dialogId, QByteArrayView assistantId)
{
    return dialogId.toByteArray() + QByteArrayLiteral("\n") + assistantId;
}

bool usable(QByteArrayView dialogId, QByteArrayView assistantId)
{
    return isTokenSubject(dialogId) && isTokenSubject(assistantId);
}

} // namespace

DerivedGuestIds::DerivedGuestIds(const RotatingSecret& sessionSecret)
    : m_keys(derivedKeys(sessionSecret, "signalbox/guest-id/v1"))
{
}

QByteArray DerivedGuestIds::mint(QByteArrayView dialogId, QByteArrayView assistantId) const
{
    if (!usable(dialogId, assistantId))
        return {};
    return macText(m_keys, signedGuest(dialogId, assistantId), kGuestIdChars);
}

bool DerivedGuestIds::opens(QByteArrayView dialogId, QByteArrayView assistantId, QByteArrayView guestId) const
{
    return usable(dialogId, assistantId) &&
           isMacText(m_keys, signedGuest(dialogId, assistantId), guestId, kGuestIdChars);
}

} // namespace signalbox
