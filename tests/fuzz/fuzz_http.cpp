// SPDX-License-Identifier: GPL-3.0-or-later
// HttpParser: no input breaks it, and the portions it comes in make no difference.
// links: server_net
#include "net/httpparser.h"

#include <QList>

#include <algorithm>
#include <cstdlib>
#include <vector>

using namespace signalbox;

namespace {

struct Outcome
{
    int status = 0;
    qsizetype used = 0;
    HttpRequest request;
};

HttpLimits smallLimits()
{
    HttpLimits limits;
    limits.maxHeadBytes = 1024;
    limits.maxTargetBytes = 256;
    limits.maxBodyBytes = 512;
    limits.maxHeaders = 10;
    return limits;
}

Outcome parsed(QByteArrayView bytes, qsizetype portion)
{
    static const HttpLimits limits = smallLimits();
    HttpParser parser(limits);
    Outcome outcome;
    while (outcome.used < bytes.size() && !parser.isDone() && !parser.hasFailed()) {
        const QByteArrayView rest = bytes.sliced(outcome.used);
        const QByteArrayView offered = rest.first(std::min(portion, rest.size()));
        const std::vector<char> exact(offered.begin(), offered.end());
        outcome.used += parser.feed(QByteArrayView(exact.data(), offered.size()));
    }
    if (parser.hasFailed()) {
        outcome.status = parser.refusal().status;
    } else if (parser.isDone()) {
        outcome.status = 200;
        outcome.request = parser.takeRequest();
    }
    return outcome;
}

void require(bool holds)
{
    if (!holds)
        std::abort();
}

void checkRequest(const HttpRequest& request)
{
    require(request.path.startsWith('/') && request.path.isValidUtf8() && !request.path.contains('\0'));
    require(request.body.size() <= 512 && request.headers.size() <= 10 && request.target.size() <= 256);
    for (const HttpHeader& header : request.headers) {
        require(!header.first.isEmpty() && header.first == header.first.toLower());
        require(!header.second.contains('\r') && !header.second.contains('\n') && !header.second.contains('\0'));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const QByteArrayView bytes(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
    const Outcome whole = parsed(bytes, std::max<qsizetype>(1, bytes.size()));
    for (const qsizetype portion : {qsizetype(1), qsizetype(3)}) {
        const Outcome pieces = parsed(bytes, portion);
        require(pieces.status == whole.status);
        if (whole.status != 200)
            continue;
        require(pieces.used == whole.used && pieces.request.body == whole.request.body);
        require(pieces.request.target == whole.request.target && pieces.request.headers == whole.request.headers);
    }
    if (whole.status == 200)
        checkRequest(whole.request);
    return 0;
}
