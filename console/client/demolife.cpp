// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/demodesk.h"

#include "console/client/demorecord.h"
#include "console/client/demoscript.h"
#include "console/store/recordjson.h"

#include <algorithm>

namespace signalbox::console {

using namespace Qt::StringLiterals;

// The script: who does what when.

namespace {

constexpr qint64 kSecond = 1000;
constexpr qint64 kMinute = 60 * kSecond;
constexpr qint64 kDayMs = 9 * 60 * kMinute;
constexpr size_t kMostPlanned = 10'000;

Message words(Sender sender, const QString& text, const QString& id = {}, const QString& name = {})
{
    Message message;
    message.sender = sender;
    message.text = text;
    message.senderId = id;
    message.senderName = name;
    return message;
}

} // namespace

void DemoDesk::at(qint64 ms, std::function<void()> what)
{
    if (m_plan.size() < kMostPlanned)
        m_plan.emplace(ms, std::move(what));
}

void DemoDesk::advanceTo(qint64 ms)
{
    while (!m_plan.empty() && m_plan.begin()->first <= ms) {
        const auto next = m_plan.begin();
        m_nowMs = std::max(m_nowMs, next->first);
        const std::function<void()> what = std::move(next->second);
        m_plan.erase(next);
        if (m_alive)
            what();
    }
    m_nowMs = std::max(m_nowMs, ms);
}

/// Before the console comes: enough that its lists are full. After: a guest every half minute or so.
void DemoDesk::planDay()
{
    const qint64 begin = m_nowMs;
    const size_t talks = demoTalks().size();
    constexpr int kPastTalks = 36;
    for (int i = 0; i < kPastTalks; ++i)
        planTalk(begin + kHistoryMs - (kPastTalks - i) * 75 * kSecond, static_cast<size_t>(i) % talks, true);
    for (int i = 0; i < 4; ++i)
        at(begin + kHistoryMs - (9 - 2 * i) * kMinute, [this] { meTakes(); });
    for (qint64 ms = begin + kHistoryMs + 20 * kSecond; ms < begin + kHistoryMs + kDayMs;
         ms += between(20, 60) * kSecond)
        planTalk(ms, static_cast<size_t>(between(0, static_cast<int>(talks) - 1)), false);
    for (qint64 ms = begin + 2 * kMinute; ms < begin + kHistoryMs + kDayMs; ms += 12 * kSecond)
        at(ms, [this] { colleaguesLook(); });
    at(begin + 50 * kMinute, [this] {
        person(u"3"_s)->presence = Presence::Away;
        tellPresence(u"3"_s);
    });
    at(begin + kHistoryMs + 12 * kMinute, [this] {
        person(u"3"_s)->presence = Presence::Online;
        tellPresence(u"3"_s);
    });
    planAlerts();
}

void DemoDesk::planTalk(qint64 ms, size_t talk, bool isPast)
{
    at(ms, [this, talk, isPast] {
        const DemoTalk& script = demoTalks()[talk];
        const qint64 id = openDialog(script.guest, script.tags);
        find(id)->talk = talk;
        planOpening(id, talk, m_nowMs, (isPast ? between(8, 20) : between(5, 12)) * kSecond);
    });
}

void DemoDesk::planOpening(qint64 dialogId, size_t talk, qint64 startMs, qint64 stepMs)
{
    const DemoTalk& script = demoTalks()[talk];
    qint64 when = startMs;
    for (qsizetype i = 0; i < script.opening.size(); ++i) {
        const bool isGuest = i % 2 == 0;
        at(when, [this, dialogId, isGuest, text = script.opening[i]] {
            Record* record = find(dialogId);
            if (isGuest)
                guestWrites(dialogId, text);
            else if (record && record->dialog.status == DialogStatus::Ai)
                say(*record, words(Sender::Ai, text, {}, u"AI"_s));
        });
        when += stepMs;
    }
    if (!script.reason.isEmpty())
        at(when, [this, dialogId, talk] { requestHandoff(dialogId, talk); });
    else
        at(when + between(5, 15) * kMinute, [this, dialogId] {
            Record* record = find(dialogId);
            if (record && record->dialog.status == DialogStatus::Ai)
                setStatus(*record, DialogStatus::Closed);
        });
}

qint64 DemoDesk::beginTalk(size_t talk)
{
    const DemoTalk& script = demoTalks()[talk % demoTalks().size()];
    const qint64 id = openDialog(script.guest, script.tags);
    Record& record = *find(id);
    record.talk = talk % demoTalks().size();
    for (qsizetype i = 0; i < script.opening.size(); ++i)
        say(record, i % 2 == 0 ? words(Sender::Client, script.opening[i], {}, script.guest)
                               : words(Sender::Ai, script.opening[i], {}, u"AI"_s));
    return id;
}

void DemoDesk::requestHandoff(qint64 dialogId, size_t talk)
{
    Record* record = find(dialogId);
    if (!record || record->dialog.status != DialogStatus::Ai)
        return;
    const DemoTalk& script = demoTalks()[talk % demoTalks().size()];
    Handoff handoff;
    handoff.id = ++m_lastHandoff;
    handoff.priority = script.priority;
    handoff.reason = script.reason;
    handoff.metadata = {{u"summary"_s, script.summary},
                        {u"tried"_s, QJsonArray::fromStringList(script.tried)},
                        {u"confidence"_s, 0.42}};
    handoff.requestedBy = u"ai"_s;
    handoff.requestedMs = handoff.queuedMs = m_nowMs;
    setStatus(*record, DialogStatus::Queued);
    record->dialog.handoff = handoff;
    publish(u"handoff.requested"_s, dialogId,
            {{u"dialog_id"_s, dialogId},
             {u"reason"_s, handoff.reason},
             {u"priority"_s, handoff.priority},
             {u"timestamp"_s, isoOf(m_nowMs)}});
    tellQueue(1);
}

void DemoDesk::guestWrites(qint64 dialogId, const QString& text)
{
    Record* record = find(dialogId);
    if (!record)
        return;
    if (record->dialog.status == DialogStatus::Closed)
        setStatus(*record, DialogStatus::Ai);
    typing(*record, false, Sender::Client, record->dialog.guestName);
    say(*record, words(Sender::Client, text, {}, record->dialog.guestName));
}

void DemoDesk::colleagueTakes(qint64 dialogId, const QString& operatorId)
{
    Record* record = find(dialogId);
    Operator* who = person(operatorId);
    if (!record || !who || record->dialog.status == DialogStatus::Operator ||
        record->dialog.status == DialogStatus::Closed)
        return;
    claim(*record, *who);
    planColleague(dialogId, operatorId);
}

/// Colleagues take what has waited for a while: a practising operator is to have something left.
void DemoDesk::colleaguesLook()
{
    constexpr qint64 kPatienceMs = 8 * kMinute;
    for (auto& [id, record] : m_records) {
        const bool isForAnybody = record.dialog.status == DialogStatus::Queued && record.dialog.handoff &&
                                  record.dialog.handoff->reservedFor.isEmpty();
        if (!isForAnybody || m_nowMs - record.dialog.waitingSinceMs < kPatienceMs)
            continue;
        const QString whose = QString::number(between(2, static_cast<int>(m_people.size())));
        const Operator* who = person(whose);
        if (who && who->presence == Presence::Online && who->load < who->capacity) {
            colleagueTakes(id, whose);
            return;
        }
    }
}

/// What this console's operator had taken before the console came.
void DemoDesk::meTakes()
{
    for (auto& [id, record] : m_records) {
        if (record.dialog.status != DialogStatus::Queued)
            continue;
        claim(record, m_people.front());
        at(m_nowMs + between(20, 40) * kSecond, [this, dialogId = id] {
            Record* mine = find(dialogId);
            if (!mine || mine->dialog.operatorId != me().id)
                return;
            say(*mine, words(Sender::Operator, demoColleagueWords().first(), me().id, me().name));
            planAnswer(dialogId);
        });
        return;
    }
}

void DemoDesk::planColleague(qint64 dialogId, const QString& operatorId)
{
    qint64 when = m_nowMs;
    const QStringList said = demoColleagueWords();
    for (const QString& text : said) {
        when += between(15, 50) * kSecond;
        at(when, [this, dialogId, operatorId, text] {
            Record* record = find(dialogId);
            if (!record || record->dialog.operatorId != operatorId)
                return;
            say(*record, words(Sender::Operator, text, operatorId, person(operatorId)->name));
            planAnswer(dialogId);
        });
    }
    at(when + between(60, 600) * kSecond, [this, dialogId, operatorId] {
        Record* record = find(dialogId);
        if (record && record->dialog.operatorId == operatorId)
            endHandoff(*record, DialogStatus::Closed, u"handoff.released"_s,
                       {{u"dialog_id"_s, dialogId}, {u"resolution"_s, u"solved"_s}, {u"return_to_ai"_s, false}});
    });
}

/// The guest reads, types and answers an operator with the next of its further words.
void DemoDesk::planAnswer(qint64 dialogId)
{
    const qint64 readMs = m_nowMs + between(2, 5) * kSecond;
    at(readMs, [this, dialogId] {
        Record* record = find(dialogId);
        if (!record || record->messages.empty() || record->dialog.guestRead >= record->messages.back().id)
            return;
        record->dialog.guestRead = record->messages.back().id;
        publish(u"dialog.read.updated"_s, dialogId,
                {{u"dialog_id"_s, dialogId}, {u"reader"_s, u"client"_s}, {u"last_id"_s, record->dialog.guestRead}});
    });
    at(readMs + 2 * kSecond, [this, dialogId] {
        if (Record* record = find(dialogId))
            typing(*record, true, Sender::Client, record->dialog.guestName);
    });
    at(readMs + between(5, 9) * kSecond, [this, dialogId] {
        Record* record = find(dialogId);
        if (!record || record->dialog.status != DialogStatus::Operator)
            return;
        const QStringList& further = demoTalks()[record->talk].further;
        if (record->furtherSaid < further.size())
            guestWrites(dialogId, further[record->furtherSaid++]);
        else
            typing(*record, false, Sender::Client, record->dialog.guestName);
    });
}

void DemoDesk::planAlerts()
{
    const qint64 begin = m_nowMs + kHistoryMs;
    at(begin - 3 * kMinute, [this] { alert(u"redis"_s, u"degraded"_s, u"warning"_s, u"Replica is 12 s behind"_s); });
    for (int i = 0; i < 6; ++i) {
        const qint64 when = begin + (4 + i * 70) * kMinute;
        at(when,
           [this] { alert(u"rabbitmq"_s, u"down"_s, u"critical"_s, u"Connection refused (amqp://queue:5672)"_s); });
        at(when + 3 * kMinute, [this] { alert(u"rabbitmq"_s, u"ok"_s, u"info"_s, u""_s); });
    }
}

} // namespace signalbox::console
