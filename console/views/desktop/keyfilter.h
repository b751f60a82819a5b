// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

class QKeyEvent;
class QWheelEvent;

namespace signalbox::console {

class Commands;

/// An event filter of the application that makes the command keys work wherever the focus is and whatever the
/// keyboard layout: a key of Ctrl or Alt that arrives as a Cyrillic letter (no Latin layout is configured at all) is
/// sent again as the Latin one of the same place, and an input field does not keep a command's key for itself. The
/// wheel with Ctrl changes the size of text.
class KeyFilter : public QObject
{
    Q_OBJECT
public:
    explicit KeyFilter(const Commands& commands, QObject* parent = nullptr);

    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    bool resent(QObject* watched, const QKeyEvent& event);
    bool zoomed(const QWheelEvent& event);
    bool isReserved(const QKeyEvent& event, const QObject* watched) const;

    const Commands& m_commands;
    bool m_resending = false;
};

} // namespace signalbox::console
