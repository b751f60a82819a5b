// SPDX-License-Identifier: GPL-3.0-or-later
#include "socketio/engineparting.h"

#include "net/worker.h"

namespace signalbox {

EngineParting::EngineParting(Worker& worker, StreamPtr stream)
    : m_worker(worker)
    , m_stream(std::move(stream))
    , m_patience(Deadline::calling<&EngineParting::end>(this))
{
    constexpr qint64 kPatienceMs = 2000;
    m_stream->setListener(this);
    m_stream->setReading(true);
    m_stream->shutdownWrite();
    m_worker.deadlines().arm(m_patience, m_worker.steadyMs() + kPatienceMs);
}

void EngineParting::streamReadable()
{
    QByteArray& buffer = m_worker.readBuffer();
    if (m_stream->read(buffer.data(), buffer.size()) < 0)
        end();
}

} // namespace signalbox
