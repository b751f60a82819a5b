// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/fdnotifier.h"
#include "shared/result.h"

#include <QByteArray>
#include <QList>
#include <QTimer>

#include <functional>
#include <memory>
#include <vector>

namespace signalbox {

/// Accepts TCP connections on one port of several addresses and hands their descriptors on. Lives on the main thread.
///
/// At most kMaxAccepts connections are accepted in one turn of the loop per address, so that a flood does not starve
/// the rest. When the process has no file descriptor left, a waiting connection is accepted with a reserved one and
/// closed at once (shedCount()), so that its client learns of it and the loop does not spin; when even that does not
/// work, accepting rests for a moment.
class Listener final : private FdListener
{
public:
    static constexpr int kBacklog = 4096;
    static constexpr int kMaxAccepts = 256;

    /// Gets each accepted descriptor: non-blocking, close-on-exec, and the callee's to close. Must not destroy the
    /// Listener; may pause() or close() it.
    using AcceptHandler = std::function<void(int fd)>;

    /// Listens on numeric addresses ("0.0.0.0", "::", "127.0.0.1"); an IPv6 one takes IPv6 only. Port 0 chooses a free
    /// port that is the same on all. An address of a family that the machine does not have is left out when another
    /// one works (addresses()). Any other failure is ErrorCode::Internal with a message that names address and port.
    static Result<std::unique_ptr<Listener>> open(const QList<QByteArray>& addresses, quint16 port,
                                                  AcceptHandler handler);
    ~Listener() override;
    Q_DISABLE_COPY_MOVE(Listener)

    quint16 port() const { return m_port; }
    QList<QByteArray> addresses() const { return m_addresses; }
    /// Connections closed at once for want of descriptors.
    quint64 shedCount() const { return m_shed; }

    /// Stops accepting; clients wait in the backlog until resume().
    void pause();
    void resume();
    /// Gives the port back; there is no way to open it again.
    void close();

private:
    struct Socket
    {
        int fd = -1;
        std::unique_ptr<FdNotifier> notifier;
    };

    explicit Listener(AcceptHandler handler);
    Result<void> listenOn(const QByteArray& address, quint16 port, bool& familyMissing);
    Result<void> listenOnAll(const QList<QByteArray>& addresses, quint16 port);
    void start();
    void setNotifying(bool on);
    void fdReady(QSocketNotifier::Type type) override;
    void fdPosted() override {}
    void acceptFrom(size_t index);
    bool shedOne(int listenFd);
    void rest();

    AcceptHandler m_handler;
    std::vector<Socket> m_sockets;
    QList<QByteArray> m_addresses;
    QTimer m_rest;
    quint64 m_shed = 0;
    int m_reserve = -1;
    quint16 m_port = 0;
    bool m_paused = false;
};

} // namespace signalbox
