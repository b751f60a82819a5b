// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace signalbox::console {

/// Notices that nobody has touched the computer (Windows) or this program for a while. It only says so: going away is
/// the operator's own decision.
class Idle : public QObject
{
    Q_OBJECT
public:
    explicit Idle(QObject* parent = nullptr);

    void setMinutes(int minutes); ///< 0: never
    bool eventFilter(QObject* watched, QEvent* event) override;

signals:
    void idled(); ///< once, until somebody comes back
    void returned();

private:
    void look();
    qint64 idleMs() const;

    QElapsedTimer m_sinceInput;
    QTimer m_look;
    qint64 m_limitMs = 0;
    bool m_isIdle = false;
};

} // namespace signalbox::console
