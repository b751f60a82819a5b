// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/look/systemtheme.h"

#include <QSettings>

#ifdef SIGNALBOX_HAVE_DBUS
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#endif

namespace signalbox::console {

#ifdef SIGNALBOX_HAVE_DBUS

namespace {

const QString kPortal = QStringLiteral("org.freedesktop.portal.Desktop");
const QString kPortalPath = QStringLiteral("/org/freedesktop/portal/desktop");
const QString kPortalInterface = QStringLiteral("org.freedesktop.portal.Settings");
const QString kAppearance = QStringLiteral("org.freedesktop.appearance");

uint unwrapped(QVariant value)
{
    while (value.canConvert<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    return value.toUInt();
}

} // namespace

SystemTheme::SystemTheme(QObject* parent)
    : QObject(parent)
{
    QDBusConnection::sessionBus().connect(kPortal, kPortalPath, kPortalInterface, QStringLiteral("SettingChanged"),
                                          this, SLOT(settingChanged(QString, QString)));
    read();
}

void SystemTheme::read()
{
    if (!QDBusConnection::sessionBus().isConnected())
        return;
    askPortal(QStringLiteral("color-scheme"));
    askPortal(QStringLiteral("contrast"));
}

// Not waited for: a desktop without a portal may take seconds to say so.
void SystemTheme::askPortal(const QString& key)
{
    QDBusMessage call = QDBusMessage::createMethodCall(kPortal, kPortalPath, kPortalInterface, QStringLiteral("Read"));
    call << kAppearance << key;
    auto* watcher = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, key](QDBusPendingCallWatcher* answered) {
        answered->deleteLater();
        const QDBusPendingReply<QVariant> reply = *answered;
        if (!reply.isError())
            portalSaid(key, unwrapped(reply.argumentAt(0)));
    });
}

void SystemTheme::portalSaid(const QString& key, uint value)
{
    bool& kept = key == QLatin1String("contrast") ? m_highContrast : m_dark;
    if (kept == (value == 1))
        return;
    kept = value == 1;
    emit changed();
}

void SystemTheme::settingChanged(const QString& space, const QString&)
{
    if (space == kAppearance)
        read();
}

#else

SystemTheme::SystemTheme(QObject* parent)
    : QObject(parent)
{
    read();
}

void SystemTheme::read()
{
#ifdef Q_OS_WIN
    const QSettings personal(
        QStringLiteral("HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Themes\\Personalize"),
        QSettings::NativeFormat);
    m_dark = personal.value(QStringLiteral("AppsUseLightTheme"), 1).toInt() == 0;
#endif
}

void SystemTheme::askPortal(const QString&) {}
void SystemTheme::portalSaid(const QString&, uint) {}
void SystemTheme::settingChanged(const QString&, const QString&) {}

#endif

} // namespace signalbox::console
