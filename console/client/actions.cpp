// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/actions.h"

#include "console/client/outbox.h"
#include "console/store/recordjson.h"
#include "console/store/store.h"

#include <algorithm>

namespace signalbox::console {

using namespace Qt::StringLiterals;

Actions::Actions(Backend& backend, Store& store, Outbox& outbox, QObject* parent)
    : QObject(parent)
    , m_backend(backend)
    , m_store(store)
    , m_outbox(outbox)
{
    m_clock.start();
    m_typingEnd.setSingleShot(true);
    m_renewal.setSingleShot(true);
    connect(&m_typingEnd, &QTimer::timeout, this, [this] { sayTyping(m_typingIn, false); });
    connect(&m_renewal, &QTimer::timeout, this, &Actions::renewLeases);
    connect(&store, &Store::ownerChanged, this,
            [this](qint64 dialogId, const QString&, const QString& now) { ownerChanged(dialogId, now); });
    connect(&outbox, &Outbox::refused, this, [this](const Intent& intent, const CallError& error) {
        m_store.doubt(intent.dialogId);
        emit failed(intent.dialogId, error.error.text(), error);
    });
}

Actions::~Actions() = default;

void Actions::setLive(bool live)
{
    m_live = live;
    if (!live) {
        m_renewal.stop();
        return;
    }
    renewLeases();
    readNext();
}

Call Actions::callOf(const QByteArray& method, const QString& path, const QJsonObject& body) const
{
    Call call;
    call.method = method;
    call.path = path;
    call.body = body;
    return call;
}

/// The claim's number goes with what ends it, so that it can end no later one.
Intent Actions::intentFor(qint64 dialogId, IntentKind kind, QJsonObject body) const
{
    const Dialog* dialog = m_store.dialog(dialogId);
    const bool endsClaim = kind == IntentKind::Release || kind == IntentKind::Transfer;
    if (endsClaim && dialog && dialog->handoff && dialog->handoff->fencing != 0 && m_store.isMine(*dialog))
        body.insert(u"fencing"_s, static_cast<qint64>(dialog->handoff->fencing));
    Intent intent;
    intent.dialogId = dialogId;
    intent.kind = kind;
    intent.body = std::move(body);
    return intent;
}

quint64 Actions::release(qint64 dialogId, const QString& resolution)
{
    return defer(intentFor(dialogId, IntentKind::Release,
                           resolution.isEmpty() ? QJsonObject() : QJsonObject{{u"resolution"_s, resolution}}));
}

quint64 Actions::returnToQueue(qint64 dialogId, const QString& note)
{
    QJsonObject body{{u"queue"_s, true}};
    if (!note.isEmpty())
        body.insert(u"note"_s, note);
    return defer(intentFor(dialogId, IntentKind::Transfer, body));
}

quint64 Actions::cancel(qint64 dialogId, const QString& reason)
{
    return defer(
        intentFor(dialogId, IntentKind::Cancel, reason.isEmpty() ? QJsonObject() : QJsonObject{{u"reason"_s, reason}}));
}

quint64 Actions::close(qint64 dialogId, const QString& reason)
{
    return defer(
        intentFor(dialogId, IntentKind::Close, reason.isEmpty() ? QJsonObject() : QJsonObject{{u"reason"_s, reason}}));
}

quint64 Actions::transfer(qint64 dialogId, const QString& operatorId, const QString& note)
{
    QJsonObject body{{u"operator_id"_s, operatorId}};
    if (!note.isEmpty())
        body.insert(u"note"_s, note);
    return defer(intentFor(dialogId, IntentKind::Transfer, body));
}

quint64 Actions::defer(Intent intent)
{
    commitOf(intent.dialogId);
    const quint64 id = ++m_lastPending;
    auto* timer = new QTimer(this);
    timer->setSingleShot(true);
    connect(timer, &QTimer::timeout, this, [this, id] { commit(id); });
    timer->start(kUndoMs);
    const qint64 dialogId = intent.dialogId;
    const IntentKind kind = intent.kind;
    m_pending.append({id, std::move(intent), timer});
    emit undoOffered(id, kind, dialogId);
    return id;
}

void Actions::commit(quint64 pendingId)
{
    const auto found = std::find_if(m_pending.begin(), m_pending.end(),
                                    [pendingId](const Pending& one) { return one.id == pendingId; });
    if (found == m_pending.end())
        return;
    const Pending pending = *found;
    m_pending.erase(found);
    pending.timer->deleteLater();
    if (const auto added = m_outbox.add(pending.intent); !added)
        emit failed(pending.intent.dialogId, added.error().text(), CallError{.error = added.error()});
    emit undoEnded(pendingId, false);
}

void Actions::commitOf(qint64 dialogId)
{
    const QList<Pending> pending = m_pending;
    for (const Pending& one : pending) {
        if (one.intent.dialogId == dialogId)
            commit(one.id);
    }
}

void Actions::commitPending()
{
    const QList<Pending> pending = m_pending;
    for (const Pending& one : pending)
        commit(one.id);
}

bool Actions::undo(quint64 pendingId)
{
    const auto found = std::find_if(m_pending.begin(), m_pending.end(),
                                    [pendingId](const Pending& one) { return one.id == pendingId; });
    if (found == m_pending.end())
        return false;
    found->timer->deleteLater();
    m_pending.erase(found);
    emit undoEnded(pendingId, true);
    return true;
}

bool Actions::undoLast()
{
    return !m_pending.isEmpty() && undo(m_pending.last().id);
}

void Actions::undoOf(qint64 dialogId)
{
    const QList<Pending> pending = m_pending;
    for (const Pending& one : pending) {
        if (one.intent.dialogId == dialogId)
            undo(one.id);
    }
}

bool Actions::isPending(qint64 dialogId) const
{
    return std::any_of(m_pending.begin(), m_pending.end(),
                       [dialogId](const Pending& one) { return one.intent.dialogId == dialogId; });
}

void Actions::reopen(qint64 dialogId)
{
    commitOf(dialogId);
    if (const auto added = m_outbox.add(intentFor(dialogId, IntentKind::Reopen, {})); !added)
        emit failed(dialogId, added.error().text(), CallError{.error = added.error()});
}

Result<QString> Actions::post(qint64 dialogId, const QString& text, const QJsonArray& attachments)
{
    undoOf(dialogId);
    sayTyping(dialogId, false);
    QJsonObject body{{u"text"_s, text}};
    if (!attachments.isEmpty())
        body.insert(u"attachments"_s, attachments);
    return m_outbox.add(intentFor(dialogId, IntentKind::Message, body));
}

Result<QString> Actions::addNote(qint64 dialogId, const QString& text)
{
    return m_outbox.add(intentFor(dialogId, IntentKind::Note, {{u"text"_s, text}}));
}

void Actions::edit(qint64 dialogId, qint64 messageId, const QString& text)
{
    Intent intent = intentFor(dialogId, IntentKind::Edit, {{u"text"_s, text}});
    intent.messageId = messageId;
    if (const auto added = m_outbox.add(std::move(intent)); !added)
        emit failed(dialogId, added.error().text(), CallError{.error = added.error()});
}

void Actions::setTags(qint64 dialogId, const QStringList& tags)
{
    const auto added =
        m_outbox.add(intentFor(dialogId, IntentKind::Tags, {{u"tags"_s, QJsonArray::fromStringList(tags)}}));
    if (!added)
        emit failed(dialogId, added.error().text(), CallError{.error = added.error()});
}

} // namespace signalbox::console
