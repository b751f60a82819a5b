// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/desktop/reminder.h"

#include "console/models/dialoglistmodel.h"
#include "console/store/store.h"

namespace signalbox::console {

Reminder::Reminder(const Store& store, const Settings& settings, QObject* parent)
    : QObject(parent)
    , m_store(store)
    , m_settings(settings)
{
    connect(&store, &Store::reset, this, &Reminder::lookAtAll);
    connect(&store, &Store::dialogAdded, this, [this](int row) { lookAt(m_store.dialogAt(row)); });
    connect(&store, &Store::dialogChanged, this, [this](int row) { lookAt(m_store.dialogAt(row)); });
    connect(&store, &Store::dialogAboutToBeRemoved, this, [this](int row) { leave(m_store.dialogAt(row).id); });
    connect(&store, &Store::messageArrived, this, &Reminder::messageArrived);
    connect(&store, &Store::ownerChanged, this,
            [this](qint64 dialogId, const QString&, const QString& now) { ownerChanged(dialogId, now); });
    connect(&m_repeat, &QTimer::timeout, this, &Reminder::repeat);
}

bool Reminder::isQuiet() const
{
    const Presence presence = m_store.me().wanted;
    return presence == Presence::Dnd || presence == Presence::Offline;
}

void Reminder::lookAtAll()
{
    const QSet<qint64> before = m_waiting;
    for (const qint64 dialogId : before) {
        if (!m_store.dialog(dialogId))
            leave(dialogId);
    }
    m_isLoading = true;
    for (int row = 0; row < m_store.dialogCount(); ++row)
        lookAt(m_store.dialogAt(row));
    m_isLoading = false;
    if (!m_waiting.isEmpty() && !(m_waiting - before).isEmpty())
        begin();
}

void Reminder::lookAt(const Dialog& dialog)
{
    const bool waits = dialog.status == DialogStatus::Queued && m_store.mayTake(dialog);
    if (!waits)
        return leave(dialog.id);
    if (m_waiting.contains(dialog.id))
        return;
    m_waiting.insert(dialog.id);
    if (m_isLoading)
        return;
    begin();
    announce(dialog.id);
}

void Reminder::leave(qint64 dialogId)
{
    if (!m_waiting.remove(dialogId))
        return;
    emit pointless(dialogId);
    if (m_waiting.isEmpty())
        m_repeat.stop();
}

void Reminder::begin()
{
    if (!isQuiet() && m_settings.soundOnWaiting)
        emit waitingSounds();
    if (m_settings.repeatSeconds > 0)
        m_repeat.start(m_settings.repeatSeconds * 1000);
}

void Reminder::repeat()
{
    if (m_waiting.isEmpty())
        m_repeat.stop();
    else if (!isQuiet() && m_settings.soundOnWaiting)
        emit waitingSounds();
}

void Reminder::announce(qint64 dialogId)
{
    const Dialog* dialog = m_store.dialog(dialogId);
    if (!dialog || isQuiet() || !m_settings.notifications || dialogId == m_inFront)
        return;
    Notice notice;
    notice.dialogId = dialogId;
    notice.title = tr("%1 is waiting").arg(guestTitle(*dialog));
    notice.text = dialog->handoff && !dialog->handoff->reason.isEmpty() ? dialog->handoff->reason : dialog->lastText;
    notice.urgent = true;
    notice.offersTake = true;
    emit noticed(notice);
}

void Reminder::messageArrived(const Message& message)
{
    const Dialog* dialog = m_store.dialog(message.dialogId);
    if (!dialog || message.sender != Sender::Client || !m_store.isMine(*dialog) || isQuiet() ||
        message.dialogId == m_inFront)
        return;
    if (m_settings.soundOnMessage)
        emit messageSounds();
    if (m_settings.notifications)
        emit noticed({message.dialogId, guestTitle(*dialog), message.text.left(200), false, false});
}

void Reminder::ownerChanged(qint64 dialogId, const QString& now)
{
    const Dialog* dialog = m_store.dialog(dialogId);
    if (now.isEmpty() || now != m_store.me().id || !dialog || isQuiet() || dialogId == m_inFront)
        return;
    if (m_settings.soundOnAssigned)
        emit messageSounds();
}

} // namespace signalbox::console
