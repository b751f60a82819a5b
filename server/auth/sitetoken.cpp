// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/sitetoken.h"

#include "auth/tokenjson.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace signalbox {

namespace {

constexpr QByteArrayView kSitePrefix("s1.");
constexpr qsizetype kLongestSiteTokenBytes = 2048;
constexpr qint64 kLastMoment = 999'999'999'999;

bool isUsable(const SiteGrant& grant)
{
    return isTokenSubject(grant.site) && (grant.dialog.isEmpty() || isTokenSubject(grant.dialog)) &&
           grant.expiresAt > 0 && grant.expiresAt <= kLastMoment;
}

// `site=token`, unless what looks like the separator is the padding of a base64 token without a site.
qsizetype separatorOf(QByteArrayView entry)
{
    const qsizetype at = entry.indexOf('=');
    for (qsizetype i = at; i >= 0 && i < entry.size(); ++i) {
        if (entry[i] != '=')
            return at;
    }
    return -1;
}

} // namespace

SiteTokens::SiteTokens(const RotatingSecret& sessionSecret, QByteArrayView staticList, bool allowStatic,
                       const Clock& clock)
    : m_keys(derivedKeys(sessionSecret, "signalbox/site-token/v1"))
    , m_static(allowStatic ? parseStatic(staticList) : QList<StaticToken>())
    , m_clock(clock)
{
}

QList<SiteTokens::StaticToken> SiteTokens::parseStatic(QByteArrayView list)
{
    QList<StaticToken> tokens;
    for (const QByteArray& raw : list.toByteArray().split(',')) {
        const QByteArray entry = raw.trimmed();
        const qsizetype separator = separatorOf(entry);
        const QByteArray site = separator > 0 ? entry.first(separator).trimmed() : QByteArray();
        const QByteArray token = entry.mid(separator + 1).trimmed();
        if (!token.isEmpty())
            tokens.append({site, token});
    }
    return tokens;
}

Result<QByteArray> SiteTokens::mint(const SiteGrant& grant) const
{
    if (!m_keys.isSet())
        return refusal("Site tokens are not set up on this server");
    if (!isUsable(grant))
        return Error(ErrorCode::BadRequest, QStringLiteral("The site, the dialog or the expiry is not usable"));
    QJsonObject payload{{QStringLiteral("site"), QString::fromUtf8(grant.site)},
                        {QStringLiteral("exp"), grant.expiresAt}};
    if (!grant.dialog.isEmpty())
        payload.insert(QStringLiteral("dialog"), QString::fromUtf8(grant.dialog));
    const QByteArray head =
        kSitePrefix.toByteArray() + base64Url(QJsonDocument(payload).toJson(QJsonDocument::Compact));
    return QByteArray(head + '.' + macText(m_keys, head));
}

const SiteTokens::StaticToken* SiteTokens::findStatic(QByteArrayView token) const
{
    const StaticToken* found = nullptr;
    for (const StaticToken& entry : m_static) {
        if (constantTimeEqual(entry.token, token))
            found = &entry;
    }
    return found;
}

Result<SiteGrant> SiteTokens::readSigned(QByteArrayView token) const
{
    const qsizetype dot = token.lastIndexOf('.');
    if (token.size() > kLongestSiteTokenBytes || !token.startsWith(kSitePrefix) || dot < kSitePrefix.size())
        return refusal("Not a site token");
    if (!isMacText(m_keys, token.first(dot), token.sliced(dot + 1)))
        return refusal("The site token's signature is not ours");
    const auto text = fromBase64Url(token.sliced(kSitePrefix.size(), dot - kSitePrefix.size()));
    const JsonPtr payload = text ? parseTokenJson(*text) : JsonPtr();
    const json_t* dialog = json_object_get(payload.get(), "dialog");
    const json_t* exp = json_object_get(payload.get(), "exp");
    const SiteGrant grant{jsonText(json_object_get(payload.get(), "site")), jsonText(dialog),
                          static_cast<qint64>(json_integer_value(exp))};
    // A `dialog` that is there but says nothing must not open them all.
    if (!isUsable(grant) || (dialog && grant.dialog.isEmpty()))
        return refusal("The site token's content is not usable");
    return grant;
}

Result<IdentityPtr> SiteTokens::verify(QByteArrayView token, QByteArrayView dialogId) const
{
    if (token.isEmpty() || !isTokenSubject(dialogId))
        return refusal("Not a site token");
    if (const StaticToken* entry = findStatic(token))
        return guestIdentity(dialogId, token, 0, entry->site);
    const Result<SiteGrant> grant = readSigned(token);
    if (!grant)
        return grant.error();
    if (m_clock.wallMs() > grant->expiresAt * 1000)
        return expiredToken();
    if (!grant->dialog.isEmpty() && grant->dialog != dialogId)
        return Error(ErrorCode::Forbidden, QStringLiteral("The site token is for another dialog"));
    return guestIdentity(dialogId, token, grant->expiresAt * 1000, grant->site);
}

} // namespace signalbox
