// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QHash>
#include <QObject>

namespace signalbox::console {

class Tray;

/// A notice on the desktop, outside of the window.
struct Notice
{
    qint64 dialogId = 0; ///< a later notice of the same dialog replaces the earlier one
    QString title;
    QString text;
    bool urgent = false;
    bool offersTake = false;
};

/// Shows notices by the desktop's notification service (D-Bus), else as the tray's balloon. At most one each
/// kShortestGapMs, the newest of those held back. What it shows is plain text.
class Notifier : public QObject
{
    Q_OBJECT
public:
    static constexpr int kShortestGapMs = 3000;

    explicit Notifier(Tray& tray, QObject* parent = nullptr);

    void show(const Notice& notice);
    /// It is pointless now: taken, or the guest has left.
    void withdraw(qint64 dialogId);

signals:
    void takePressed(qint64 dialogId);
    void openPressed(qint64 dialogId);

private:
    Q_SLOT void actionInvoked(uint id, const QString& action); // from the bus, by name
    Q_SLOT void closed(uint id);
    void showNow(const Notice& notice);
    void showOnBus(const Notice& notice);

    Tray& m_tray;
    QElapsedTimer m_lastShown;
    Notice m_held;
    bool m_isHolding = false;
    QHash<qint64, uint> m_shown; ///< dialog → the service's number; at most kMostShown
    qint64 m_balloonOf = 0;
};

} // namespace signalbox::console
