// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/event.h"

#include <QByteArray>

#include <array>
#include <vector>

namespace signalbox {

/// The JSON around an event's data.
enum class Envelope : quint8 {
    Channel,  ///< seed 002: {"type","session_id","data","channel","position",…}
    Dialog,   ///< seed 000: {"event":"name@v1","data","sequence",…}
    Stream,   ///< seed 004: the data alone; the name is the SSE event's type
    SocketIo, ///< seed 001: the packet of an `emit`, 42["name",data]
};

/// The bytes around the JSON.
enum class Framing : quint8 {
    WebSocket,  ///< an unmasked text frame
    SseChunked, ///< an event-stream block in one HTTP/1.1 chunk
    SsePlain,   ///< the block alone (HTTP/1.0)
    Polling,    ///< an Engine.IO packet behind a separator, for the body of a poll's answer
};

/// How one kind of connection wants its events. Sessions of one format share the encoded bytes of an event.
struct WireFormat
{
    Envelope envelope = Envelope::Channel;
    Framing framing = Framing::WebSocket;
    /// SSE `id:` is the broker's cursor (several channels) instead of the channel's position. Socket.IO: the cursor
    /// follows the data as one more argument, which clients resume from.
    bool cursorIds = false;

    static constexpr size_t kCount = 32;
    constexpr size_t index() const
    {
        return (static_cast<size_t>(envelope) * 4 + static_cast<size_t>(framing)) * 2 + (cursorIds ? 1 : 0);
    }
};

/// Turns events into bytes. Implemented by server/transport. Pure; any thread.
class FrameEncoder
{
public:
    virtual ~FrameEncoder() = default;
    /// The event as seen through its `placement`-th channel.
    virtual QByteArray encode(const Event& event, size_t placement, WireFormat format) const = 0;
};

/// The frames of one event while it is being fanned out: each format is encoded at most once per channel.
class FrameCache
{
public:
    FrameCache(const FrameEncoder& encoder, const Event& event)
        : m_encoder(encoder)
        , m_event(event)
    {
    }

    const QByteArray& frame(size_t placement, WireFormat format)
    {
        if (placement >= m_frames.size())
            m_frames.resize(placement + 1);
        QByteArray& frame = m_frames[placement][format.index()];
        if (frame.isNull())
            frame = m_encoder.encode(m_event, placement, format);
        return frame;
    }

private:
    const FrameEncoder& m_encoder;
    const Event& m_event;
    std::vector<std::array<QByteArray, WireFormat::kCount>> m_frames;
};

} // namespace signalbox
