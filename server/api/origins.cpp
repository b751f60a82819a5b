// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/origins.h"

#include <QHostAddress>

#include <algorithm>

namespace signalbox {

namespace {

bool isSameHost(QByteArrayView origin, QByteArrayView host)
{
    const qsizetype scheme = origin.indexOf("://");
    return scheme > 0 && !host.isEmpty() && origin.sliced(scheme + 3).compare(host, Qt::CaseInsensitive) == 0;
}

bool isListed(QByteArrayView origin, const QByteArrayList& allowed)
{
    return std::any_of(allowed.begin(), allowed.end(), [origin](const QByteArray& entry) {
        return entry == "*" || origin.compare(QByteArrayView(entry), Qt::CaseInsensitive) == 0;
    });
}

bool isTrusted(const QHostAddress& address, const QByteArrayList& trusted)
{
    return std::any_of(trusted.begin(), trusted.end(), [&](const QByteArray& entry) {
        const auto network = QHostAddress::parseSubnet(QString::fromLatin1(entry));
        return network.second >= 0 && address.isInSubnet(network);
    });
}

} // namespace

bool isOriginAllowed(const HttpRequest& request, const QByteArrayList& allowed)
{
    const QByteArrayView origin = request.header("origin");
    return origin.isEmpty() || isSameHost(origin, request.header("host")) || isListed(origin, allowed);
}

QList<HttpHeader> corsHeadersFor(const HttpRequest& request, const QByteArrayList& allowed)
{
    const QByteArrayView origin = request.header("origin");
    if (origin.isEmpty() || !isListed(origin, allowed)) {
        // Caches must not give this answer to a page that would have got the headers.
        const bool depends = !allowed.isEmpty() && !allowed.contains("*");
        return depends ? QList<HttpHeader>{{"Vary", "Origin"}} : QList<HttpHeader>();
    }
    if (allowed.contains("*"))
        return {{"Access-Control-Allow-Origin", "*"}, {"Access-Control-Expose-Headers", "Retry-After"}};
    return {{"Access-Control-Allow-Origin", origin.toByteArray()},
            {"Access-Control-Allow-Credentials", "true"},
            {"Access-Control-Expose-Headers", "Retry-After"},
            {"Vary", "Origin"}};
}

QByteArray forwardedAddress(const HttpRequest& request, const QByteArrayList& trusted)
{
    QByteArray address = request.peerAddress;
    if (trusted.isEmpty())
        return address;
    QByteArrayList chain;
    for (const HttpHeader& header : request.headers) {
        if (header.first == "x-forwarded-for")
            chain += header.second.split(',');
    }
    while (!chain.isEmpty() && isTrusted(QHostAddress(QString::fromLatin1(address)), trusted)) {
        const QHostAddress claimed(QString::fromLatin1(chain.takeLast().trimmed()));
        if (claimed.isNull())
            break;
        address = claimed.toString().toLatin1();
    }
    return address;
}

} // namespace signalbox
