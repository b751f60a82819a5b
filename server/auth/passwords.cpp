// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/passwords.h"

#include "auth/secret.h"

#include <sodium.h>

namespace signalbox {

namespace {

constexpr auto kOperations = crypto_pwhash_OPSLIMIT_INTERACTIVE;
constexpr auto kMemory = crypto_pwhash_MEMLIMIT_INTERACTIVE;

/// A well-formed hash with today's limits that no password has: salt and result are zero bytes.
const QByteArray& nobodysHash()
{
    constexpr qsizetype kSaltText = 22;
    constexpr qsizetype kResultText = 43;
    static const QByteArray hash = "$argon2id$v=19$m=" + QByteArray::number(qulonglong(kMemory / 1024)) +
                                   ",t=" + QByteArray::number(qulonglong(kOperations)) + ",p=1$" +
                                   QByteArray(kSaltText, 'A') + '$' + QByteArray(kResultText, 'A');
    return hash;
}

bool verifies(const QByteArray& hash, QByteArrayView password)
{
    return crypto_pwhash_str_verify(hash.constData(), password.isNull() ? "" : password.data(),
                                    static_cast<quint64>(password.size())) == 0;
}

} // namespace

bool isUsablePassword(QByteArrayView password)
{
    return password.size() >= kShortestPassword && password.size() <= kLongestPassword;
}

Result<QByteArray> hashPassword(QByteArrayView password)
{
    if (!isUsablePassword(password))
        return Error(ErrorCode::InvalidField, QStringLiteral("A password has 8 to 1024 bytes."), "password");
    QByteArray hash(crypto_pwhash_STRBYTES, '\0');
    if (crypto_pwhash_str_alg(hash.data(), password.data(), static_cast<quint64>(password.size()), kOperations, kMemory,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return Error(ErrorCode::Unavailable, QStringLiteral("There is no memory to hash a password."));
    return QByteArray(hash.constData());
}

bool verifyPassword(const QByteArray& hash, QByteArrayView password)
{
    const bool isHash = crypto_pwhash_str_needs_rehash(hash.constData(), kOperations, kMemory) >= 0;
    const bool isRight =
        verifies(isHash ? hash : nobodysHash(), password.first(qMin(password.size(), kLongestPassword)));
    return isHash && isRight && password.size() <= kLongestPassword;
}

bool needsRehash(const QByteArray& hash)
{
    return crypto_pwhash_str_needs_rehash(hash.constData(), kOperations, kMemory) != 0;
}

QByteArray generatedPassword()
{
    constexpr int kBytes = 15;
    return base64Url(randomBytes(kBytes));
}

} // namespace signalbox
