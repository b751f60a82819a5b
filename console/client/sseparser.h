// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

namespace signalbox::console {

/// One event of an event stream.
struct SseEvent
{
    QByteArray type; ///< of `event:`; empty: "message"
    QByteArray data; ///< lines joined by LF
    QByteArray id;   ///< the last `id:` so far, this event's or an older one's

    bool operator==(const SseEvent&) const = default;
};

/// Reads an event stream (WHATWG HTML 9.2.6) however its bytes are cut: lines end with LF, CR LF or CR, a byte order
/// mark at the beginning is passed over, an event that the end cuts off is none. Pure; holds at most kMostBytes of an
/// unfinished event: beyond, the stream has failed.
class SseParser
{
public:
    static constexpr qsizetype kMostBytes = 2 << 20;

    /// The events that these bytes complete.
    QList<SseEvent> feed(const QByteArray& bytes);
    bool hasFailed() const { return m_failed; }
    const QByteArray& lastId() const { return m_id; }
    int retryMs() const { return m_retryMs; } ///< of the last `retry:`; -1: none

private:
    void line(const QByteArray& text, QList<SseEvent>& events);
    void field(const QByteArray& name, const QByteArray& value);

    QByteArray m_line;
    QByteArray m_type;
    QByteArray m_data;
    QByteArray m_id;
    int m_retryMs = -1;
    bool m_hasData = false;
    bool m_afterCr = false;
    bool m_begun = false;
    bool m_failed = false;
};

} // namespace signalbox::console
