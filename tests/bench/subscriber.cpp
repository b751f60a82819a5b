// SPDX-License-Identifier: GPL-3.0-or-later
#include "subscriber.h"

#include "clock.h"

namespace signalbox::bench {

namespace {

constexpr size_t kMaxBuffered = 32 * 1024 * 1024;
constexpr uint32_t kMask = 0x5a17c3e9; // masking hides nothing on loopback; it only has to be there

} // namespace

Subscriber::Subscriber(Loop& loop, Dialect& dialect, SubscriberListener& listener, const Role& role)
    : Connection(loop)
    , m_dialect(dialect)
    , m_listener(listener)
    , m_role(role)
{
}

bool Subscriber::subscribe(const Endpoint& endpoint)
{
    m_headDone = m_subscribed = m_chunked = false;
    m_in.clear();
    m_chunkText.clear();
    m_chunks = ChunkDecoder();
    return open(endpoint);
}

void Subscriber::onConnected()
{
    write(m_dialect.subscribeRequest(m_role.transport, m_role.dialog, m_cursor));
}

void Subscriber::onClosed()
{
    end("connection lost");
}

void Subscriber::end(const std::string& reason)
{
    close();
    m_listener.onEnded(*this, reason);
    m_subscribed = false;
}

void Subscriber::onBytes(std::string_view bytes)
{
    m_readAt = nowNs();
    if (m_in.empty()) {
        const size_t used = consume(bytes);
        if (isOpen())
            m_in = bytes.substr(used);
        return;
    }
    m_in += bytes;
    m_in.erase(0, consume(m_in));
    if (m_in.size() > kMaxBuffered)
        end("message without end");
}

size_t Subscriber::consume(std::string_view bytes)
{
    size_t used = 0;
    if (!m_headDone)
        used = readHead(bytes);
    if (!isOpen() || !m_headDone)
        return used;
    const std::string_view rest = bytes.substr(used);
    return used + (m_role.transport == Transport::WebSocket ? readFrames(rest) : readStream(rest));
}

size_t Subscriber::readHead(std::string_view bytes)
{
    ResponseHead head;
    const Parse result = parseResponseHead(bytes, head);
    if (result == Parse::Incomplete)
        return 0;
    const int wanted = m_role.transport == Transport::WebSocket ? 101 : 200;
    if (result == Parse::Bad || head.status != wanted) {
        end("refused with status " + std::to_string(head.status));
        return 0;
    }
    m_headDone = true;
    m_chunked = head.chunked;
    if (m_dialect.subscribedByHead()) {
        m_subscribed = true;
        m_listener.onSubscribed(*this);
    }
    return head.size;
}

size_t Subscriber::readFrames(std::string_view bytes)
{
    size_t used = 0;
    WsFrame frame;
    while (isOpen()) {
        const Parse result = parseServerFrame(bytes.substr(used), frame);
        if (result == Parse::Incomplete)
            break;
        if (result == Parse::Bad || !readFrame(frame)) {
            end(result == Parse::Bad ? "broken frame" : "closed by the server");
            break;
        }
        used += frame.size;
    }
    return used;
}

bool Subscriber::readFrame(const WsFrame& frame)
{
    if (frame.op == opcode::kText)
        readText(frame.payload, {}, {});
    else if (frame.op == opcode::kPing)
        send(opcode::kPong, frame.payload);
    return frame.op != opcode::kClose;
}

size_t Subscriber::readStream(std::string_view bytes)
{
    const auto sink = [this](const SseEvent& event) {
        if (isOpen())
            readText(event.data, event.type, event.id);
    };
    if (!m_chunked)
        return m_sse.parse(bytes, sink);
    if (!m_chunks.feed(bytes, m_chunkText)) {
        end("broken chunk");
        return 0;
    }
    m_chunkText.erase(0, m_sse.parse(m_chunkText, sink));
    return bytes.size();
}

void Subscriber::readText(std::string_view text, std::string_view type, std::string_view id)
{
    const Incoming incoming = m_dialect.read(text, type, m_role.dialog);
    if (m_role.resumes)
        keepCursor(incoming, id);
    if (!incoming.reply.empty())
        send(opcode::kText, incoming.reply);
    switch (incoming.kind) {
    case Incoming::Kind::Event:
        m_listener.onEvent(*this, incoming, m_readAt);
        break;
    case Incoming::Kind::Established:
        m_subscribed = true;
        m_listener.onSubscribed(*this);
        break;
    case Incoming::Kind::Reset:
        m_listener.onReset(*this);
        break;
    case Incoming::Kind::Failure:
        end("error message: " + std::string(text.substr(0, 200)));
        break;
    case Incoming::Kind::Other:
        break;
    }
}

void Subscriber::keepCursor(const Incoming& incoming, std::string_view id)
{
    const std::string_view cursor = m_role.transport == Transport::Sse ? id : incoming.position;
    if (!cursor.empty())
        m_cursor = cursor;
}

void Subscriber::send(uint8_t op, std::string_view payload)
{
    std::string frame;
    appendClientFrame(frame, op, payload, kMask);
    write(frame);
}

} // namespace signalbox::bench
