// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <vector>

#include <sys/uio.h>

namespace signalbox {

/// What happens to a connection that reads more slowly than events come (spec section 8).
enum class SlowPolicy : quint8 {
    Close,      ///< it is closed with 4413 and may resume
    DropOldest, ///< its oldest waiting events are dropped; it is told how many
    Conflate,   ///< events of the same conflate key replace each other; then as Close
};

/// Frames on their way to one connection, bounded in bytes. Bytes are shared with other connections, never copied.
/// Not thread-safe.
class OutboundQueue
{
public:
    struct Frame
    {
        QByteArray bytes;
        size_t conflateHash = 0; ///< 0: never replaced
        bool droppable = false;  ///< an event; control frames are never dropped
    };

    bool isEmpty() const { return m_head == m_frames.size(); }
    qint64 bytes() const { return m_bytes; }
    size_t frames() const { return m_frames.size() - m_head; }

    /// Appends. With `blocked` (the connection does not take bytes now) the policy may replace or drop older frames.
    /// False: over `maxBytes` even so; the frame was not added.
    bool push(Frame frame, qint64 maxBytes, SlowPolicy policy, bool blocked);
    /// Appends whatever the bound, for a closing frame.
    void pushAlways(QByteArray bytes);
    /// Fills `parts` with the next bytes in order; returns how many parts.
    int gather(iovec* parts, int capacity) const;
    /// The first `count` bytes have been taken.
    void consumed(qint64 count);
    /// Events dropped since the last call.
    int takeDropped();
    /// One more was dropped on its way here.
    void noteDropped() { ++m_dropped; }
    /// Drops every frame of which nothing has been written yet.
    void dropUnwritten();
    /// Puts other bytes in the place of each waiting frame's: the transport has changed. Nothing of a frame may have
    /// been written.
    template <typename Rewritten> void rewrite(const Rewritten& rewritten)
    {
        for (size_t i = m_head; i < m_frames.size(); ++i) {
            m_bytes -= m_frames[i].bytes.size();
            m_frames[i].bytes = rewritten(m_frames[i].bytes);
            m_bytes += m_frames[i].bytes.size();
        }
    }

private:
    void dropOlder(const Frame& frame, qint64 maxBytes);
    void dropOldest(qint64 downTo);
    void tidy();

    std::vector<Frame> m_frames;
    size_t m_head = 0;        ///< index of the first frame that still waits
    qint64 m_headWritten = 0; ///< bytes of it that are gone already
    qint64 m_bytes = 0;
    int m_dropped = 0;
};

} // namespace signalbox
