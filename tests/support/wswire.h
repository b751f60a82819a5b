// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/wire.h"

#include <QtEndian>

namespace signalbox::test {

/// A WebSocket client that writes any frame, right or wrong, and shows the server's frames as they came.
class WsWire
{
public:
    struct Frame
    {
        int first = 0; ///< FIN, RSV and opcode as sent
        QByteArray payload;
    };

    WsWire(quint16 port, const QByteArray& target, const Headers& headers = {}, int receiveBuffer = 0)
        : m_wire(port, receiveBuffer)
    {
        m_wire.send(handshake(target, headers));
    }

    static QByteArray handshake(const QByteArray& target, const Headers& headers = {})
    {
        QByteArray head = "GET " + target +
                          " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        for (const auto& [name, value] : headers)
            head += name + ": " + value + "\r\n";
        return head + "\r\n";
    }

    static QByteArray frame(int first, const QByteArray& payload, bool masked = true)
    {
        QByteArray bytes(1, static_cast<char>(first));
        const char mask = masked ? '\x80' : '\0';
        if (payload.size() < 126) {
            bytes += static_cast<char>(payload.size() | mask);
        } else {
            const bool isShort = payload.size() < 65536;
            bytes += static_cast<char>((isShort ? 126 : 127) | mask);
            const quint64 size = qToBigEndian(static_cast<quint64>(payload.size()));
            const QByteArray wide(reinterpret_cast<const char*>(&size), 8);
            bytes += isShort ? wide.right(2) : wide;
        }
        if (!masked)
            return bytes + payload;
        const QByteArray key("\x11\x22\x33\x44", 4);
        bytes += key;
        for (qsizetype i = 0; i < payload.size(); ++i)
            bytes += static_cast<char>(payload[i] ^ key[i % 4]);
        return bytes;
    }
    static QByteArray text(const QByteArray& payload) { return frame(0x81, payload); }
    static QByteArray closing(int code, const QByteArray& reason = {})
    {
        const quint16 wide = qToBigEndian(static_cast<quint16>(code));
        return frame(0x88, QByteArray(reinterpret_cast<const char*>(&wide), 2) + reason);
    }

    Wire& wire() { return m_wire; }
    void sendText(const QByteArray& payload) { m_wire.send(text(payload)); }

    int status()
    {
        m_wire.waitForText("\r\n\r\n");
        return m_wire.received().mid(9, 3).toInt();
    }
    QList<Frame> frames() const
    {
        QList<Frame> list;
        const QByteArray& all = m_wire.received();
        qsizetype at = all.indexOf("\r\n\r\n");
        if (at < 0)
            return list;
        at += 4;
        while (at + 2 <= all.size()) {
            const auto byte = [&all](qsizetype i) { return static_cast<quint8>(all[i]); };
            qsizetype size = byte(at + 1);
            qsizetype header = 2;
            if (size >= 126) {
                header = size == 126 ? 4 : 10;
                if (at + header > all.size())
                    break;
                size = header == 4 ? qFromBigEndian<quint16>(all.constData() + at + 2)
                                   : static_cast<qsizetype>(qFromBigEndian<quint64>(all.constData() + at + 2));
            }
            if (at + header + size > all.size())
                break;
            list.append({byte(at), all.mid(at + header, size)});
            at += header + size;
        }
        return list;
    }
    QByteArrayList texts() const
    {
        QByteArrayList list;
        for (const Frame& frame : frames()) {
            if (frame.first == 0x81)
                list.append(frame.payload);
        }
        return list;
    }
    bool waitForText(const QByteArray& part, int timeoutMs = kPatienceMs)
    {
        return m_wire.readUntil([&](const QByteArray& received) { return received.contains(part); }, timeoutMs);
    }
    /// The first text with this part; empty: none has come. What one asks for is found so, for other events may be
    /// around it.
    QByteArray textWith(const QByteArray& part) const
    {
        for (const QByteArray& text : texts()) {
            if (text.contains(part))
                return text;
        }
        return {};
    }
    bool isEstablished() { return waitForText("connection.established"); }
    /// The code of the server's close frame, once the connection has ended; 0: it ended without one, or an empty one;
    /// -1: it goes on, or something followed the close frame.
    int closeCode()
    {
        if (!m_wire.waitForEnd())
            return -1;
        const QList<Frame> all = frames();
        for (qsizetype i = 0; i < all.size(); ++i) {
            if (all[i].first != 0x88)
                continue;
            m_closeReason = all[i].payload.mid(2);
            if (i + 1 != all.size())
                return -1;
            return all[i].payload.size() < 2 ? 0 : qFromBigEndian<quint16>(all[i].payload.constData());
        }
        return 0;
    }
    const QByteArray& closeReason() const { return m_closeReason; }

private:
    Wire m_wire;
    QByteArray m_closeReason;
};

} // namespace signalbox::test
