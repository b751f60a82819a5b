// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/records.h"

#include <QMenu>
#include <QSystemTrayIcon>

namespace signalbox::console {

class Look;

/// The icon among those of the desktop: how many wait, and one's own status. Where the desktop has no tray it is not
/// there, and the window must not be hidden; a tray that appears later is noticed.
class Tray : public QObject
{
    Q_OBJECT
public:
    explicit Tray(const Look& look, QObject* parent = nullptr);

    bool isThere() const { return m_icon.isVisible(); }
    void setState(int waiting, Presence presence, bool connected);
    void showBalloon(const QString& title, const QString& text);
    void retranslate();

signals:
    void openPressed();
    void statusPressed(signalbox::console::Presence presence);
    void quitPressed();
    void balloonPressed();

private:
    void seek();
    QIcon picture() const;

    const Look& m_look;
    QSystemTrayIcon m_icon;
    QMenu m_menu;
    QTimer* m_watch;
    int m_waiting = 0;
    Presence m_presence = Presence::Offline;
    bool m_connected = false;
};

} // namespace signalbox::console
