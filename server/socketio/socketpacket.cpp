// SPDX-License-Identifier: GPL-3.0-or-later
#include "socketio/socketpacket.h"

#include "core/socketvalues.h"
#include "core/strictjson.h"

#include <QJsonDocument>

#include <algorithm>

namespace signalbox {

namespace {

/// The digits at the front, which are taken off.
QByteArrayView takeDigits(QByteArrayView& text)
{
    const auto end = std::find_if_not(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    const QByteArrayView digits = text.first(end - text.begin());
    text = text.sliced(digits.size());
    return digits;
}

QByteArray withoutLeadingZeros(QByteArrayView digits)
{
    while (digits.size() > 1 && digits.front() == '0')
        digits = digits.sliced(1);
    return digits.toByteArray();
}

} // namespace

QByteArray SocketPacket::eventName() const
{
    const QJsonValue name = args.at(0);
    return name.isDouble() ? QByteArray::number(name.toDouble()) : name.toString().toUtf8();
}

SocketPacketDecoder::Outcome SocketPacketDecoder::broken()
{
    m_broken = true;
    return Outcome::Broken;
}

SocketPacketDecoder::Outcome SocketPacketDecoder::feedText(QByteArrayView text)
{
    if (m_broken || m_missing > 0 || text.isEmpty() || text.front() < '0' || text.front() > '6')
        return broken();
    m_packet = SocketPacket();
    m_packet.type = static_cast<SocketType>(text.front() - '0');
    return readHead(text.sliced(1));
}

SocketPacketDecoder::Outcome SocketPacketDecoder::readHead(QByteArrayView text)
{
    int announced = 0;
    if (isBinary()) {
        const QByteArrayView digits = takeDigits(text);
        announced = digits.size() <= 4 ? digits.toInt() : 0; // none is 0
        if (!text.startsWith('-') || announced < 1 || announced > kMaxAttachments)
            return broken();
        text = text.sliced(1);
    }
    if (text.startsWith('/')) {
        const qsizetype comma = text.indexOf(',');
        m_packet.nsp = text.first(comma < 0 ? text.size() : comma).toByteArray();
        text = comma < 0 ? QByteArrayView() : text.sliced(comma + 1);
    }
    if (const QByteArrayView id = takeDigits(text); !id.isEmpty())
        m_packet.ackId = withoutLeadingZeros(id);
    if (!text.isEmpty() && readPayload(text.toByteArray()) == Outcome::Broken)
        return Outcome::Broken;
    if (announced > 0 && !placeholdersFit(m_packet.args, announced))
        return broken();
    m_missing = announced;
    return m_missing > 0 ? Outcome::Awaiting : Outcome::Complete;
}

SocketPacketDecoder::Outcome SocketPacketDecoder::readPayload(const QByteArray& json)
{
    const Result<QJsonValue> parsed = parseJsonAsBrowsersDo(json, m_maxDepth);
    if (!parsed)
        return broken();
    switch (m_packet.type) {
    case SocketType::Connect:
        if (!parsed->isObject())
            return broken();
        m_packet.object = parsed->toObject();
        return Outcome::Complete;
    case SocketType::Disconnect:
        return broken();
    case SocketType::ConnectError:
        return Outcome::Complete; // whoever gets one from a client closes
    case SocketType::Event:
    case SocketType::BinaryEvent:
        if (!parsed->isArray() || !isSocketEventName(parsed->toArray().at(0)))
            return broken();
        break;
    case SocketType::Ack:
    case SocketType::BinaryAck:
        if (!parsed->isArray())
            return broken();
        break;
    }
    m_packet.args = parsed->toArray();
    return Outcome::Complete;
}

SocketPacketDecoder::Outcome SocketPacketDecoder::feedBinary(QByteArray bytes)
{
    m_attachedBytes += bytes.size();
    if (m_broken || m_missing == 0 || m_attachedBytes > m_maxAttachedBytes)
        return broken();
    m_packet.attachments.append(std::move(bytes));
    return --m_missing > 0 ? Outcome::Awaiting : Outcome::Complete;
}

SocketPacket SocketPacketDecoder::take()
{
    SocketPacket packet = std::exchange(m_packet, {});
    m_attachedBytes = 0;
    if (packet.type == SocketType::BinaryEvent)
        packet.type = SocketType::Event;
    else if (packet.type == SocketType::BinaryAck)
        packet.type = SocketType::Ack;
    return packet;
}

QByteArray encodeSocketText(const SocketText& packet)
{
    SocketType type = packet.type;
    if (packet.attachments > 0)
        type = type == SocketType::Ack ? SocketType::BinaryAck : SocketType::BinaryEvent;
    QByteArray text;
    text.reserve(packet.nsp.size() + packet.ackId.size() + packet.json.size() + 8);
    text += static_cast<char>('0' + static_cast<int>(type));
    if (packet.attachments > 0) {
        text += QByteArray::number(packet.attachments);
        text += '-';
    }
    if (packet.nsp != "/") {
        text += packet.nsp;
        text += ',';
    }
    text += packet.ackId;
    text += packet.json;
    return text;
}

QByteArray jsonText(const QJsonArray& args)
{
    return QJsonDocument(args).toJson(QJsonDocument::Compact);
}

} // namespace signalbox
