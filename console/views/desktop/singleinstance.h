// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLocalServer>
#include <QLockFile>
#include <QObject>

namespace signalbox::console {

/// One console per user and data folder. The second start hands its arguments to the first and ends. The lock decides;
/// the local socket only carries the words, and one that a dead process left behind is removed.
class SingleInstance : public QObject
{
    Q_OBJECT
public:
    static constexpr int kLongestMessage = 4096; ///< bytes; longer ones are dropped

    explicit SingleInstance(const QString& folder, QObject* parent = nullptr);

    /// True: this is the one, and listens. False: another one runs; use send().
    bool claim();
    /// Tells the running one; false when it does not answer within a second.
    bool send(const QString& message) const;

signals:
    void messageReceived(const QString& message);

private:
    void accept();

    QString m_name;
    QLockFile m_lock;
    QLocalServer m_server;
};

} // namespace signalbox::console
