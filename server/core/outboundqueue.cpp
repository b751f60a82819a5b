// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/outboundqueue.h"

#include <algorithm>

namespace signalbox {

bool OutboundQueue::push(Frame frame, qint64 maxBytes, SlowPolicy policy, bool blocked)
{
    if (blocked && policy == SlowPolicy::Conflate && frame.conflateHash != 0)
        dropOlder(frame, maxBytes);
    if (policy == SlowPolicy::DropOldest && m_bytes + frame.bytes.size() > maxBytes) {
        dropOldest(maxBytes - frame.bytes.size());
        if (frame.droppable && m_bytes + frame.bytes.size() > maxBytes) {
            ++m_dropped;
            return true;
        }
    }
    if (m_bytes + frame.bytes.size() > maxBytes)
        return false;
    m_bytes += frame.bytes.size();
    m_frames.push_back(std::move(frame));
    return true;
}

void OutboundQueue::pushAlways(QByteArray bytes)
{
    m_bytes += bytes.size();
    m_frames.push_back({std::move(bytes), 0, false});
}

/// Takes the frame out that this one replaces, if it then fits. The newer one goes to the end like any other, so that
/// order among what is left stays true.
void OutboundQueue::dropOlder(const Frame& frame, qint64 maxBytes)
{
    const size_t first = m_head + (m_headWritten > 0 ? 1 : 0);
    for (size_t i = m_frames.size(); i > first; --i) {
        const Frame& older = m_frames[i - 1];
        if (older.conflateHash != frame.conflateHash)
            continue;
        if (m_bytes - older.bytes.size() + frame.bytes.size() > maxBytes)
            return;
        m_bytes -= older.bytes.size();
        m_frames.erase(m_frames.begin() + static_cast<std::ptrdiff_t>(i - 1));
        return;
    }
}

/// Looks at no more frames than it drops and passes over: what must stay moves behind the dropped ones.
void OutboundQueue::dropOldest(qint64 downTo)
{
    std::vector<Frame> kept;
    size_t next = m_head;
    if (m_headWritten > 0)
        kept.push_back(std::move(m_frames[next++]));
    for (; next < m_frames.size() && m_bytes > downTo; ++next) {
        Frame& frame = m_frames[next];
        if (!frame.droppable) {
            kept.push_back(std::move(frame));
            continue;
        }
        m_bytes -= frame.bytes.size();
        frame = Frame();
        ++m_dropped;
    }
    m_head = next - kept.size();
    std::move(kept.begin(), kept.end(), m_frames.begin() + static_cast<std::ptrdiff_t>(m_head));
    tidy();
}

int OutboundQueue::gather(iovec* parts, int capacity) const
{
    int count = 0;
    for (size_t i = m_head; i < m_frames.size() && count < capacity; ++i, ++count) {
        const qint64 skip = i == m_head ? m_headWritten : 0;
        parts[count].iov_base = const_cast<char*>(m_frames[i].bytes.constData() + skip);
        parts[count].iov_len = static_cast<size_t>(m_frames[i].bytes.size() - skip);
    }
    return count;
}

void OutboundQueue::consumed(qint64 count)
{
    m_bytes -= count;
    count += m_headWritten;
    while (m_head < m_frames.size() && count >= m_frames[m_head].bytes.size()) {
        count -= m_frames[m_head].bytes.size();
        m_frames[m_head].bytes = QByteArray();
        ++m_head;
    }
    m_headWritten = count;
    tidy();
}

/// Gives memory back once nothing waits; a backlog is moved to the front when most of the vector is gone.
void OutboundQueue::tidy()
{
    constexpr size_t kKeptFrames = 4;
    if (isEmpty()) {
        m_head = 0;
        if (m_frames.capacity() > kKeptFrames)
            std::vector<Frame>().swap(m_frames);
        else
            m_frames.clear();
    } else if (m_head > 64 && m_head > m_frames.size() / 2) {
        m_frames.erase(m_frames.begin(), m_frames.begin() + static_cast<std::ptrdiff_t>(m_head));
        m_head = 0;
    }
}

int OutboundQueue::takeDropped()
{
    return std::exchange(m_dropped, 0);
}

void OutboundQueue::dropUnwritten()
{
    const size_t keep = m_head + (m_headWritten > 0 ? 1 : 0);
    for (size_t i = keep; i < m_frames.size(); ++i)
        m_bytes -= m_frames[i].bytes.size();
    m_frames.resize(keep);
}

} // namespace signalbox
