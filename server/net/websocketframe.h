// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <array>

namespace signalbox {

/// The opcodes of RFC 6455 5.2; every other value is reserved and refused.
enum class WsOpcode : quint8 {
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xA,
};

using WsMaskKey = std::array<quint8, 4>;

/// Close, Ping and Pong: at most kWsMaxControlBytes of payload, never fragmented (RFC 6455 5.5).
constexpr bool isWsControl(WsOpcode opcode)
{
    return (static_cast<quint8>(opcode) & 0x8) != 0;
}

constexpr qsizetype kWsMaxControlBytes = 125;
/// What "no code was given" is called where a code is expected; never on the wire (RFC 6455 7.4.1).
constexpr int kWsNoCloseCode = 1005;

/// A whole frame as a server sends it: FIN set, unmasked, the shortest form of the length. A control payload has at
/// most kWsMaxControlBytes; a text payload is valid UTF-8; both are the caller's duty.
QByteArray encodeWsFrame(WsOpcode opcode, QByteArrayView payload);

/// The head of such a frame alone (2, 4 or 10 bytes), for a payload that is written from where it is.
QByteArray wsFrameHeader(WsOpcode opcode, qint64 payloadSize);

/// A close frame. The reason is UTF-8; what goes beyond the 123 bytes of room is cut at a character's border. The
/// codes that may not be on the wire (1005, 1006, 1015) give a frame without payload.
QByteArray encodeWsClose(int code, QByteArrayView reason);

/// True for a code that a peer may send: 1000-1003, 1007-1011, 3000-4999 (RFC 6455 7.4).
bool isValidCloseCode(int code);

/// XORs `data` with the key (RFC 6455 5.3), which masks and unmasks. `offset` is the place of data[0] in its payload.
void applyWsMask(char* data, qsizetype size, WsMaskKey key, qint64 offset);

} // namespace signalbox
