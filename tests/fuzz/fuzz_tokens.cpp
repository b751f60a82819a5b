// SPDX-License-Identifier: GPL-3.0-or-later
// Arbitrary bytes as every kind of credential; what is not signed must be refused, what is signed must not crash.
// links: server_auth
#include "auth/authenticator.h"
#include "auth/permissions.h"

#include <cstdlib>

using namespace signalbox;

namespace {

const QByteArray kJwtSecret("jwt-secret-0123456789abcdef01234");

const ManualClock& fixedClock()
{
    static const ManualClock clock;
    return clock;
}

std::unique_ptr<Authenticator> makeAuthenticator()
{
    AuthSettings settings;
    settings.sessionSecret.current = "session-secret-of-thirty-two-byt";
    settings.sessionSecret.previous = "an-older-session-secret-of-32-by";
    settings.webhookToken.current = "a webhook token nobody can guess";
    settings.jwt.secret.current = kJwtSecret;
    settings.siteTokens = "shop=a static token nobody guesses";
    settings.allowStaticSiteTokens = true;
    return Authenticator::create(settings, fixedClock()).value();
}

void mustRefuse(const Result<IdentityPtr>& result)
{
    if (result.ok())
        std::abort();
}

// Behind the signature: the same bytes as header and as claims of a genuine token.
void readSigned(const Authenticator& auth, const QByteArray& header, const QByteArray& claims)
{
    const QByteArray head = base64Url(header) + '.' + base64Url(claims);
    const QByteArray token = head + '.' + base64Url(hmacSha256(kJwtSecret, head));
    const Result<IdentityPtr> identity = auth.bearer(token);
    if (!identity)
        return;
    if ((*identity)->subject.isEmpty() || (*identity)->role == Role::Guest || (*identity)->expiresAtMs <= 0)
        std::abort();
    mayJoin(**identity, parseChannel(claims));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static const std::unique_ptr<Authenticator> auth = makeAuthenticator();
    const QByteArray input(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
    const QByteArray front = input.first(input.size() / 2);
    const QByteArray back = input.mid(input.size() / 2);
    mustRefuse(auth->bearer(input));
    mustRefuse(auth->session("17", input));
    mustRefuse(auth->session(front, back));
    mustRefuse(auth->site(input, "17"));
    mustRefuse(auth->site(back, front));
    mustRefuse(auth->widget(front, "sales", back));
    mustRefuse(auth->widget("17", front, back));
    mustRefuse(auth->link(front, back, "1700000600"));
    mustRefuse(auth->link("17", front, back));
    readSigned(*auth, R"({"alg":"HS256"})", input);
    readSigned(*auth, input, R"({"sub":"7","exp":1700000600})");
    return 0;
}
