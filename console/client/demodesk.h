// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/backend.h"
#include "console/store/records.h"

#include <QRandomGenerator>

#include <deque>
#include <functional>
#include <map>

namespace signalbox::console {

/// A desk without a server, for the practice mode: keeps dialogs by the server's rules and tells what happens as the
/// server's events. Pure: no event loop, no clock but its own, the same seed gives the same day. The script is in
/// demolife.cpp, the routes in demoroutes.cpp.
class DemoDesk
{
public:
    struct Event
    {
        quint64 number = 0;
        QString channel; ///< beside `staff`, of a dialog's events; else where it goes
        QByteArray json;
    };
    static constexpr size_t kMostEvents = 5000;       ///< kept for resuming
    static constexpr qint64 kHistoryMs = 3600 * 1000; ///< the day has begun an hour before the console comes

    DemoDesk(quint32 seed, qint64 startMs);
    ~DemoDesk();

    qint64 nowMs() const { return m_nowMs; }
    /// Turns the clock, with everything that is planned up to then.
    void advanceTo(qint64 ms);
    /// Happenings by themselves, or only what calls bring.
    void setAlive(bool alive) { m_alive = alive; }

    CallResult call(const Call& call);
    const std::deque<Event>& events() const { return m_events; }
    quint64 lastEvent() const { return m_lastEvent; }
    QString cursor() const { return QStringLiteral("demo:%1").arg(m_lastEvent); }
    bool hasHistoryFrom(quint64 number) const;

    // For tests and screenshots: what could happen by itself, now.
    qint64 beginTalk(size_t talk); ///< a dialog with the whole opening; its id
    void requestHandoff(qint64 dialogId, size_t talk);
    void guestWrites(qint64 dialogId, const QString& text);
    void colleagueTakes(qint64 dialogId, const QString& operatorId);
    void alert(const QString& service, const QString& status, const QString& severity, const QString& message);
    void loseNextTakeTo(const QString& operatorId) { m_loseTo = operatorId; }

private:
    struct Record;

    // demodesk.cpp: the rules.
    Record* find(qint64 id);
    Operator* person(const QString& id);
    const Operator& me() const { return m_people.front(); }
    void publish(const QString& type, qint64 dialogId, const QJsonObject& data, const QString& channel = {});
    qint64 openDialog(const QString& guest, const QStringList& tags);
    Message& say(Record& record, Message message);
    void setStatus(Record& record, DialogStatus status);
    void claim(Record& record, Operator& person);
    void endHandoff(Record& record, DialogStatus next, const QString& event, const QJsonObject& data);
    void backToQueue(Record& record, const QString& reservedFor);
    void tellOperator(Record& record, const QString& type, const QString& operatorId);
    void tellPresence(const QString& operatorId);
    void tellQueue(int change);
    void note(Record& record, const QString& author, const QString& text);
    void typing(Record& record, bool starts, Sender sender, const QString& name);

    // demolife.cpp: the script.
    void at(qint64 ms, std::function<void()> what);
    void planDay();
    void planTalk(qint64 ms, size_t talk, bool isPast);
    void planOpening(qint64 dialogId, size_t talk, qint64 startMs, qint64 stepMs);
    void planColleague(qint64 dialogId, const QString& operatorId);
    void planAnswer(qint64 dialogId);
    void planAlerts();
    void meTakes();
    void colleaguesLook();
    int between(int low, int high) { return static_cast<int>(m_random.bounded(low, high + 1)); }

    // demoroutes.cpp
    CallResult session(const Call& call);
    CallResult dialogs(const Call& call);
    CallResult dialog(const Call& call, const QStringList& parts);
    CallResult messages(const Call& call, Record& record, const QStringList& parts);
    CallResult notes(const Call& call, Record& record);
    CallResult state(const Call& call, Record& record, const QString& verb);
    CallResult handoff(const Call& call, Record& record, const QString& verb);
    CallResult start(Record& record, bool force);
    CallResult transfer(const Call& call, Record& record);
    CallResult operators(const Call& call, const QStringList& parts);
    CallResult canned(const Call& call, const QStringList& parts);
    CallResult connections(const Call& call);
    QJsonObject snapshot() const;
    CallError taken(const Record& record, ErrorCode code);

    qint64 m_nowMs;
    QRandomGenerator m_random;
    std::map<qint64, Record> m_records;
    std::vector<Operator> m_people;
    QList<CannedReply> m_canned;
    std::multimap<qint64, std::function<void()>> m_plan;
    std::deque<Event> m_events;
    QStringList m_closedConnections;
    QString m_loseTo;
    quint64 m_lastEvent = 0;
    qint64 m_lastDialog = 0;
    qint64 m_lastMessage = 0;
    qint64 m_lastNote = 0;
    qint64 m_lastHandoff = 0;
    qint64 m_lastCanned = 0;
    bool m_alive = true;
};

} // namespace signalbox::console
