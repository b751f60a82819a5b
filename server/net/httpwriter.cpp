// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/httpwriter.h"

#include <algorithm>
#include <array>

#include <time.h>

namespace signalbox {

namespace {

constexpr qsizetype kJoinBytes = 4096; ///< smaller than this is copied rather than sent as a part of its own
constexpr qsizetype kPartBytes = 64 * 1024;
constexpr size_t kPartsPerWrite = 64;

bool isOurs(const QByteArray& name)
{
    for (const QByteArrayView ours : {QByteArrayView("content-length"), QByteArrayView("date"),
                                      QByteArrayView("connection"), QByteArrayView("transfer-encoding")}) {
        if (name.compare(ours, Qt::CaseInsensitive) == 0)
            return true;
    }
    return false;
}

bool isOneLine(const QByteArray& text)
{
    return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

// RFC 9110 8.6: no Content-Length in 1xx and 204; in 304 it would be that of the 200 answer, which we do not know.
bool hasBody(int status)
{
    return status >= 200 && status != 204 && status != 304;
}

void addHeaders(QByteArray& head, const QList<HttpHeader>& headers)
{
    for (const HttpHeader& header : headers) {
        if (isOurs(header.first) || !isOneLine(header.first) || !isOneLine(header.second))
            continue;
        head += header.first;
        head += ": ";
        head += header.second;
        head += "\r\n";
    }
}

} // namespace

const QByteArray& HttpDate::text(qint64 unixSeconds)
{
    static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (unixSeconds == m_second)
        return m_text;
    m_second = unixSeconds;
    const auto seconds = static_cast<time_t>(unixSeconds);
    tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 64> text{};
    const int size =
        qsnprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                  days[static_cast<size_t>(parts.tm_wday)], parts.tm_mday, months[static_cast<size_t>(parts.tm_mon)],
                  parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
    m_text = QByteArray(text.data(), size);
    return m_text;
}

void HttpWriter::addAnswer(const HttpResponse& response, const HttpAnswerContext& context, const QByteArray& date)
{
    const bool body = hasBody(response.status);
    QByteArray head;
    head.reserve(256 + (response.body.size() < kJoinBytes ? response.body.size() : 0));
    head += "HTTP/1.1 ";
    head += QByteArray::number(response.status);
    head += ' ';
    head += httpReason(response.status);
    head += "\r\nDate: ";
    head += date;
    head += "\r\n";
    addHeaders(head, response.headers);
    if (body) {
        head += "Content-Length: ";
        head += QByteArray::number(response.body.size());
        head += "\r\n";
    }
    if (context.close)
        head += "Connection: close\r\n";
    else if (context.versionMinor == 0)
        head += "Connection: keep-alive\r\n";
    head += "\r\n";
    add(head);
    if (body && !context.headOnly)
        add(response.body);
}

void HttpWriter::addContinue()
{
    add(QByteArrayLiteral("HTTP/1.1 100 Continue\r\n\r\n"));
}

void HttpWriter::add(const QByteArray& bytes)
{
    if (bytes.isEmpty())
        return;
    m_size += bytes.size();
    const bool room = !m_parts.empty() && m_parts.back().size() + bytes.size() <= kPartBytes;
    if (room && bytes.size() < kJoinBytes && m_parts.back().isDetached())
        m_parts.back() += bytes;
    else
        m_parts.push_back(bytes);
}

HttpWriter::Outcome HttpWriter::flush(Stream& stream)
{
    while (m_size > 0) {
        std::array<iovec, kPartsPerWrite> vectors{};
        const size_t count = std::min(m_parts.size(), kPartsPerWrite);
        qsizetype offered = 0;
        for (size_t i = 0; i < count; ++i) {
            const qsizetype skip = i == 0 ? m_sent : 0;
            vectors[i].iov_base = const_cast<char*>(m_parts[i].constData() + skip);
            vectors[i].iov_len = static_cast<size_t>(m_parts[i].size() - skip);
            offered += m_parts[i].size() - skip;
        }
        const qint64 taken = stream.write(vectors.data(), static_cast<int>(count));
        if (taken < 0) {
            clear();
            return Outcome::Broken;
        }
        drop(taken);
        if (taken < offered)
            return Outcome::Blocked;
    }
    clear();
    return Outcome::Sent;
}

void HttpWriter::drop(qsizetype bytes)
{
    m_size -= bytes;
    size_t whole = 0;
    while (whole < m_parts.size() && bytes >= m_parts[whole].size() - m_sent) {
        bytes -= m_parts[whole].size() - m_sent;
        m_sent = 0;
        ++whole;
    }
    m_parts.erase(m_parts.begin(), m_parts.begin() + static_cast<std::ptrdiff_t>(whole));
    m_sent += bytes;
}

// The memory goes too: most connections are idle most of the time.
void HttpWriter::clear()
{
    m_parts = {};
    m_sent = 0;
    m_size = 0;
}

} // namespace signalbox
