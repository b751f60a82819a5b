// SPDX-License-Identifier: GPL-3.0-or-later
#include "http.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace signalbox::bench {

namespace {

constexpr size_t kMaxHead = 64 * 1024;
constexpr size_t kMaxChunkLine = 1024;

bool sameText(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}

void readField(std::string_view line, ResponseHead& head)
{
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos)
        return;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (sameText(name, "content-length"))
        std::from_chars(value.data(), value.data() + value.size(), head.contentLength);
    else if (sameText(name, "transfer-encoding"))
        head.chunked = sameText(value, "chunked");
    else if (sameText(name, "connection"))
        head.close = sameText(value, "close");
}

} // namespace

Parse parseResponseHead(std::string_view in, ResponseHead& head)
{
    const size_t end = in.find("\r\n\r\n");
    if (end == std::string_view::npos)
        return in.size() > kMaxHead ? Parse::Bad : Parse::Incomplete;
    if (!in.starts_with("HTTP/1.") || end < 12)
        return Parse::Bad;
    head = ResponseHead();
    head.size = end + 4;
    std::from_chars(in.data() + 9, in.data() + 12, head.status);
    for (size_t at = in.find('\n') + 1; at < end;) {
        const size_t next = std::min(in.find('\n', at), end);
        readField(in.substr(at, next - at), head);
        at = next + 1;
    }
    return head.status >= 100 ? Parse::Ok : Parse::Bad;
}

bool ChunkDecoder::readSize(std::string_view line)
{
    if (line.empty()) // the CRLF behind a chunk's bytes
        return true;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), m_left, 16);
    if (error != std::errc() || end == line.data())
        return false;
    m_inChunk = m_left > 0;
    m_ended = m_left == 0;
    return true;
}

bool ChunkDecoder::feed(std::string_view in, std::string& out)
{
    while (!in.empty() && !m_ended) {
        if (m_inChunk) {
            const size_t take = std::min<uint64_t>(m_left, in.size());
            out += in.substr(0, take);
            in.remove_prefix(take);
            m_left -= take;
            m_inChunk = m_left > 0;
            continue;
        }
        const size_t newline = in.find('\n');
        m_line += in.substr(0, newline);
        if (newline == std::string_view::npos)
            return m_line.size() < kMaxChunkLine;
        in.remove_prefix(newline + 1);
        const bool good = readSize(trimmed(m_line));
        m_line.clear();
        if (!good)
            return false;
    }
    return true;
}

std::string getRequest(std::string_view path, std::string_view host, std::string_view extra)
{
    std::string request = "GET ";
    request.append(path).append(" HTTP/1.1\r\nHost: ").append(host).append("\r\n").append(extra).append("\r\n");
    return request;
}

std::string percentEncoded(std::string_view text)
{
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) || std::string_view("-._~:").find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += '%';
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        }
    }
    return out;
}

} // namespace signalbox::bench
