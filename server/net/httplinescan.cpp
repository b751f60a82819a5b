// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/httplinescan.h"

#include <array>

namespace signalbox {

namespace {

constexpr quint8 kText = 1;  ///< no control character
constexpr quint8 kToken = 2; ///< RFC 9110 5.6.2

constexpr bool isTokenByte(int c)
{
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
        return true;
    for (const char* t = "!#$%&'*+-.^_`|~"; *t; ++t) {
        if (c == *t)
            return true;
    }
    return false;
}

constexpr std::array<quint8, 256> makeClasses()
{
    std::array<quint8, 256> classes{};
    for (int c = 0; c < 256; ++c) {
        const quint8 text = c >= 0x20 && c != 0x7f ? kText : 0;
        classes[static_cast<size_t>(c)] = static_cast<quint8>(text | (isTokenByte(c) ? kToken : 0));
    }
    return classes;
}

constexpr std::array<quint8, 256> kClasses = makeClasses();

bool is(quint8 wanted, char c)
{
    return (kClasses[static_cast<unsigned char>(c)] & wanted) != 0;
}

} // namespace

void HttpLineScan::startFields()
{
    *this = HttpLineScan();
    m_place = Place::LineStart;
}

qsizetype HttpLineScan::scan(QByteArrayView bytes)
{
    qsizetype i = 0;
    while (i < bytes.size() && !isDone()) {
        // Most bytes are plain text inside a line.
        if (!m_sawCr && (m_place == Place::Value || m_place == Place::FirstLine)) {
            while (i < bytes.size() && is(kText, bytes[i]))
                ++i;
            if (i == bytes.size())
                break;
        }
        if (!take(bytes[i]))
            break;
        ++i;
    }
    return i;
}

bool HttpLineScan::take(char c)
{
    if (m_sawCr)
        return takeAfterCr(c);
    if (c == '\r') {
        if (m_place == Place::Name)
            return fail("A header line has no colon.");
        m_sawCr = true;
        return true;
    }
    switch (m_place) {
    case Place::FirstLine:
        return is(kText, c) || fail("The request line holds a control character.");
    case Place::LineStart:
        if (c == ' ' || c == '\t')
            return fail("A header line is folded.");
        m_place = Place::Name;
        [[fallthrough]];
    case Place::Name:
        if (c == ':')
            m_place = Place::Value;
        return c == ':' || is(kToken, c) || fail("A header name is malformed.");
    case Place::Value:
        return is(kText, c) || c == '\t' || fail("A header value holds a control character.");
    case Place::Done:
        break;
    }
    return true;
}

bool HttpLineScan::takeAfterCr(char c)
{
    m_sawCr = false;
    if (c != '\n')
        return fail("A line ends without CR LF.");
    m_place = m_place == Place::LineStart ? Place::Done : Place::LineStart;
    return true;
}

bool HttpLineScan::fail(const char* error)
{
    m_error = error;
    return false;
}

} // namespace signalbox
