// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/httpchunkline.h"

#include <algorithm>

namespace signalbox {

namespace {

bool isHexDigit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool hasSizeZero(QByteArrayView line)
{
    const auto end = std::find_if(line.begin(), line.end(), [](char c) { return c != '0'; });
    return end != line.begin() && end != line.end() && !isHexDigit(*end);
}

bool isControl(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

} // namespace

qsizetype HttpChunkLine::feed(QByteArrayView bytes)
{
    qsizetype used = 0;
    while (used < bytes.size() && m_state == State::Line)
        take(bytes[used++]);
    if (m_state == State::Trailers && used < bytes.size())
        used += feedTrailers(bytes.sliced(used));
    return used;
}

void HttpChunkLine::next()
{
    m_bytes.truncate(0);
    m_state = State::Line;
    m_lineStart = 2;
}

void HttpChunkLine::take(char c)
{
    m_bytes += c;
    const qsizetype at = m_bytes.size() - 1;
    if (at < m_lineStart) {
        if (c != "\r\n"[at])
            m_state = State::Failed;
        return;
    }
    const bool afterCr = at > m_lineStart && m_bytes[at - 1] == '\r';
    const bool ends = afterCr && c == '\n';
    if (m_bytes.size() > kMaxLineBytes || (!ends && (afterCr || (isControl(c) && c != '\r'))))
        m_state = State::Failed;
    else if (ends)
        endLine();
}

void HttpChunkLine::endLine()
{
    if (hasSizeZero(QByteArrayView(m_bytes).sliced(m_lineStart))) {
        m_scan.startFields();
        m_state = State::Trailers;
    } else {
        m_state = State::Done;
    }
}

qsizetype HttpChunkLine::feedTrailers(QByteArrayView bytes)
{
    const qsizetype room = kMaxTrailerBytes - m_bytes.size();
    const qsizetype scanned = m_scan.scan(bytes.first(std::min(room, bytes.size())));
    m_bytes.append(bytes.data(), scanned);
    if (m_scan.error())
        m_state = State::Failed;
    else if (m_scan.isDone())
        m_state = State::Done;
    else if (m_bytes.size() >= kMaxTrailerBytes)
        m_state = State::TooLong;
    return scanned;
}

} // namespace signalbox
