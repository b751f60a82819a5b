// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSocketNotifier>

namespace signalbox {

/// Who is told by an FdNotifier. Called on the notifier's thread from the event loop; the notifier may be destroyed
/// inside.
class FdListener
{
public:
    virtual ~FdListener() = default;
    /// The file descriptor is ready for reading, for writing, or broken (`Exception`: error, hang-up, urgent data).
    virtual void fdReady(QSocketNotifier::Type type) = 0;
    /// What FdNotifier::post() asked for.
    virtual void fdPosted() = 0;
};

/// A QSocketNotifier that calls a virtual function in place of emitting a signal: no connection list is allocated and
/// none is walked. Level-triggered like its base, enabled from the start. The listener must outlive it.
class FdNotifier final : public QSocketNotifier
{
    Q_OBJECT
public:
    FdNotifier(int fd, Type type, FdListener* listener);

    /// Calls FdListener::fdPosted() once from the event loop, unless this object is destroyed before.
    void post();

protected:
    bool event(QEvent* event) override;

private:
    FdListener* m_listener;
};

} // namespace signalbox
