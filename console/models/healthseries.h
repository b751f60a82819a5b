// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/series.h"

#include <QObject>
#include <QTimer>

namespace signalbox::console {

class Outbox;
class Session;
class Store;

/// What the charts show, one value per second for an hour: dialogs in the queue, events per second, milliseconds from
/// an event's publication to its being applied here (worst of the second), from Enter to the server's answer, and the
/// way to the server and back.
class HealthSeries : public QObject
{
    Q_OBJECT
public:
    HealthSeries(Store& store, Session& session, Outbox& outbox, QObject* parent = nullptr);

    const Series& queueLength() const { return m_queueLength; }
    const Series& eventRate() const { return m_eventRate; }
    const Series& eventLatency() const { return m_eventLatency; }
    const Series& sendLatency() const { return m_sendLatency; }
    const Series& roundTrip() const { return m_roundTrip; }

signals:
    void changed(); ///< once per second

private:
    void sample();

    Store& m_store;
    Session& m_session;
    Series m_queueLength;
    Series m_eventRate;
    Series m_eventLatency;
    Series m_sendLatency;
    Series m_roundTrip;
    int m_events = 0;
    qint64 m_worstMs = -1;
    QTimer m_second;
};

} // namespace signalbox::console
