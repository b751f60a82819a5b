// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/records.h"

#include <QTimer>
#include <QWidget>

class QMenu;

namespace signalbox::console {

class Button;
class Chart;
class HealthSeries;
class Look;
class Text;
class Workspace;

/// The line at the foot of the window: connection, what is not sent yet, the queue as a sparkline, the next deadline,
/// one's own status.
class StatusLine : public QWidget
{
    Q_OBJECT
public:
    StatusLine(const Look& look, Workspace& workspace, const HealthSeries& series, int slaSeconds,
               QWidget* parent = nullptr);

    /// A word that goes by itself after a few seconds.
    void say(const QString& text);
    void setSlaSeconds(int seconds) { m_slaSeconds = seconds; }
    QString connectionText() const;

signals:
    void statusWanted(signalbox::console::Presence presence, qint64 untilMs);
    void connectionPressed();

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void update();
    void updateDeadline();
    void fillStatusMenu();
    void addDnd(QMenu& menu, const QString& text, qint64 seconds);

    const Look& m_look;
    Workspace& m_workspace;
    int m_slaSeconds;
    Button* m_connection;
    Text* m_unsent;
    Text* m_word;
    Text* m_deadline;
    Text* m_queue;
    Chart* m_spark;
    Button* m_status;
    QMenu* m_statusMenu;
    QTimer m_second;
    QTimer m_wordEnd;
};

/// The dot's picture for a menu.
QIcon presenceIcon(Presence presence, const Look& look);

} // namespace signalbox::console
