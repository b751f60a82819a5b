// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/deadlinewheel.h"
#include "net/stream.h"

namespace signalbox {

class Worker;

/// The end of a stream whose last words are written. Destroying it at once would take them from the client: over TLS
/// they are still in our memory. It ends when the client has ended its direction, or after two seconds. Its thread's.
class EngineParting final : private StreamListener
{
public:
    EngineParting(Worker& worker, StreamPtr stream);
    Q_DISABLE_COPY_MOVE(EngineParting)

    bool isOver() const { return !m_stream; }

private:
    void streamReadable() override;
    void streamWritable() override {}
    void streamClosed() override { end(); }
    void end() { m_stream.reset(); }

    Worker& m_worker;
    StreamPtr m_stream;
    Deadline m_patience;
};

} // namespace signalbox
