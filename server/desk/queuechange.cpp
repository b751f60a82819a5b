// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/queuechange.h"

#include "desk/deskevents.h"
#include "desk/handoffrules.h"

namespace signalbox {

namespace {

constexpr int kWatchedPlaces = 50;

} // namespace

QueuePlace placeInQueue(DeskTransaction& transaction, qint64 dialogId)
{
    const int position = transaction.handoffs().queuePosition(dialogId);
    if (position == 0)
        return {};
    return {position, estimatedWaitSeconds(position, transaction.operators().capacity(),
                                           transaction.handoffs().meanHandlingMs(kMeasuredHandoffs))};
}

QueueChange::QueueChange(DeskTransaction& transaction)
    : m_transaction(transaction)
    , m_before(look())
{
    for (size_t i = 0; i < m_before.dialogs.size(); ++i)
        m_known.insert(m_before.dialogs[i], static_cast<int>(i) + 1);
}

QueueChange::View QueueChange::look()
{
    View view;
    view.total = m_transaction.handoffs().queueLength();
    for (const Handoff& handoff : m_transaction.handoffs().queue(kWatchedPlaces))
        view.dialogs.push_back(handoff.dialogId);
    return view;
}

QueuePlace QueueChange::tell(qint64 dialogId)
{
    const QueuePlace place = placeInQueue(m_transaction, dialogId);
    m_known.insert(dialogId, place.position);
    return place;
}

void QueueChange::publish()
{
    const View now = look();
    if (!m_touched && now.total == m_before.total && now.dialogs == m_before.dialogs)
        return;
    const OperatorStore::Capacity capacity = m_transaction.operators().capacity();
    const auto meanMs = m_transaction.handoffs().meanHandlingMs(kMeasuredHandoffs);
    // What the staff is told is the wait of whoever would come now.
    m_transaction.publish(
        queueUpdated(now.total, now.total - m_before.total, estimatedWaitSeconds(now.total + 1, capacity, meanMs)));
    tellGuests(now, capacity, meanMs);
}

void QueueChange::tellGuests(const View& now, const OperatorStore::Capacity& capacity, std::optional<qint64> meanMs)
{
    for (size_t i = 0; i < now.dialogs.size(); ++i) {
        const qint64 dialogId = now.dialogs[i];
        const int place = static_cast<int>(i) + 1;
        // Who comes into sight from behind the watched places has moved by an unknown number of places.
        const int known = m_known.value(dialogId, place + 1);
        if (known != place)
            m_transaction.publish(
                queuePlace(dialogId, now.total, place, place - known, estimatedWaitSeconds(place, capacity, meanMs)));
    }
}

} // namespace signalbox
