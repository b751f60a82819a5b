// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "wsframe.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace signalbox::bench {

struct ResponseHead
{
    int status = 0;
    bool chunked = false;
    bool close = false;
    int64_t contentLength = -1; // -1: not given
    size_t size = 0;            // bytes of the head with its empty line
};

// The head at the start of `in`; Bad when it is not HTTP/1.x or longer than 64 KiB.
Parse parseResponseHead(std::string_view in, ResponseHead& head);

// Takes a chunked body apart as it arrives. Bytes that it could not use yet are kept inside.
class ChunkDecoder
{
public:
    // Appends the decoded bytes to `out`; false when the framing is broken.
    bool feed(std::string_view in, std::string& out);
    bool ended() const { return m_ended; }

private:
    bool readSize(std::string_view line);

    std::string m_line;
    uint64_t m_left = 0;
    bool m_inChunk = false;
    bool m_ended = false;
};

// `GET path` with Host and the given extra header lines (each ending in CRLF).
std::string getRequest(std::string_view path, std::string_view host, std::string_view extra = {});

std::string percentEncoded(std::string_view text);

} // namespace signalbox::bench
