// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QThread>

#include <functional>
#include <memory>

namespace signalbox {

/// One of several servers on one PostgreSQL database: hears when the journal has grown, and makes one of them the one
/// that relays it (a session's advisory lock, which ends with its connection: who dies is followed within a second or
/// two). Has a thread and a connection of its own, which is opened again by itself.
///
/// Nothing is lost with a notification: the journal's top is looked at every second as well. For a moment nobody may
/// lead, and while a connection dies slowly the former leader may not know it yet: what the leader does must bear that.
class JournalWatch
{
public:
    /// The journal's top; may repeat itself. On the watch's thread.
    using Advanced = std::function<void(quint64 sequence)>;
    /// Told at each change, false at first. On the watch's thread.
    using Leading = std::function<void(bool isLeading)>;

    JournalWatch(const QByteArray& url, Advanced advanced, Leading leading);
    ~JournalWatch(); ///< stop()
    JournalWatch(const JournalWatch&) = delete;
    JournalWatch& operator=(const JournalWatch&) = delete;

    void start();
    /// Gives the lead away. No callback comes afterwards.
    void stop();

private:
    class Loop;
    QThread m_thread;
    std::unique_ptr<Loop> m_loop; ///< lives on the thread
};

} // namespace signalbox
