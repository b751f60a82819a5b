// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/websocketframe.h"

#include <memory>

namespace signalbox {

/// Bounds of what a client may send. One object for many decoders, which keep a reference to it.
struct WsLimits
{
    qint64 maxMessageBytes = 64 * 1024; ///< payload of one message, all fragments together; beyond it 1009
    int maxFragments = 1024;            ///< frames of one message, empty ones included; beyond it 1008
};

/// Where decoded messages go. A call that returns false stops the decoding at once: the sink may have destroyed the
/// decoder, which is not touched again. Views are valid during the call only.
class WsSink
{
public:
    virtual ~WsSink() = default;
    /// A complete message; the payload of Text is valid UTF-8. The array is the sink's own.
    virtual bool wsMessage(WsOpcode textOrBinary, QByteArray payload) = 0;
    /// To be answered with a pong of the same payload. Comes between the fragments of a message too.
    virtual bool wsPing(QByteArrayView payload) = 0;
    virtual bool wsPong(QByteArrayView payload) = 0;
    /// The peer closes; to be answered with a close frame. `code` is valid on the wire, or 1005 when there was none;
    /// the reason is valid UTF-8. The last call of this decoder, whatever it returns.
    virtual bool wsClose(int code, QByteArrayView reason) = 0;
    /// The peer broke the protocol or a limit; the connection is to be closed with this code. `reason` is a literal.
    /// The last call of this decoder; the sink may destroy it here.
    virtual void wsError(int closeCode, const char* reason) = 0;
};

/// The receiving half of the server's side of RFC 6455, without extensions: turns bytes, in pieces of any size, into
/// messages, and refuses everything that the RFC forbids a client, at the first byte that shows it:
/// 1002 for framing (RSV bits, opcodes, masks, lengths, order of fragments) and bad close payloads,
/// 1007 for text or a close reason that is not UTF-8, 1008 and 1009 for the limits.
/// What the sink is told depends on the bytes only, not on how they were split. After a close frame or an error
/// everything is ignored.
///
/// Not tied to a thread, not re-entrant: the sink does not feed. Memory: this object alone between messages; inside
/// one, what has arrived of it (at most twice, as a growing array does), never what a header has only announced.
class WebSocketDecoder
{
public:
    /// `limits` outlives the decoder.
    explicit WebSocketDecoder(const WsLimits& limits);
    explicit WebSocketDecoder(const WsLimits&&) = delete;
    ~WebSocketDecoder();
    WebSocketDecoder(WebSocketDecoder&&) noexcept;
    WebSocketDecoder& operator=(WebSocketDecoder&&) noexcept;

    /// Decodes `size` bytes, which are unmasked in place: the buffer is the caller's, its content is lost. The buffer
    /// must live through the call even when the sink destroys the decoder.
    void feed(char* data, qsizetype size, WsSink& sink);

    /// True after a close frame or an error.
    bool isFinished() const { return m_finished; }

private:
    struct Partial;
    struct Input;

    // Each returns false to stop; this object may be gone then.
    bool readHeader(Input& input, WsSink& sink);
    bool checkStart(WsSink& sink);
    bool checkLength(WsSink& sink);
    bool readPayload(Input& input, WsSink& sink);
    bool readControl(QByteArrayView part, WsSink& sink);
    bool readData(QByteArrayView part, WsSink& sink);
    bool deliverWhole(QByteArrayView payload, WsSink& sink);
    bool deliverMessage(WsSink& sink);
    bool deliverControl(QByteArrayView payload, WsSink& sink);
    bool deliverClose(QByteArrayView payload, WsSink& sink);
    bool fail(WsSink& sink, int closeCode, const char* reason);

    qsizetype headerSize() const;
    bool insideMessage() const;
    Partial& partial();

    const WsLimits* m_limits;
    std::unique_ptr<Partial> m_partial; ///< what arrived of an incomplete message or control frame; null when idle
    quint64 m_remaining = 0;            ///< payload bytes of this frame still to come
    std::array<quint8, 14> m_header{};
    WsMaskKey m_key{};
    quint8 m_headerSize = 0; ///< bytes of m_header that arrived
    quint8 m_turn = 0;       ///< place of the next payload byte, modulo the key's size
    WsOpcode m_opcode = WsOpcode::Continuation;
    bool m_final = false;
    bool m_inPayload = false;
    bool m_finished = false;
};

static_assert(sizeof(WebSocketDecoder) <= 64, "an idle connection's share of memory");

} // namespace signalbox
