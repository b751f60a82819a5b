// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

namespace signalbox {

/// Checks UTF-8 (RFC 3629) as it arrives, in pieces of any size: surrogates, overlong forms and code points above
/// U+10FFFF are refused, noncharacters are allowed. One byte of state; not tied to a thread.
class Utf8Validator
{
public:
    /// False at the first byte that no continuation could make valid, and for everything after it until reset().
    bool feed(QByteArrayView bytes);
    /// True between characters, also before the first one; false inside a character and after a bad byte.
    bool complete() const { return m_state == 0; }
    void reset() { m_state = 0; }

private:
    quint8 m_state = 0;
};

} // namespace signalbox
