// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

namespace signalbox {

/// Finds the end of an HTTP/1 head (or of the trailers of a chunked body) byte by byte as it comes, and refuses at the
/// first byte what cannot be one: bare CR or LF, control characters, folded lines, anything but a token before a
/// colon. It knows lines and characters only; the grammar is the parser's.
class HttpLineScan
{
public:
    /// Scans on; returns the bytes taken: all of them unless it isDone() or has an error() at that byte.
    qsizetype scan(QByteArrayView bytes);

    /// The empty line that ends the head has been taken.
    bool isDone() const { return m_place == Place::Done; }
    bool inFirstLine() const { return m_place == Place::FirstLine; }
    /// A text for the client, null while all is well.
    const char* error() const { return m_error; }

    /// Starts anew at a line of fields (trailers).
    void startFields();

private:
    enum class Place : quint8 { FirstLine, LineStart, Name, Value, Done };

    bool take(char c);
    bool takeAfterCr(char c);
    bool fail(const char* error);

    const char* m_error = nullptr;
    Place m_place = Place::FirstLine;
    bool m_sawCr = false;
};

} // namespace signalbox
