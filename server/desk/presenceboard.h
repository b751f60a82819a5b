// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "desk/records.h"

#include <QHash>

#include <functional>
#include <vector>

namespace signalbox {

/// Who of the operators is there, of their live connections. Several consoles of one operator count as one.
///
/// Offline: the last connection has been gone for offlineMs, or the operator chose it. Away: every connection that
/// answers pings has been silent for silentMs, or chosen. Dnd: chosen, up to its end. Online: everything else.
/// Whoever was not connected since the start is Offline, which is not told. Who is silent here and heard at another
/// server (Others) is not Away.
///
/// Not thread-safe: belongs to the core thread. Holds nothing of operators who are gone.
class PresenceBoard
{
public:
    struct Limits
    {
        qint64 offlineMs = 15'000;
        qint64 silentMs = 9'000;
    };
    struct Change
    {
        QByteArray operatorId;
        OperatorStatus status = OperatorStatus::Offline;
    };

    /// The boards of the other servers.
    struct Others
    {
        std::function<bool(const QByteArray& operatorId)> isHeard;
        /// Something new: a connection that answers pings is well here; there is none any more.
        std::function<void(const QByteArray& operatorId, bool isHeard)> say;
    };

    PresenceBoard(const Clock& clock, Limits limits)
        : m_clock(clock)
        , m_limits(limits)
    {
    }
    void setLimits(Limits limits) { m_limits = limits; }
    /// Before anybody is connected; without it there is one server.
    void setOthers(Others others) { m_others = std::move(others); }

    /// `answersPings`: it is heard at least every silentMs while it is well. One that is never heard (SSE) says
    /// nothing about silence; with only such ones an operator is not silent.
    void connected(const QByteArray& operatorId, quint64 sessionId, bool answersPings);
    void disconnected(quint64 sessionId);
    /// The wall-clock time when something came from the session last (SessionMeta::lastPongMs); 0 is ignored.
    void heard(quint64 sessionId, qint64 atMs);
    /// Kept as long as the operator is on the board: tell again after the first connected().
    void chose(const QByteArray& operatorId, OperatorStatus wanted, qint64 wantedUntilMs);

    /// What others should see differently than by the last call, in no order. To be asked every second, and after
    /// chose().
    std::vector<Change> changes();

    bool isOnBoard(const QByteArray& operatorId) const { return m_people.contains(operatorId); }

private:
    struct Connection
    {
        bool answersPings = false;
        qint64 lastMs = 0;  ///< wall clock, as told
        qint64 heardMs = 0; ///< steady
    };
    struct Person
    {
        QHash<quint64, Connection> connections;
        qint64 goneMs = 0; ///< steady; when the last connection went
        OperatorStatus wanted = OperatorStatus::Online;
        qint64 wantedUntilMs = 0;
        OperatorStatus told = OperatorStatus::Offline;
        bool isHeard = false; ///< as said to the others
    };
    enum class Health { Silent, Heard, Unknown }; ///< Unknown: no connection answers pings

    Health healthOf(const Person& person, qint64 nowMs) const;
    void sayHealth(const QByteArray& operatorId, Person& person, Health health);
    bool isHeardElsewhere(const QByteArray& operatorId) const;
    OperatorStatus withoutConnections(const QByteArray& operatorId, const Person& person, qint64 nowMs) const;
    OperatorStatus connectionsOf(const QByteArray& operatorId, const Person& person, Health health, qint64 nowMs) const;

    const Clock& m_clock;
    Limits m_limits;
    Others m_others;
    QHash<QByteArray, Person> m_people;
    QHash<quint64, QByteArray> m_sessions; ///< session → operator
};

} // namespace signalbox
