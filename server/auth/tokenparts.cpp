// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/tokenparts.h"

#include "auth/secret.h"
#include "core/channel.h"

#include <algorithm>

namespace signalbox {

std::optional<qint64> parseUnixSeconds(QByteArrayView text)
{
    constexpr qsizetype kMostDigits = 12;
    const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (text.isEmpty() || text.size() > kMostDigits || !digits || (text.size() > 1 && text.front() == '0'))
        return std::nullopt;
    return text.toByteArray().toLongLong();
}

bool isTokenSubject(QByteArrayView id)
{
    constexpr qsizetype kLongestBytes = 128;
    return id.size() <= kLongestBytes && isValidChannelName(id);
}

Error refusal(const char* reason)
{
    return Error(ErrorCode::Unauthorized, QString::fromLatin1(reason));
}

Error expiredToken()
{
    return Error(ErrorCode::TokenExpired);
}

IdentityPtr guestIdentity(QByteArrayView dialogId, QByteArrayView credential, qint64 expiresAtMs,
                          const QByteArray& site)
{
    auto identity = std::make_shared<Identity>();
    identity->role = Role::Guest;
    identity->dialog = dialogId.toByteArray();
    identity->subject = QByteArrayLiteral("guest:") + identity->dialog;
    identity->site = site;
    identity->expiresAtMs = expiresAtMs;
    identity->credential = credentialKey(credential);
    return identity;
}

} // namespace signalbox
