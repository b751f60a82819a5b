// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/backend.h"

#include <QElapsedTimer>
#include <QSet>
#include <QTimer>

#include <functional>
#include <memory>

namespace signalbox::console {

class DemoDesk;

/// The practice mode: a desk in this process with a scripted day. Guests come, ask, wait and go; the AI answers and
/// hands over; colleagues take dialogs, type and go to lunch; parts of the system fail and recover. Every call of the
/// console works as with a server.
///
/// Deterministic: the same seed and the same calls at the same times give the same day, to the byte. The clock is its
/// own: it runs with real time (setSpeed()), or stands and is turned by advance() in tests.
class DemoBackend final : public Backend
{
    Q_OBJECT
public:
    static constexpr qint64 kMorningMs = 1'795'942'800'000; ///< the day's begin: 2026-11-29 09:00 UTC

    explicit DemoBackend(quint32 seed, QObject* parent = nullptr);
    ~DemoBackend() override;

    qint64 nowMs() const;
    /// Times faster than real; 0 stops the clock. 1 by default.
    void setSpeed(double speed);
    /// Turns the clock on, with everything that happens meanwhile, in order.
    void advance(qint64 ms);
    /// How long a call takes by the real clock; 30 ms by default, 0: the next turn of the loop.
    void setCallDelay(int ms);
    /// Unplugs the network, or plugs it in again: the stream ends, calls fail as with a dead server.
    void setConnected(bool connected);
    /// The next take loses against a colleague.
    void loseNextTake();
    DemoDesk& desk() { return *m_desk; }

    quint64 call(Call call, QObject* context, CallHandler handler) override;
    void cancel(quint64 number) override;
    void openStream(const QString& since) override;
    void closeStream() override;
    void setChannels(const QStringList& channels) override;
    QString transportName() const override { return QStringLiteral("demo"); }
    void ping() override;
    void setAccessToken(const QString&) override {}

private:
    void tick();
    void flushEvents();
    void opened(const QString& since);
    bool isHeard(const QString& channel) const;
    CallResult answer(const Call& call);

    std::unique_ptr<DemoDesk> m_desk;
    QTimer m_tick;
    QElapsedTimer m_real;
    QSet<quint64> m_calls;
    QStringList m_channels;
    quint64 m_lastNumber = 0;
    quint64 m_sent = 0; ///< events of the desk's log that the stream has given
    quint64 m_turn = 0; ///< of opening the stream
    double m_speed = 1;
    int m_delayMs = 30;
    bool m_isOpen = false;
    bool m_isConnected = true;
};

} // namespace signalbox::console
