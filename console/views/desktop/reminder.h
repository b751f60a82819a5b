// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/views/desktop/notifier.h"
#include "console/views/desktop/settings.h"

#include <QObject>
#include <QSet>
#include <QTimer>

namespace signalbox::console {

class Store;
struct Dialog;
struct Message;

/// Decides when the console makes itself heard. A dialog of the queue sounds at once and then each repeatSeconds until
/// somebody takes it or its guest leaves: then at once no more. A new message in one of mine sounds unless its dialog
/// is in front. Nothing while do-not-disturb is on. Only decides: sounding and showing is for who listens.
class Reminder : public QObject
{
    Q_OBJECT
public:
    Reminder(const Store& store, const Settings& settings, QObject* parent = nullptr);

    /// The dialog that the operator looks at now; 0: the window is not in front.
    void setInFront(qint64 dialogId) { m_inFront = dialogId; }
    bool isQuiet() const; ///< do-not-disturb, or offline
    /// How many of the queue it reminds of now.
    int waiting() const { return static_cast<int>(m_waiting.size()); }

signals:
    void waitingSounds();
    void messageSounds();
    void noticed(const signalbox::console::Notice& notice);
    void pointless(qint64 dialogId);

private:
    void lookAtAll();
    void lookAt(const Dialog& dialog);
    void leave(qint64 dialogId);
    void begin();
    void repeat();
    void announce(qint64 dialogId);
    void messageArrived(const Message& message);
    void ownerChanged(qint64 dialogId, const QString& now);

    const Store& m_store;
    const Settings& m_settings;
    QSet<qint64> m_waiting;
    qint64 m_inFront = 0;
    bool m_isLoading = false; ///< what a snapshot brings sounds once, not one by one
    QTimer m_repeat;
};

} // namespace signalbox::console
