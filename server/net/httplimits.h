// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace signalbox {

/// The bounds of HTTP/1.1 on one connection (spec section 8). A const object that outlives all connections.
struct HttpLimits
{
    qint64 headTimeoutMs = 10'000;  ///< from accept, or from a later request's first byte, to the end of its head: 408
    qint64 bodyTimeoutMs = 30'000;  ///< from the end of the head to the end of the body: 408
    qint64 idleTimeoutMs = 75'000;  ///< between requests: closed silently
    qint64 sendTimeoutMs = 30'000;  ///< answers wait and the client takes nothing: closed
    qint64 lingerTimeoutMs = 1'000; ///< after a refusal, for the client to read it
    qsizetype maxHeadBytes = 16 * 1024;    ///< request line and headers: 431, or 414 within the first line
    qsizetype maxTargetBytes = 8 * 1024;   ///< 414
    qsizetype maxBodyBytes = 1024 * 1024;  ///< after chunked decoding: 413
    qsizetype maxUnsentBytes = 256 * 1024; ///< of answers, before reading stops
    qsizetype maxLingerBytes = 64 * 1024;  ///< read and dropped after a refusal
    int maxHeaders = 100;                  ///< 431
    int maxPipelined = 32;                 ///< requests without an answer, before reading stops
};

} // namespace signalbox
