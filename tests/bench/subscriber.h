// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection.h"
#include "dialect.h"
#include "http.h"
#include "sse.h"

#include <string>

namespace signalbox::bench {

class Subscriber;

// Who wants to know what a subscriber sees. Called on the loop's thread. Inside a call the subscriber may be closed,
// but not opened again: that has to wait until the call has returned.
class SubscriberListener
{
public:
    virtual ~SubscriberListener() = default;
    virtual void onSubscribed(Subscriber& subscriber) = 0;
    // `atNs` is when the bytes were read.
    virtual void onEvent(Subscriber& subscriber, const Incoming& event, int64_t atNs) = 0;
    virtual void onReset(Subscriber& subscriber) = 0;
    // The server ended the connection, refused the subscription or broke the protocol; `reason` says it in words.
    // isSubscribed() still tells whether the subscription had come about.
    virtual void onEnded(Subscriber& subscriber, const std::string& reason) = 0;
};

// One subscribing client on a WebSocket or an SSE stream. Keeps its cursor over reconnects when told to.
class Subscriber final : public Connection
{
public:
    struct Role
    {
        size_t index = 0;
        Transport transport = Transport::WebSocket;
        long dialog = 1;
        bool resumes = false;
    };

    Subscriber(Loop& loop, Dialect& dialect, SubscriberListener& listener, const Role& role);

    const Role& role() const { return m_role; }
    bool isSubscribed() const { return m_subscribed; }
    bool hasCursor() const { return !m_cursor.empty(); }
    void forgetCursor() { m_cursor.clear(); }

    bool subscribe(const Endpoint& endpoint);

private:
    void onConnected() override;
    void onBytes(std::string_view bytes) override;
    void onClosed() override;

    size_t consume(std::string_view bytes);
    size_t readHead(std::string_view bytes);
    size_t readFrames(std::string_view bytes);
    size_t readStream(std::string_view bytes);
    bool readFrame(const WsFrame& frame);
    void readText(std::string_view text, std::string_view type, std::string_view id);
    void keepCursor(const Incoming& incoming, std::string_view id);
    void send(uint8_t op, std::string_view payload);
    void end(const std::string& reason);

    Dialect& m_dialect;
    SubscriberListener& m_listener;
    const Role m_role;
    bool m_headDone = false;
    bool m_subscribed = false;
    bool m_chunked = false;
    int64_t m_readAt = 0;
    std::string m_in;        // bytes of a message that is not complete
    std::string m_chunkText; // the same, of a chunked stream: what the chunks held
    std::string m_cursor;
    SseParser m_sse;
    ChunkDecoder m_chunks;
};

} // namespace signalbox::bench
