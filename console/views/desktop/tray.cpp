// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/desktop/tray.h"

#include "console/views/look/icons.h"
#include "console/views/look/look.h"
#include "console/views/paint/marks.h"

#include <QPainter>
#include <QTimer>

namespace signalbox::console {

namespace {

constexpr int kLookMs = 10000;
constexpr int kPictureSide = 64;

} // namespace

Tray::Tray(const Look& look, QObject* parent)
    : QObject(parent)
    , m_look(look)
    , m_watch(new QTimer(this))
{
    m_icon.setContextMenu(&m_menu);
    connect(&m_icon, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason != QSystemTrayIcon::Context)
            emit openPressed();
    });
    connect(&m_icon, &QSystemTrayIcon::messageClicked, this, &Tray::balloonPressed);
    connect(m_watch, &QTimer::timeout, this, &Tray::seek);
    m_watch->start(kLookMs);
    retranslate();
    seek();
}

void Tray::seek()
{
    if (isThere() || !QSystemTrayIcon::isSystemTrayAvailable())
        return;
    m_icon.setIcon(picture());
    m_icon.show();
}

void Tray::setState(int waiting, Presence presence, bool connected)
{
    if (waiting == m_waiting && presence == m_presence && connected == m_connected)
        return;
    m_waiting = waiting;
    m_presence = presence;
    m_connected = connected;
    m_icon.setIcon(picture());
    m_icon.setToolTip(connected ? tr("Signalbox: %n waiting", nullptr, waiting) : tr("Signalbox: not connected"));
}

QIcon Tray::picture() const
{
    QPixmap pixmap(kPictureSide, kPictureSide);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    if (!m_connected)
        painter.setOpacity(0.45);
    painter.drawPixmap(0, 0, appIcon().pixmap(QSize(kPictureSide, kPictureSide)));
    painter.setOpacity(1);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& colors = m_look.colors();
    if (m_waiting > 0) {
        QFont font = m_look.font(0, QFont::DemiBold);
        font.setPixelSize(28);
        painter.setFont(font);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colors.bad);
        const QRectF disc(26, 26, 38, 38);
        painter.drawEllipse(disc);
        painter.setPen(colors.onBad);
        painter.drawText(disc, Qt::AlignCenter, m_waiting > 9 ? QStringLiteral("9+") : QString::number(m_waiting));
    } else {
        paintPresence(painter, QRectF(40, 40, 22, 22), m_presence, colors);
    }
    return QIcon(pixmap);
}

void Tray::showBalloon(const QString& title, const QString& text)
{
    if (isThere())
        m_icon.showMessage(title, text, appIcon(), 10000);
}

void Tray::retranslate()
{
    m_menu.clear();
    connect(m_menu.addAction(tr("Open Signalbox")), &QAction::triggered, this, &Tray::openPressed);
    m_menu.addSeparator();
    const std::pair<QString, Presence> states[] = {
        {tr("Available"), Presence::Online}, {tr("Away"), Presence::Away}, {tr("Do not disturb"), Presence::Dnd}};
    for (const auto& [text, presence] : states) {
        connect(m_menu.addAction(text), &QAction::triggered, this,
                [this, presence = presence] { emit statusPressed(presence); });
    }
    m_menu.addSeparator();
    connect(m_menu.addAction(tr("Quit")), &QAction::triggered, this, &Tray::quitPressed);
}

} // namespace signalbox::console
