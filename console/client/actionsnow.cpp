// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/actions.h"

#include "console/client/outbox.h"
#include "console/store/recordjson.h"
#include "console/store/store.h"

#include <algorithm>

namespace signalbox::console {

using namespace Qt::StringLiterals;

// What makes sense only now, and goes past the outbox: takes, leases, typing, marks, oneself, the admin's work.

namespace {

constexpr qint64 kTypingAgainMs = 4000; ///< the server ends it after 8 s
constexpr int kTypingPauseMs = 5000;
constexpr qint64 kRenewMs = 15'000; ///< at the latest; a third of the lease when that is shorter
constexpr qint64 kRenewSoonestMs = 500;

/// As one segment of a path.
QString encoded(const QString& id)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(id));
}

} // namespace

void Actions::take(qint64 dialogId)
{
    startTake(dialogId, u"start"_s);
}

void Actions::takeOver(qint64 dialogId)
{
    startTake(dialogId, u"take-over"_s);
}

void Actions::startTake(qint64 dialogId, const QString& verb)
{
    const Dialog* dialog = m_store.dialog(dialogId);
    if (!dialog || m_taking.contains(dialogId))
        return;
    const Dialog before = *dialog;
    commitOf(dialogId);
    m_taking.insert(dialogId, m_clock.elapsed());
    m_lostAtMs.remove(dialogId);
    emit takingChanged(dialogId);
    if (!m_live) {
        CallError error;
        error.error = Error(ErrorCode::Unavailable, tr("There is no connection; a take cannot wait."));
        endTake(dialogId);
        emit failed(dialogId, error.error.text(), error);
        return;
    }
    m_outbox.hold(dialogId, true);
    m_store.showTaken(dialogId);
    m_backend.call(callOf("POST", u"/api/dialogs/%1/handoff/%2"_s.arg(dialogId).arg(verb)), this,
                   [this, dialogId, before](const CallResult& result) { takeAnswered(dialogId, result, before); });
}

void Actions::ownerChanged(qint64 dialogId, const QString& now)
{
    if (m_taking.contains(dialogId) && !now.isEmpty() && now != m_store.me().id)
        m_lostAtMs.insert(dialogId, m_clock.elapsed());
    if (now == m_store.me().id && m_live && !m_renewal.isActive())
        m_renewal.start(kRenewSoonestMs);
}

void Actions::endTake(qint64 dialogId)
{
    m_taking.remove(dialogId);
    emit takingChanged(dialogId);
}

void Actions::takeAnswered(qint64 dialogId, const CallResult& result, const Dialog& before)
{
    const qint64 pressedMs = m_taking.value(dialogId);
    endTake(dialogId);
    if (const auto* answer = std::get_if<Answer>(&result)) {
        Dialog dialog = dialogOf(answer->body.value("dialog"_L1).toObject());
        dialog.handoff = handoffOf(answer->body.value("handoff"_L1).toObject());
        const Dialog* known = m_store.dialog(dialogId);
        // The feed may be ahead of the answer; behind it, it changes nothing.
        if (known && dialog.lastMessageId >= known->lastMessageId)
            m_store.refreshDialog(dialog);
        else
            m_store.doubt(dialogId);
        m_renewal.start(kRenewSoonestMs);
        m_outbox.hold(dialogId, false);
        emit taken(dialogId);
        return;
    }
    takeFailed(dialogId, std::get<CallError>(result), before, pressedMs);
    m_outbox.hold(dialogId, false);
}

void Actions::takeFailed(qint64 dialogId, const CallError& error, const Dialog& before, qint64 pressedMs)
{
    const Dialog* now = m_store.dialog(dialogId);
    const bool isStillShown = now && m_store.isMine(*now) && !m_store.isMine(before);
    if (isStillShown)
        m_store.refreshDialog(before);
    m_store.doubt(dialogId);
    if (error.error.code != ErrorCode::HandoffTaken && error.error.code != ErrorCode::NotHolder) {
        m_lostAtMs.remove(dialogId);
        emit failed(dialogId, error.error.text(), error);
        return;
    }
    TakeLost lost{dialogId, error.holderId, error.holderName, -1, error.error};
    // Both ways of the network lie between the other one's claim and our hearing of it, half of it on each side.
    if (const auto at = m_lostAtMs.constFind(dialogId); at != m_lostAtMs.cend())
        lost.earlierMs = std::max<qint64>(0, pressedMs - *at + m_roundTripMs);
    else if (before.handoff && before.operatorId == error.holderId && before.handoff->startedMs != 0)
        lost.earlierMs = std::max<qint64>(0, m_store.now() - before.handoff->startedMs);
    m_lostAtMs.remove(dialogId);
    emit takeLost(lost);
}

/// Own claims are kept alive; how often follows the shortest lease.
void Actions::renewLeases()
{
    if (!m_live)
        return;
    qint64 nextMs = kRenewMs;
    for (int row = 0; row < m_store.dialogCount(); ++row) {
        const Dialog& dialog = m_store.dialogAt(row);
        if (!m_store.isMine(dialog) || !dialog.handoff || dialog.handoff->fencing == 0)
            continue;
        const qint64 dialogId = dialog.id;
        if (dialog.handoff->leaseUntilMs != 0 && dialog.handoff->startedMs != 0)
            nextMs = std::min(nextMs, (dialog.handoff->leaseUntilMs - m_store.now()) / 3);
        const QJsonObject body{{u"fencing"_s, static_cast<qint64>(dialog.handoff->fencing)}};
        m_backend.call(callOf("POST", u"/api/dialogs/%1/handoff/renew"_s.arg(dialogId), body), this,
                       [this, dialogId](const CallResult& result) { renewed(dialogId, result); });
    }
    m_renewal.start(static_cast<int>(std::clamp(nextMs, kRenewSoonestMs, kRenewMs)));
}

void Actions::renewed(qint64 dialogId, const CallResult& result)
{
    if (const auto* error = std::get_if<CallError>(&result)) {
        if (!error->isPassing())
            m_store.doubt(dialogId);
        return;
    }
    const Dialog* dialog = m_store.dialog(dialogId);
    if (!dialog || !dialog->handoff)
        return;
    Dialog fresh = *dialog;
    fresh.handoff->leaseUntilMs = timeOf(std::get<Answer>(result).body.value("lease_until"_L1));
    m_store.refreshDialog(fresh);
}

void Actions::typing(qint64 dialogId, bool isTyping)
{
    if (m_typingIn != 0 && m_typingIn != dialogId)
        sayTyping(m_typingIn, false);
    const bool isSaid =
        m_typingSaidMs.contains(dialogId) && m_clock.elapsed() - m_typingSaidMs.value(dialogId) < kTypingAgainMs;
    if (isTyping) {
        m_typingIn = dialogId;
        m_typingEnd.start(kTypingPauseMs);
    }
    if (!isTyping || !isSaid)
        sayTyping(dialogId, isTyping);
}

void Actions::sayTyping(qint64 dialogId, bool isTyping)
{
    if (isTyping) {
        m_typingSaidMs.insert(dialogId, m_clock.elapsed());
    } else {
        if (m_typingIn == dialogId)
            m_typingIn = 0;
        if (m_typingSaidMs.remove(dialogId) == 0)
            return;
    }
    // Whether it arrives is of no weight: it ends by itself.
    if (m_live)
        m_backend.call(callOf("POST", u"/api/dialogs/%1/typing"_s.arg(dialogId),
                              {{u"state"_s, isTyping ? u"start"_s : u"stop"_s}}),
                       this, [](const CallResult&) {});
}

void Actions::markRead(qint64 dialogId, qint64 lastId)
{
    const Dialog* dialog = m_store.dialog(dialogId);
    if (!dialog || lastId <= dialog->staffRead || lastId <= m_reads.value(dialogId))
        return;
    m_reads.insert(dialogId, lastId);
    readNext();
}

/// One at a time; what a refusal leaves is not tried again, what the connection loses is.
void Actions::readNext()
{
    if (!m_live || m_isReading || m_reads.isEmpty())
        return;
    const qint64 dialogId = m_reads.constBegin().key();
    const qint64 lastId = m_reads.constBegin().value();
    m_isReading = true;
    m_backend.call(callOf("POST", u"/api/dialogs/%1/read"_s.arg(dialogId), {{u"last_id"_s, lastId}}), this,
                   [this, dialogId, lastId](const CallResult& result) {
                       m_isReading = false;
                       const auto* error = std::get_if<CallError>(&result);
                       if (error && error->isPassing()) {
                           QTimer::singleShot(1000, this, &Actions::readNext);
                           return;
                       }
                       if (m_reads.value(dialogId) == lastId)
                           m_reads.remove(dialogId);
                       readNext();
                   });
}

void Actions::whisper(qint64 dialogId, const QString& text, QObject* context, Done done)
{
    m_backend.call(callOf("POST", u"/api/dialogs/%1/whisper"_s.arg(dialogId), {{u"text"_s, text}}), context,
                   std::move(done));
}

void Actions::setStatus(Presence presence, qint64 untilMs)
{
    QJsonObject body{{u"status"_s, nameOf(presence)}};
    if (presence == Presence::Dnd && untilMs != 0)
        body.insert(u"until"_s, isoOf(untilMs));
    m_backend.call(callOf("PUT", u"/api/operators/me/status"_s, body), this, [this](const CallResult& result) {
        if (const auto* answer = std::get_if<Answer>(&result))
            m_store.refreshOperator(operatorOf(answer->body));
        else
            emit failed(0, tr("Your status was not changed: %1").arg(std::get<CallError>(result).error.text()),
                        std::get<CallError>(result));
    });
}

void Actions::saveCanned(const CannedReply& reply, bool shared, QObject* context, Done done)
{
    QJsonObject body{{u"shortcut"_s, reply.shortcut}, {u"title"_s, reply.title}, {u"text"_s, reply.text}};
    body.insert(u"shared"_s, shared);
    const QString path = u"/api/canned-replies"_s;
    const Call call =
        reply.id == 0 ? callOf("POST", path, body) : callOf("PATCH", path + u'/' + QString::number(reply.id), body);
    m_backend.call(call, context, std::move(done));
}

void Actions::deleteCanned(qint64 id, QObject* context, Done done)
{
    m_backend.call(callOf("DELETE", u"/api/canned-replies/%1"_s.arg(id)), context, std::move(done));
}

void Actions::createOperator(const QJsonObject& members, QObject* context, Done done)
{
    m_backend.call(callOf("POST", u"/api/operators"_s, members), context, std::move(done));
}

void Actions::changeOperator(const QString& id, const QJsonObject& members, QObject* context, Done done)
{
    m_backend.call(callOf("PATCH", u"/api/operators/"_s + encoded(id), members), context, std::move(done));
}

void Actions::closeConnection(const QString& clientId, QObject* context, Done done)
{
    m_backend.call(callOf("DELETE", u"/api/v1/connections/"_s + encoded(clientId)), context, std::move(done));
}

void Actions::closeConnectionsOf(const QString& user, QObject* context, Done done)
{
    m_backend.call(callOf("DELETE", u"/api/v1/users/%1/connections"_s.arg(encoded(user))), context, std::move(done));
}

} // namespace signalbox::console
