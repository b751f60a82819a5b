// SPDX-License-Identifier: GPL-3.0-or-later
#include "token.h"

#include <array>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace signalbox::bench {

namespace {

std::string base64Url(const unsigned char* bytes, unsigned size)
{
    std::string text(4 * ((size + 2) / 3) + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, static_cast<int>(size));
    text.resize(static_cast<size_t>(length));
    while (text.ends_with('='))
        text.pop_back();
    for (char& c : text)
        c = c == '+' ? '-' : c == '/' ? '_' : c;
    return text;
}

} // namespace

std::string sessionToken(std::string_view secret, std::string_view session, long createdAt)
{
    const std::string time = std::to_string(createdAt);
    const std::string message = std::string(session) + ":" + time;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest.data(), &size);
    return "v1." + time + "." + base64Url(digest.data(), size);
}

} // namespace signalbox::bench
