// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/serverprocess.h"

#include <QDateTime>
#include <QMessageAuthenticationCode>

namespace signalbox::test {

// Tokens made by hand from the server's secrets, right or wrong in whatever way a test wants.

inline QByteArray base64Url(const QByteArray& bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

inline QByteArray hmac(const QByteArray& text, const QByteArray& key,
                       QCryptographicHash::Algorithm hash = QCryptographicHash::Sha256)
{
    return base64Url(QMessageAuthenticationCode::hash(text, key, hash));
}

inline qint64 unixNow()
{
    return QDateTime::currentSecsSinceEpoch();
}

inline const QByteArray kHs256Header = R"({"alg":"HS256","typ":"JWT"})";

inline QByteArray jwtClaims(qint64 exp, const QByteArray& role = "operator", const QByteArray& subject = "7")
{
    return R"({"sub":")" + subject + R"(","role":")" + role + R"(","exp":)" + QByteArray::number(exp) + "}";
}

/// Signed with the server's own secret, whatever the header says.
inline QByteArray craftedJwt(const QByteArray& header, const QByteArray& payload,
                             QCryptographicHash::Algorithm hash = QCryptographicHash::Sha256,
                             const QByteArray& secret = ServerProcess::jwtSecret())
{
    const QByteArray text = base64Url(header) + '.' + base64Url(payload);
    return text + '.' + hmac(text, secret, hash);
}

inline QByteArray expiredJwt(const QByteArray& role = "operator")
{
    return craftedJwt(kHs256Header, jwtClaims(unixNow() - 120, role));
}

inline QByteArray craftedSessionToken(const QByteArray& dialog, qint64 createdAt,
                                      const QByteArray& secret = ServerProcess::sessionSecret())
{
    const QByteArray seconds = QByteArray::number(createdAt);
    return "v1." + seconds + '.' + hmac(dialog + ':' + seconds, secret);
}

/// The same with one character changed.
inline QByteArray tampered(QByteArray token, qsizetype at)
{
    token[at] = token[at] == 'A' ? 'B' : 'A';
    return token;
}

} // namespace signalbox::test
