// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/store/store.h"

#include <algorithm>

namespace signalbox::console {

// The parts of the picture that pass: alerts and typing.

void Store::raise(Alert alert)
{
    const auto known = std::find_if(m_alerts.begin(), m_alerts.end(),
                                    [&alert](const Alert& one) { return one.service == alert.service; });
    if (known != m_alerts.end()) {
        const bool isSame = known->status == alert.status && known->message == alert.message;
        alert.acknowledged = isSame && known->acknowledged;
        m_alerts.erase(known);
    }
    // That a part is well again needs nobody's acknowledgement.
    alert.acknowledged = alert.acknowledged || alert.isOver();
    m_alerts.prepend(alert);
    while (m_alerts.size() > kMostAlerts)
        m_alerts.removeLast();
    emit alertsChanged();
    if (!alert.acknowledged)
        emit alertRaised(alert);
}

void Store::acknowledge(const QString& service)
{
    for (Alert& alert : m_alerts) {
        if (alert.service != service || alert.acknowledged)
            continue;
        alert.acknowledged = true;
        emit alertsChanged();
        return;
    }
}

void Store::startTyping(Typist typist)
{
    const qint64 dialogId = typist.dialogId;
    const auto known = std::find_if(m_typists.begin(), m_typists.end(), [&typist](const Typist& one) {
        return one.dialogId == typist.dialogId && one.sender == typist.sender && one.name == typist.name;
    });
    if (known != m_typists.end()) {
        known->untilMs = typist.untilMs;
        return;
    }
    if (m_typists.size() >= kMostTypists)
        m_typists.removeFirst();
    m_typists.append(std::move(typist));
    emit typingChanged(dialogId);
}

void Store::stopTyping(qint64 dialogId, Sender sender, const QString& name)
{
    const auto gone = m_typists.removeIf([&](const Typist& one) {
        return one.dialogId == dialogId && one.sender == sender && (name.isNull() || one.name == name);
    });
    if (gone > 0)
        emit typingChanged(dialogId);
}

void Store::tick()
{
    const qint64 nowMs = m_clock();
    QSet<qint64> ended;
    m_typists.removeIf([&](const Typist& typist) {
        if (typist.untilMs > nowMs)
            return false;
        ended.insert(typist.dialogId);
        return true;
    });
    for (const qint64 dialogId : std::as_const(ended))
        emit typingChanged(dialogId);
}

} // namespace signalbox::console
