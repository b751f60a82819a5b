// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/secret.h"

#include <sodium.h>

namespace signalbox {

namespace {

const unsigned char* bytes(QByteArrayView view)
{
    return reinterpret_cast<const unsigned char*>(view.data());
}

} // namespace

bool constantTimeEqual(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), static_cast<size_t>(a.size())) == 0;
}

QByteArray hmacSha256(QByteArrayView key, QByteArrayView message)
{
    QByteArray mac(crypto_auth_hmacsha256_BYTES, Qt::Uninitialized);
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes(key), static_cast<size_t>(key.size()));
    crypto_auth_hmacsha256_update(&state, bytes(message), static_cast<unsigned long long>(message.size()));
    crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(mac.data()));
    return mac;
}

QByteArray base64Url(QByteArrayView raw)
{
    return raw.toByteArray().toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

std::optional<QByteArray> fromBase64Url(QByteArrayView text)
{
    const auto decoded = QByteArray::fromBase64Encoding(text.toByteArray(),
                                                        QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals |
                                                            QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || base64Url(*decoded) != text)
        return std::nullopt;
    return *decoded;
}

QByteArray credentialKey(QByteArrayView credential)
{
    QByteArray hash(crypto_generichash_BYTES_MIN, Qt::Uninitialized);
    crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), static_cast<size_t>(hash.size()),
                       bytes(credential), static_cast<unsigned long long>(credential.size()), nullptr, 0);
    return hash;
}

QByteArray randomBytes(int count)
{
    // The first call opens the system's source, which is only safe among threads inside sodium_init().
    static const int ready = sodium_init();
    Q_UNUSED(ready)
    QByteArray out(count, Qt::Uninitialized);
    randombytes_buf(out.data(), static_cast<size_t>(count));
    return out;
}

bool weakSecret(QByteArrayView secret)
{
    constexpr qsizetype kStrongBytes = 32;
    return secret.size() < kStrongBytes;
}

RotatingSecret derivedKeys(const RotatingSecret& secret, QByteArrayView label)
{
    const auto derive = [label](const QByteArray& key) { return key.isEmpty() ? key : hmacSha256(key, label); };
    return {derive(secret.current), derive(secret.previous)};
}

QByteArray macText(const RotatingSecret& secret, QByteArrayView message, qsizetype length)
{
    return secret.isSet() ? base64Url(hmacSha256(secret.current, message)).first(length) : QByteArray();
}

bool isMacText(const RotatingSecret& secret, QByteArrayView message, QByteArrayView text, qsizetype length)
{
    if (!secret.isSet())
        return false;
    const QByteArray& other = secret.previous.isEmpty() ? secret.current : secret.previous;
    const bool current = constantTimeEqual(macText(secret, message, length), text);
    const bool previous = constantTimeEqual(macText({other, {}}, message, length), text);
    return current || previous;
}

} // namespace signalbox
