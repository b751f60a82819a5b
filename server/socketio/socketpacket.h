// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <QJsonArray>
#include <QJsonObject>

#include <optional>

namespace signalbox {

/// The packet types of Socket.IO v5; on the wire the digits 0 to 6.
enum class SocketType : quint8 { Connect, Disconnect, Event, Ack, ConnectError, BinaryEvent, BinaryAck };

/// A packet of a client, taken apart and judged like the official decoder does.
struct SocketPacket
{
    SocketType type = SocketType::Event;
    QByteArray nsp = "/";
    QByteArray ackId;           ///< decimal digits without leading zeros; empty: none
    QJsonObject object;         ///< of Connect; empty when it had none
    QJsonArray args;            ///< of Event and Ack: name and arguments, or the answer's values
    QByteArrayList attachments; ///< what `{"_placeholder":true,"num":n}` in args stands for

    /// The name of an event; numbers as text, empty when the packet had no payload.
    QByteArray eventName() const;
};

/// Puts Socket.IO packets together from Engine.IO messages: one text, and as many binary ones behind it as it
/// announces. One per session; not tied to a thread. Broken is final: the session is to be closed.
///
/// Bounds: attachments (1 to kMaxAttachments of a binary packet), their bytes together, and the JSON's depth; the size
/// of one message is the transport's.
class SocketPacketDecoder
{
public:
    static constexpr int kMaxAttachments = 10;
    enum class Outcome {
        Complete, ///< take() it
        Awaiting, ///< binary messages have to follow
        Broken,
    };

    SocketPacketDecoder(int maxDepth, qint64 maxAttachedBytes)
        : m_maxDepth(maxDepth)
        , m_maxAttachedBytes(maxAttachedBytes)
    {
    }

    Outcome feedText(QByteArrayView text);
    Outcome feedBinary(QByteArray bytes);
    SocketPacket take();

private:
    Outcome readHead(QByteArrayView text);
    Outcome readPayload(const QByteArray& json);
    Outcome broken();
    bool isBinary() const { return m_packet.type == SocketType::BinaryEvent || m_packet.type == SocketType::BinaryAck; }

    const int m_maxDepth;
    const qint64 m_maxAttachedBytes;
    SocketPacket m_packet;
    qint64 m_attachedBytes = 0;
    int m_missing = 0; ///< attachments that have yet to come
    bool m_broken = false;
};

/// The text of a packet, an Engine.IO message: `<type>[<n>-][<nsp>,][<ack id>][json]`. `json` is taken as it is.
struct SocketText
{
    SocketType type = SocketType::Event;
    QByteArrayView nsp = "/";
    QByteArrayView ackId = {};
    QByteArrayView json = {};
    qsizetype attachments = 0; ///< above 0 makes a binary packet of an Event or Ack
};
QByteArray encodeSocketText(const SocketText& packet);

/// Compact JSON of an array.
QByteArray jsonText(const QJsonArray& args);

} // namespace signalbox
