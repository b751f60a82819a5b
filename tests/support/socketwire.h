// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/wswire.h"

namespace signalbox::test {

/// A Socket.IO client on a WebSocket whose texts begin behind the Engine.IO handshake.
class SocketWire : public WsWire
{
public:
    explicit SocketWire(quint16 port, const Headers& headers = {})
        : WsWire(port, "/socket.io/?EIO=4&transport=websocket", headers)
    {
        waitFor(0);
    }
    /// The texts behind the handshake, once there are so many.
    QByteArrayList waitFor(qsizetype count)
    {
        wire().readUntil([&](const QByteArray&) { return texts().size() > count; });
        return texts().mid(1);
    }
    QByteArray waitForLast(qsizetype count) { return waitFor(count).value(count - 1); }
    /// Joins a namespace: two texts, CONNECT's answer and `auth`.
    void join(const QByteArray& nsp = {})
    {
        const qsizetype before = texts().size() - 1;
        sendText("40" + nsp);
        waitFor(before + 2);
    }
    /// The server ends the connection with a close frame that has no code.
    bool isClosed()
    {
        if (!wire().readUntil(
                [this](const QByteArray&) { return !frames().isEmpty() && frames().last().first == 0x88; }))
            return false;
        return frames().last().payload.isEmpty();
    }
};

} // namespace signalbox::test
