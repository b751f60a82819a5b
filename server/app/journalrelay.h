// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/storethread.h"
#include "redis/redisoutward.h"

#include <QTimer>

#include <optional>

namespace signalbox {

/// Writes the events of the desk's journal into Redis for others to read (RedisOutward), in order and each once: how
/// far it has got stands in Redis itself, beside what was written. So it goes on where it stopped after Redis, the
/// database or a server was away, and may run on several servers at once; one is enough, the one that leads. What the
/// journal has trimmed meanwhile is not written any more. Where Redis knows no place, it begins with what is new. Core
/// thread.
class JournalRelay final : public QObject
{
    Q_OBJECT

public:
    /// Runs the task on the core thread; any thread.
    using ToCore = std::function<void(std::function<void()>)>;

    /// `reader` reads the journal; everything outlives the relay, but for callbacks on their way through `toCore`.
    JournalRelay(StoreThread& reader, RedisLink& commands, RedisOutward& outward, ToCore toCore);

    void setLeading(bool isLeading);
    /// The journal has grown.
    void advanced();

private:
    struct Page
    {
        Position top; ///< of the journal
        std::vector<RedisOutward::Relayed> events;
    };

    void step();
    void send(const Page& page);
    void sent(const Result<quint64>& last);
    void tryLater();

    StoreThread& m_reader;
    RedisLink& m_commands;
    RedisOutward& m_outward;
    const ToCore m_toCore;
    bool m_isLeading = false;
    bool m_isBusy = false;
    bool m_isBehind = false;        ///< it has grown since it was read
    bool m_isPlaceKnown = false;    ///< by Redis
    std::optional<Position> m_done; ///< the last event that was written
    QTimer m_retry;
};

} // namespace signalbox
