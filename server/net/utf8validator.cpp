// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/utf8validator.h"

#include <array>
#include <cstring>

namespace signalbox {

namespace {

/// What the next byte must be. Between is the start of a character; LastN wait for N ordinary continuation bytes; the
/// rest wait for a second byte that the first one restricts.
enum State : quint8 {
    Between,
    Last1,
    Last2,
    Last3,
    AfterE0, ///< A0..BF, or the form is overlong
    AfterED, ///< 80..9F, or it is a surrogate
    AfterF0, ///< 90..BF, or the form is overlong
    AfterF4, ///< 80..8F, or it is above U+10FFFF
    Broken,
    StateCount,
};

constexpr State afterLead(unsigned byte)
{
    if (byte < 0x80)
        return Between;
    if (byte < 0xC2 || byte > 0xF4)
        return Broken;
    if (byte < 0xE0)
        return Last1;
    if (byte < 0xF0)
        return byte == 0xE0 ? AfterE0 : byte == 0xED ? AfterED : Last2;
    return byte == 0xF0 ? AfterF0 : byte == 0xF4 ? AfterF4 : Last3;
}

constexpr bool within(unsigned byte, unsigned low, unsigned high)
{
    return byte >= low && byte <= high;
}

constexpr State next(State state, unsigned byte)
{
    switch (state) {
    case Between:
        return afterLead(byte);
    case Last1:
        return within(byte, 0x80, 0xBF) ? Between : Broken;
    case Last2:
        return within(byte, 0x80, 0xBF) ? Last1 : Broken;
    case Last3:
        return within(byte, 0x80, 0xBF) ? Last2 : Broken;
    case AfterE0:
        return within(byte, 0xA0, 0xBF) ? Last1 : Broken;
    case AfterED:
        return within(byte, 0x80, 0x9F) ? Last1 : Broken;
    case AfterF0:
        return within(byte, 0x90, 0xBF) ? Last2 : Broken;
    case AfterF4:
        return within(byte, 0x80, 0x8F) ? Last2 : Broken;
    case Broken:
    case StateCount:
        break;
    }
    return Broken;
}

using Table = std::array<std::array<quint8, 256>, StateCount>;

constexpr Table makeTable()
{
    Table table{};
    for (unsigned state = 0; state < StateCount; ++state) {
        for (unsigned byte = 0; byte < 256; ++byte)
            table[state][byte] = next(static_cast<State>(state), byte);
    }
    return table;
}

constexpr Table kNext = makeTable();

const char* skipAscii(const char* at, const char* end)
{
    constexpr quint64 kHighBits = 0x8080808080808080ULL;
    while (end - at >= 16) {
        quint64 words[2];
        std::memcpy(words, at, sizeof words);
        if (((words[0] | words[1]) & kHighBits) != 0)
            break;
        at += 16;
    }
    return at;
}

} // namespace

bool Utf8Validator::feed(QByteArrayView bytes)
{
    const char* at = bytes.data();
    const char* const end = at + bytes.size();
    quint8 state = m_state;
    while (at != end && state != Broken) {
        if (state == Between)
            at = skipAscii(at, end);
        // Up to 16 bytes before ASCII is tried again: mixed text does not pay for the attempt at every character.
        const char* const stop = end - at > 16 ? at + 16 : end;
        while (at != stop)
            state = kNext[state][static_cast<quint8>(*at++)];
    }
    m_state = state;
    return state != Broken;
}

} // namespace signalbox
