// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/websocketdecoder.h"

#include "net/utf8validator.h"

#include <QtEndian>

#include <cstring>
#include <utility>

namespace signalbox {

namespace {

constexpr int kProtocolError = 1002;
constexpr int kInvalidData = 1007;
constexpr int kPolicyViolation = 1008;
constexpr int kTooBig = 1009;

constexpr char kNotUtf8[] = "text is not UTF-8";

bool isKnownOpcode(quint8 opcode)
{
    return opcode <= 0x2 || (opcode >= 0x8 && opcode <= 0xA);
}

bool isWholeUtf8(QByteArrayView bytes)
{
    Utf8Validator utf8;
    return utf8.feed(bytes) && utf8.complete();
}

} // namespace

struct WebSocketDecoder::Partial
{
    QByteArray message;
    int fragments = 0; ///< 0: no message has begun
    WsOpcode opcode = WsOpcode::Text;
    Utf8Validator utf8;
    quint8 controlSize = 0;
    std::array<char, kWsMaxControlBytes> control;
};

struct WebSocketDecoder::Input
{
    char* at;
    char* end;

    qsizetype left() const { return end - at; }
    char* take(qsizetype count)
    {
        char* const taken = at;
        at += count;
        return taken;
    }
};

WebSocketDecoder::WebSocketDecoder(const WsLimits& limits)
    : m_limits(&limits)
{
}

WebSocketDecoder::~WebSocketDecoder() = default;

WebSocketDecoder::WebSocketDecoder(WebSocketDecoder&&) noexcept = default;

WebSocketDecoder& WebSocketDecoder::operator=(WebSocketDecoder&&) noexcept = default;

void WebSocketDecoder::feed(char* data, qsizetype size, WsSink& sink)
{
    if (m_finished)
        return;
    Input input{data, data + size};
    while (input.left() > 0) {
        const bool goOn = m_inPayload ? readPayload(input, sink) : readHeader(input, sink);
        if (!goOn)
            return;
    }
}

/// The size of the header that has begun, as far as it is known: the first two bytes tell the rest.
qsizetype WebSocketDecoder::headerSize() const
{
    if (m_headerSize < 2)
        return 2;
    const quint8 form = m_header[1] & 0x7F;
    const qsizetype lengthBytes = form == 127 ? 8 : form == 126 ? 2 : 0;
    return 2 + lengthBytes + static_cast<qsizetype>(m_key.size());
}

bool WebSocketDecoder::insideMessage() const
{
    return m_partial && m_partial->fragments > 0;
}

WebSocketDecoder::Partial& WebSocketDecoder::partial()
{
    if (!m_partial)
        m_partial = std::make_unique<Partial>();
    return *m_partial;
}

bool WebSocketDecoder::readHeader(Input& input, WsSink& sink)
{
    while (m_headerSize < headerSize()) {
        const qsizetype count = qMin(headerSize() - m_headerSize, input.left());
        if (count == 0)
            return true;
        const bool starts = m_headerSize < 2;
        std::memcpy(m_header.data() + m_headerSize, input.take(count), static_cast<size_t>(count));
        m_headerSize = static_cast<quint8>(m_headerSize + count);
        if (starts && m_headerSize == 2 && !checkStart(sink))
            return false;
    }
    std::memcpy(m_key.data(), m_header.data() + m_headerSize - m_key.size(), m_key.size());
    if (!checkLength(sink))
        return false;
    m_headerSize = 0;
    m_turn = 0;
    m_inPayload = true;
    // At once and not in the next turn of the loop: a frame without payload may be the last thing in the input.
    return readPayload(input, sink);
}

/// Judges the first two bytes.
bool WebSocketDecoder::checkStart(WsSink& sink)
{
    const quint8 opcode = m_header[0] & 0x0F;
    if ((m_header[0] & 0x70) != 0)
        return fail(sink, kProtocolError, "reserved bits are set");
    if (!isKnownOpcode(opcode))
        return fail(sink, kProtocolError, "reserved opcode");
    if ((m_header[1] & 0x80) == 0)
        return fail(sink, kProtocolError, "frame is not masked");
    m_opcode = static_cast<WsOpcode>(opcode);
    m_final = (m_header[0] & 0x80) != 0;
    if (isWsControl(m_opcode)) {
        if (!m_final)
            return fail(sink, kProtocolError, "control frame is fragmented");
        if ((m_header[1] & 0x7F) > kWsMaxControlBytes)
            return fail(sink, kProtocolError, "control frame is too long");
        return true;
    }
    if (m_opcode == WsOpcode::Continuation && !insideMessage())
        return fail(sink, kProtocolError, "continuation of nothing");
    if (m_opcode != WsOpcode::Continuation && insideMessage())
        return fail(sink, kProtocolError, "new message inside a fragmented one");
    return true;
}

/// Judges the length, when the header is complete, before a byte of the payload.
bool WebSocketDecoder::checkLength(WsSink& sink)
{
    const quint8 form = m_header[1] & 0x7F;
    quint64 length = form;
    quint64 shortest = 0;
    if (form == 126) {
        length = qFromBigEndian<quint16>(m_header.data() + 2);
        shortest = 126;
    } else if (form == 127) {
        length = qFromBigEndian<quint64>(m_header.data() + 2);
        shortest = 0x10000;
    }
    if (length < shortest || (length >> 63) != 0)
        return fail(sink, kProtocolError, "invalid encoding of the length");
    m_remaining = length;
    if (isWsControl(m_opcode))
        return true;
    const qint64 before = insideMessage() ? m_partial->message.size() : 0;
    if (static_cast<qint64>(length) > m_limits->maxMessageBytes - before)
        return fail(sink, kTooBig, "message is too big");
    const int fragmentsBefore = insideMessage() ? m_partial->fragments : 0;
    if (fragmentsBefore >= m_limits->maxFragments)
        return fail(sink, kPolicyViolation, "message has too many fragments");
    if (insideMessage())
        ++m_partial->fragments;
    return true;
}

bool WebSocketDecoder::readPayload(Input& input, WsSink& sink)
{
    const qsizetype count = static_cast<qsizetype>(qMin(m_remaining, static_cast<quint64>(input.left())));
    char* const bytes = input.take(count);
    applyWsMask(bytes, count, m_key, m_turn);
    m_turn = static_cast<quint8>((m_turn + count) % static_cast<qsizetype>(m_key.size()));
    m_remaining -= static_cast<quint64>(count);
    m_inPayload = m_remaining > 0;
    const QByteArrayView part(bytes, count);
    return isWsControl(m_opcode) ? readControl(part, sink) : readData(part, sink);
}

bool WebSocketDecoder::readControl(QByteArrayView part, WsSink& sink)
{
    const bool begun = m_partial && m_partial->controlSize > 0;
    if (!m_inPayload && !begun)
        return deliverControl(part, sink);
    if (part.isEmpty()) // the header alone has arrived
        return true;
    Partial& kept = partial();
    std::memcpy(kept.control.data() + kept.controlSize, part.data(), static_cast<size_t>(part.size()));
    kept.controlSize = static_cast<quint8>(kept.controlSize + part.size());
    if (m_inPayload)
        return true;
    // The sink may destroy this object while it reads the payload.
    const std::array<char, kWsMaxControlBytes> payload = kept.control;
    const quint8 size = std::exchange(kept.controlSize, quint8(0));
    if (!insideMessage())
        m_partial.reset();
    return deliverControl(QByteArrayView(payload.data(), size), sink);
}

bool WebSocketDecoder::readData(QByteArrayView part, WsSink& sink)
{
    if (!m_inPayload && m_final && !insideMessage())
        return deliverWhole(part, sink);
    Partial& kept = partial();
    if (kept.fragments == 0) {
        kept.fragments = 1;
        kept.opcode = m_opcode;
    }
    if (kept.opcode == WsOpcode::Text && !kept.utf8.feed(part))
        return fail(sink, kInvalidData, kNotUtf8);
    kept.message.append(part);
    return m_inPayload || !m_final ? true : deliverMessage(sink);
}

/// An unfragmented message that came in one piece: nothing was kept of it, one copy takes it out of the read buffer.
bool WebSocketDecoder::deliverWhole(QByteArrayView payload, WsSink& sink)
{
    if (m_opcode == WsOpcode::Text && !isWholeUtf8(payload))
        return fail(sink, kInvalidData, kNotUtf8);
    return sink.wsMessage(m_opcode, QByteArray(payload.data(), payload.size()));
}

bool WebSocketDecoder::deliverMessage(WsSink& sink)
{
    if (m_partial->opcode == WsOpcode::Text && !m_partial->utf8.complete())
        return fail(sink, kInvalidData, kNotUtf8);
    const WsOpcode opcode = m_partial->opcode;
    QByteArray payload = std::move(m_partial->message);
    m_partial.reset();
    return sink.wsMessage(opcode, std::move(payload));
}

bool WebSocketDecoder::deliverControl(QByteArrayView payload, WsSink& sink)
{
    if (m_opcode == WsOpcode::Ping)
        return sink.wsPing(payload);
    if (m_opcode == WsOpcode::Pong)
        return sink.wsPong(payload);
    return deliverClose(payload, sink);
}

bool WebSocketDecoder::deliverClose(QByteArrayView payload, WsSink& sink)
{
    int code = kWsNoCloseCode;
    QByteArrayView reason;
    if (payload.size() == 1)
        return fail(sink, kProtocolError, "close frame with half a code");
    if (payload.size() >= 2) {
        code = qFromBigEndian<quint16>(payload.data());
        reason = payload.sliced(2);
        if (!isValidCloseCode(code))
            return fail(sink, kProtocolError, "invalid close code");
        if (!isWholeUtf8(reason))
            return fail(sink, kInvalidData, "close reason is not UTF-8");
    }
    m_finished = true;
    m_partial.reset();
    sink.wsClose(code, reason);
    return false;
}

bool WebSocketDecoder::fail(WsSink& sink, int closeCode, const char* reason)
{
    m_finished = true;
    m_partial.reset();
    sink.wsError(closeCode, reason);
    return false;
}

} // namespace signalbox
