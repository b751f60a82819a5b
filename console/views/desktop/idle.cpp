// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/desktop/idle.h"

#include <QEvent>

#ifdef Q_OS_WIN
#include <windows.h>
#endif

namespace signalbox::console {

Idle::Idle(QObject* parent)
    : QObject(parent)
{
    m_sinceInput.start();
    connect(&m_look, &QTimer::timeout, this, &Idle::look);
    m_look.start(10000);
}

void Idle::setMinutes(int minutes)
{
    m_limitMs = minutes * 60000LL;
}

bool Idle::eventFilter(QObject*, QEvent* event)
{
    switch (event->type()) {
    case QEvent::KeyPress:
    case QEvent::MouseButtonPress:
    case QEvent::MouseMove:
    case QEvent::Wheel:
        m_sinceInput.start();
        if (m_isIdle) {
            m_isIdle = false;
            emit returned();
        }
        break;
    default:
        break;
    }
    return false;
}

qint64 Idle::idleMs() const
{
#ifdef Q_OS_WIN
    LASTINPUTINFO input{};
    input.cbSize = sizeof(input);
    if (::GetLastInputInfo(&input))
        return static_cast<qint64>(::GetTickCount() - input.dwTime);
#endif
    return m_sinceInput.elapsed();
}

void Idle::look()
{
    if (m_limitMs == 0 || m_isIdle || idleMs() < m_limitMs)
        return;
    m_isIdle = true;
    emit idled();
}

} // namespace signalbox::console
