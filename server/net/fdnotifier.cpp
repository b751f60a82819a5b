// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/fdnotifier.h"

#include <QCoreApplication>
#include <QEvent>

namespace signalbox {

FdNotifier::FdNotifier(int fd, Type type, FdListener* listener)
    : QSocketNotifier(fd, type)
    , m_listener(listener)
{
}

void FdNotifier::post()
{
    QCoreApplication::postEvent(this, new QEvent(QEvent::User));
}

// The listener may destroy this object: nothing of it is touched after the call.
bool FdNotifier::event(QEvent* event)
{
    switch (event->type()) {
    case QEvent::SockAct:
    case QEvent::SockClose:
        m_listener->fdReady(type());
        return true;
    case QEvent::User:
        m_listener->fdPosted();
        return true;
    default:
        return QSocketNotifier::event(event);
    }
}

} // namespace signalbox
