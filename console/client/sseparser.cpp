// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/sseparser.h"

#include <algorithm>

namespace signalbox::console {

QList<SseEvent> SseParser::feed(const QByteArray& bytes)
{
    QList<SseEvent> events;
    for (const char byte : bytes) {
        if (m_failed)
            break;
        const bool endsPair = m_afterCr && byte == '\n';
        m_afterCr = byte == '\r';
        if (endsPair)
            continue;
        if (byte != '\n' && byte != '\r') {
            m_line.append(byte);
            m_failed = m_line.size() + m_data.size() > kMostBytes;
            continue;
        }
        line(m_line, events);
        m_line.clear();
    }
    return events;
}

void SseParser::line(const QByteArray& whole, QList<SseEvent>& events)
{
    QByteArray text = whole;
    if (!m_begun && text.startsWith("\xEF\xBB\xBF"))
        text.remove(0, 3);
    m_begun = true;
    if (text.isEmpty()) {
        if (m_hasData)
            events.append({m_type, m_data, m_id});
        m_type.clear();
        m_data.clear();
        m_hasData = false;
        return;
    }
    const qsizetype colon = text.indexOf(':');
    if (colon == 0)
        return;
    QByteArray value = colon < 0 ? QByteArray() : text.mid(colon + 1);
    if (value.startsWith(' '))
        value.remove(0, 1);
    field(colon < 0 ? text : text.first(colon), value);
}

void SseParser::field(const QByteArray& name, const QByteArray& value)
{
    if (name == "data") {
        if (m_hasData)
            m_data.append('\n');
        m_data.append(value);
        m_hasData = true;
    } else if (name == "event") {
        m_type = value;
    } else if (name == "id") {
        if (!value.contains('\0'))
            m_id = value;
    } else if (name == "retry") {
        const bool isDigits =
            !value.isEmpty() && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
        bool fits = false;
        const int ms = value.toInt(&fits);
        if (isDigits && fits)
            m_retryMs = ms;
    }
}

} // namespace signalbox::console
