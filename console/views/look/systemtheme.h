// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace signalbox::console {

/// What the desktop asks programs to look like: org.freedesktop.portal.Settings where there is a session bus, the
/// registry on Windows, else light. QStyleHints::colorScheme() is there from Qt 6.5 on only.
class SystemTheme : public QObject
{
    Q_OBJECT
public:
    explicit SystemTheme(QObject* parent = nullptr);

    bool dark() const { return m_dark; }
    bool highContrast() const { return m_highContrast; }

signals:
    void changed();

private:
    Q_SLOT void settingChanged(const QString& space, const QString& key); // from the bus, by name
    void read();
    void askPortal(const QString& key);
    void portalSaid(const QString& key, uint value);

    bool m_dark = false;
    bool m_highContrast = false;
};

} // namespace signalbox::console
