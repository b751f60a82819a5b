// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/desktop/notifier.h"

#include "console/views/desktop/tray.h"

#include <QTimer>

#ifdef SIGNALBOX_HAVE_DBUS
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#endif

namespace signalbox::console {

namespace {

constexpr int kMostShown = 50;

#ifdef SIGNALBOX_HAVE_DBUS
const QString kService = QStringLiteral("org.freedesktop.Notifications");
const QString kPath = QStringLiteral("/org/freedesktop/Notifications");

QDBusMessage busCall(const QString& method)
{
    return QDBusMessage::createMethodCall(kService, kPath, kService, method);
}
#endif

bool busThere()
{
#ifdef SIGNALBOX_HAVE_DBUS
    return QDBusConnection::sessionBus().isConnected();
#else
    return false;
#endif
}

} // namespace

Notifier::Notifier(Tray& tray, QObject* parent)
    : QObject(parent)
    , m_tray(tray)
{
#ifdef SIGNALBOX_HAVE_DBUS
    QDBusConnection bus = QDBusConnection::sessionBus();
    bus.connect(kService, kPath, kService, QStringLiteral("ActionInvoked"), this, SLOT(actionInvoked(uint, QString)));
    bus.connect(kService, kPath, kService, QStringLiteral("NotificationClosed"), this, SLOT(closed(uint)));
#endif
    connect(&m_tray, &Tray::balloonPressed, this, [this] {
        if (m_balloonOf != 0)
            emit openPressed(m_balloonOf);
    });
}

void Notifier::show(const Notice& notice)
{
    if (m_lastShown.isValid() && m_lastShown.elapsed() < kShortestGapMs) {
        m_held = notice;
        if (!m_isHolding) {
            m_isHolding = true;
            QTimer::singleShot(kShortestGapMs - m_lastShown.elapsed(), this, [this] {
                if (m_isHolding)
                    showNow(m_held);
            });
        }
        return;
    }
    showNow(notice);
}

void Notifier::showNow(const Notice& notice)
{
    m_isHolding = false;
    m_lastShown.start();
    if (busThere())
        return showOnBus(notice);
    m_balloonOf = notice.dialogId;
    m_tray.showBalloon(notice.title, notice.text);
}

void Notifier::withdraw(qint64 dialogId)
{
    if (m_isHolding && m_held.dialogId == dialogId)
        m_isHolding = false;
    const uint id = m_shown.take(dialogId);
#ifdef SIGNALBOX_HAVE_DBUS
    if (id != 0)
        QDBusConnection::sessionBus().asyncCall(busCall(QStringLiteral("CloseNotification")) << id);
#else
    Q_UNUSED(id)
#endif
}

#ifdef SIGNALBOX_HAVE_DBUS
void Notifier::showOnBus(const Notice& notice)
{
    QStringList actions{QStringLiteral("default"), tr("Open")};
    if (notice.offersTake)
        actions << QStringLiteral("take") << tr("Take");
    const QVariantMap hints{{QStringLiteral("urgency"), QVariant::fromValue<uchar>(notice.urgent ? 2 : 1)},
                            {QStringLiteral("category"), QStringLiteral("im.received")},
                            {QStringLiteral("suppress-sound"), true},
                            {QStringLiteral("desktop-entry"), QStringLiteral("signalbox-console")}};
    QDBusMessage call = busCall(QStringLiteral("Notify"));
    call << QStringLiteral("Signalbox") << m_shown.value(notice.dialogId, 0U) << QStringLiteral("signalbox-console")
         << notice.title << notice.text.toHtmlEscaped() << actions << hints << (notice.urgent ? 0 : 10000);
    auto* watcher = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this,
            [this, dialogId = notice.dialogId](QDBusPendingCallWatcher* answered) {
                answered->deleteLater();
                const QDBusPendingReply<uint> reply = *answered;
                if (!reply.isError() && (m_shown.size() < kMostShown || m_shown.contains(dialogId)))
                    m_shown.insert(dialogId, reply.value());
            });
}
#else
void Notifier::showOnBus(const Notice&) {}
#endif

void Notifier::actionInvoked(uint id, const QString& action)
{
    const qint64 dialogId = m_shown.key(id, 0);
    if (dialogId == 0)
        return;
    if (action == QLatin1String("take"))
        emit takePressed(dialogId);
    else
        emit openPressed(dialogId);
}

void Notifier::closed(uint id)
{
    m_shown.remove(m_shown.key(id, 0));
}

} // namespace signalbox::console
