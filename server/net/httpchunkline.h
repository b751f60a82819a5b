// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/httplinescan.h"

#include <QByteArray>

namespace signalbox {

/// Collects what stands between the data of two chunks (RFC 9112 7.1): the CR LF that ends the chunk before, and the
/// line with size and extensions; for the last chunk also the trailers with their empty line. What it looks at is
/// where that ends, and that no control character hides another end.
class HttpChunkLine
{
public:
    static constexpr qsizetype kMaxLineBytes = 256;
    static constexpr qsizetype kMaxTrailerBytes = 4096; ///< the last chunk's line included

    /// Returns the bytes taken; they end where the unit isDone() or has failed.
    qsizetype feed(QByteArrayView bytes);

    bool isDone() const { return m_state == State::Done; }
    bool hasFailed() const { return m_state == State::Failed || m_state == State::TooLong; }
    bool isTooLong() const { return m_state == State::TooLong; }
    /// The unit, when it isDone().
    QByteArrayView bytes() const { return m_bytes; }
    /// Begins the next one, after the data of a chunk.
    void next();

private:
    enum class State : quint8 { Line, Trailers, Done, Failed, TooLong };

    void take(char c);
    void endLine();
    qsizetype feedTrailers(QByteArrayView bytes);

    QByteArray m_bytes;
    HttpLineScan m_scan;
    State m_state = State::Line;
    qsizetype m_lineStart = 0; ///< 2 after the first chunk
};

} // namespace signalbox
