// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/websocketframe.h"

#include <QtEndian>

#include <cstring>

namespace signalbox {

namespace {

constexpr qsizetype kMaxReasonBytes = kWsMaxControlBytes - 2;

bool mayBeOnTheWire(int code)
{
    return code != kWsNoCloseCode && code != 1006 && code != 1015;
}

/// The longest prefix within `room` bytes that does not end inside a character.
QByteArrayView cutAtCharacter(QByteArrayView utf8, qsizetype room)
{
    if (utf8.size() <= room)
        return utf8;
    qsizetype end = room;
    while (end > 0 && (static_cast<quint8>(utf8[end]) & 0xC0) == 0x80)
        --end;
    return utf8.first(end);
}

/// Writes the head to `out`, which has room for 10 bytes; returns its size.
qsizetype writeHeader(char* out, WsOpcode opcode, qint64 payloadSize)
{
    out[0] = static_cast<char>(0x80 | static_cast<quint8>(opcode));
    if (payloadSize <= 125) {
        out[1] = static_cast<char>(payloadSize);
        return 2;
    }
    if (payloadSize <= 0xFFFF) {
        out[1] = 126;
        qToBigEndian(static_cast<quint16>(payloadSize), out + 2);
        return 4;
    }
    out[1] = 127;
    qToBigEndian(static_cast<quint64>(payloadSize), out + 2);
    return 10;
}

} // namespace

QByteArray encodeWsFrame(WsOpcode opcode, QByteArrayView payload)
{
    Q_ASSERT(!isWsControl(opcode) || payload.size() <= kWsMaxControlBytes);
    char header[10];
    const qsizetype headerSize = writeHeader(header, opcode, payload.size());
    QByteArray frame;
    frame.reserve(headerSize + payload.size());
    frame.append(header, headerSize);
    frame.append(payload);
    return frame;
}

QByteArray wsFrameHeader(WsOpcode opcode, qint64 payloadSize)
{
    char header[10];
    return QByteArray(header, writeHeader(header, opcode, payloadSize));
}

QByteArray encodeWsClose(int code, QByteArrayView reason)
{
    if (!mayBeOnTheWire(code))
        return encodeWsFrame(WsOpcode::Close, {});
    char number[2];
    qToBigEndian(static_cast<quint16>(code), number);
    QByteArray payload(number, 2);
    payload.append(cutAtCharacter(reason, kMaxReasonBytes));
    return encodeWsFrame(WsOpcode::Close, payload);
}

bool isValidCloseCode(int code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1011) || (code >= 3000 && code <= 4999);
}

void applyWsMask(char* data, qsizetype size, WsMaskKey key, qint64 offset)
{
    WsMaskKey turned;
    for (size_t i = 0; i < turned.size(); ++i)
        turned[i] = key[(static_cast<size_t>(offset) + i) % key.size()];
    char twice[8];
    std::memcpy(twice, turned.data(), 4);
    std::memcpy(twice + 4, turned.data(), 4);
    quint64 mask;
    std::memcpy(&mask, twice, 8);

    qsizetype done = 0;
    for (; size - done >= 8; done += 8) {
        quint64 word;
        std::memcpy(&word, data + done, 8);
        word ^= mask;
        std::memcpy(data + done, &word, 8);
    }
    for (; done < size; ++done)
        data[done] = static_cast<char>(data[done] ^ twice[done & 7]);
}

} // namespace signalbox
