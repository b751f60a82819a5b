// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/jwtclaims.h"

#include "auth/tokenjson.h"
#include "core/channel.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace signalbox {

namespace {

constexpr qint64 kMostSeconds = 1'000'000'000'000;

// A NumericDate (RFC 7519 2) in milliseconds; fractions of a second are allowed there.
std::optional<qint64> momentMs(const json_t* value)
{
    if (json_is_integer(value)) {
        const qint64 seconds = json_integer_value(value);
        return seconds >= 0 && seconds <= kMostSeconds ? std::optional(seconds * 1000) : std::nullopt;
    }
    const double seconds = json_real_value(value);
    if (!json_is_real(value) || !std::isfinite(seconds) || seconds < 0 || seconds > static_cast<double>(kMostSeconds))
        return std::nullopt;
    return static_cast<qint64>(seconds * 1000);
}

Result<qint64> readExpiry(const json_t* claims, qint64 maxAheadSeconds, qint64 nowMs)
{
    const std::optional<qint64> exp = momentMs(json_object_get(claims, "exp"));
    if (!exp)
        return refusal("The token has no usable expiry");
    if (*exp > nowMs + (maxAheadSeconds + kClockSkewSeconds) * 1000)
        return refusal("The token expires too far ahead");
    if (nowMs > *exp + kExpiryLeewaySeconds * 1000)
        return expiredToken();
    return *exp;
}

// `nbf` and `iat`: absent, or not later than now.
bool hasBegun(const json_t* claims, const char* name, qint64 nowMs)
{
    const json_t* value = json_object_get(claims, name);
    if (!value)
        return true;
    const std::optional<qint64> moment = momentMs(value);
    return moment && *moment <= nowMs + kClockSkewSeconds * 1000;
}

bool isAudience(const json_t* aud, const QByteArray& wanted)
{
    if (json_is_string(aud))
        return jsonText(aud) == wanted;
    for (size_t i = 0; i < json_array_size(aud); ++i) {
        if (jsonText(json_array_get(aud, i)) == wanted)
            return true;
    }
    return false;
}

QByteArray readSubject(const json_t* value)
{
    return json_is_integer(value) ? QByteArray::number(static_cast<qint64>(json_integer_value(value)))
                                  : jsonText(value);
}

Role readRole(const json_t* value)
{
    constexpr std::array kNamed{Role::Operator, Role::Director, Role::Admin, Role::Service};
    const QByteArray name = jsonText(value);
    const auto* role = std::find_if(kNamed.begin(), kNamed.end(), [&](Role r) { return name == roleName(r); });
    return role == kNamed.end() ? Role::User : *role;
}

// An array of strings or a single string; absent and null are no strings. Nothing for any other type: a list that
// narrows what a token opens must not be read as absent.
std::optional<QList<QByteArray>> readStrings(const json_t* value)
{
    if (!value || json_is_null(value))
        return QList<QByteArray>();
    if (json_is_string(value))
        return QList<QByteArray>{jsonText(value)};
    if (!json_is_array(value))
        return std::nullopt;
    QList<QByteArray> strings;
    for (size_t i = 0; i < json_array_size(value); ++i) {
        if (!json_is_string(json_array_get(value, i)))
            return std::nullopt;
        strings.append(jsonText(json_array_get(value, i)));
    }
    return strings;
}

Result<void> checkParties(const json_t* claims, const JwtSettings& settings)
{
    if (!settings.issuer.isEmpty() && jsonText(json_object_get(claims, "iss")) != settings.issuer)
        return refusal("The token is of another issuer");
    if (!settings.audience.isEmpty() && !isAudience(json_object_get(claims, "aud"), settings.audience))
        return refusal("The token is for another audience");
    return {};
}

Result<std::shared_ptr<Identity>> readHolder(const json_t* claims)
{
    auto identity = std::make_shared<Identity>();
    identity->subject = readSubject(json_object_get(claims, "sub"));
    if (!isTokenSubject(identity->subject))
        return refusal("The token has no usable subject");
    const auto cities = readStrings(json_object_get(claims, "cities"));
    const auto channels = readStrings(json_object_get(claims, "channels"));
    if (!cities || !channels || !std::all_of(channels->begin(), channels->end(), isValidChannelName))
        return refusal("The token's cities or channels are not usable");
    identity->role = readRole(json_object_get(claims, "role"));
    identity->name = QString::fromUtf8(jsonText(json_object_get(claims, "name")));
    identity->cities = *cities;
    identity->channels = *channels;
    return identity;
}

} // namespace

Result<std::shared_ptr<Identity>> readClaims(const json_t* claims, const JwtSettings& settings, qint64 nowMs)
{
    const Result<qint64> exp = readExpiry(claims, settings.maxAheadSeconds, nowMs);
    if (!exp)
        return exp.error();
    if (!hasBegun(claims, "nbf", nowMs) || !hasBegun(claims, "iat", nowMs))
        return refusal("The token is not valid yet");
    if (const Result<void> parties = checkParties(claims, settings); !parties)
        return parties.error();
    Result<std::shared_ptr<Identity>> holder = readHolder(claims);
    if (holder)
        (*holder)->expiresAtMs = *exp;
    return holder;
}

} // namespace signalbox
