// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/outbox.h"

#include "console/client/intentcall.h"
#include "console/store/recordjson.h"

#include <QDateTime>
#include <QUuid>

#include <algorithm>

namespace signalbox::console {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kClockSkewMs = 300'000; ///< between this clock and the server's, when a note is looked for

bool isShown(const Intent& intent)
{
    return intent.kind == IntentKind::Message || intent.kind == IntentKind::Note;
}

} // namespace

Outbox::Outbox(Backend& backend, const QString& folder, QObject* parent)
    : QObject(parent)
    , m_backend(backend)
    , m_journal(folder + u"/outbox.journal")
{
    m_clock.start();
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, &Outbox::pump);
}

Outbox::~Outbox() = default;

Result<void> Outbox::open()
{
    auto intents = m_journal.open();
    if (!intents)
        return intents.error();
    m_intents = std::move(intents).value();
    m_journal.compactIfLarge(m_intents);
    QSet<qint64> dialogs;
    for (const Intent& intent : std::as_const(m_intents))
        dialogs.insert(intent.dialogId);
    for (const qint64 dialogId : std::as_const(dialogs))
        emit changed(dialogId);
    return {};
}

Result<QString> Outbox::add(Intent intent)
{
    if (m_intents.size() >= kMostIntents)
        return Error(ErrorCode::ConnectionLimit, tr("Too many messages wait to be sent."));
    intent.clientId = QUuid::createUuid().toString(QUuid::WithoutBraces);
    intent.delivery = Delivery::Queued;
    if (intent.createdMs == 0)
        intent.createdMs = QDateTime::currentMSecsSinceEpoch();
    if (intent.kind == IntentKind::Message)
        intent.body.insert(u"client_message_id"_s, intent.clientId);
    if (auto kept = m_journal.put(intent); !kept)
        return kept.error();
    m_intents.append(intent);
    m_wantedMs.insert(intent.clientId, m_clock.elapsed());
    emit changed(intent.dialogId);
    pump();
    return intent.clientId;
}

void Outbox::retry(const QString& clientId)
{
    Intent* intent = findMutable(clientId);
    if (!intent || intent->delivery != Delivery::Failed)
        return;
    intent->delivery = Delivery::Queued;
    intent->error.clear();
    intent->errorCode.clear();
    intent->body.remove("fencing"_L1); // of a claim that has ended; whoever presses Retry means the present one
    (void)m_journal.put(*intent);
    m_wantedMs.insert(clientId, m_clock.elapsed());
    emit changed(intent->dialogId);
    pump();
}

void Outbox::remove(const QString& clientId)
{
    const Intent* intent = find(clientId);
    if (!intent)
        return;
    const qint64 dialogId = intent->dialogId;
    drop(clientId);
    emit changed(dialogId);
    pump();
}

void Outbox::setLive(bool live)
{
    m_live = live;
    m_backoff.reset();
    m_again.stop();
    pump();
}

void Outbox::hold(qint64 dialogId, bool held)
{
    if (held)
        m_held.insert(dialogId);
    else
        m_held.remove(dialogId);
    pump();
}

void Outbox::confirm(qint64 dialogId, const QString& clientMessageId)
{
    const Intent* intent = clientMessageId.isEmpty() ? nullptr : find(clientMessageId);
    if (!intent || intent->dialogId != dialogId)
        return;
    succeed(clientMessageId, {});
    endTurn(dialogId, clientMessageId);
    pump();
}

int Outbox::failed() const
{
    return static_cast<int>(std::count_if(m_intents.begin(), m_intents.end(),
                                          [](const Intent& intent) { return intent.delivery == Delivery::Failed; }));
}

QList<Intent> Outbox::of(qint64 dialogId) const
{
    QList<Intent> list;
    std::copy_if(m_intents.begin(), m_intents.end(), std::back_inserter(list),
                 [dialogId](const Intent& intent) { return intent.dialogId == dialogId; });
    return list;
}

QList<PendingItem> Outbox::pendingOf(qint64 dialogId) const
{
    QList<PendingItem> list;
    for (const Intent& intent : m_intents) {
        if (intent.dialogId == dialogId && isShown(intent))
            list.append({intent.clientId, intent.kind == IntentKind::Note, intent.body.value("text"_L1).toString(),
                         intent.body.value("attachments"_L1).toArray(), intent.createdMs, intent.delivery, intent.error,
                         intent.errorCode});
    }
    return list;
}

const Intent* Outbox::find(const QString& clientId) const
{
    const auto found = std::find_if(m_intents.begin(), m_intents.end(),
                                    [&clientId](const Intent& intent) { return intent.clientId == clientId; });
    return found == m_intents.end() ? nullptr : &*found;
}

Intent* Outbox::findMutable(const QString& clientId)
{
    for (Intent& intent : m_intents) {
        if (intent.clientId == clientId)
            return &intent;
    }
    return nullptr;
}

/// The first of each dialog may go, unless it has failed or is under way.
void Outbox::pump()
{
    if (!m_live || m_again.isActive())
        return;
    QSet<qint64> passed;
    QStringList ready;
    for (const Intent& intent : std::as_const(m_intents)) {
        if (passed.contains(intent.dialogId))
            continue;
        passed.insert(intent.dialogId);
        const bool mayGo = intent.delivery == Delivery::Queued && !m_busy.contains(intent.dialogId) &&
                           !m_held.contains(intent.dialogId);
        if (mayGo && m_busy.size() + ready.size() < kMostAtOnce)
            ready.append(intent.clientId);
    }
    for (const QString& clientId : std::as_const(ready)) {
        if (Intent* intent = findMutable(clientId))
            begin(*intent);
    }
}

void Outbox::begin(Intent& intent)
{
    m_busy.insert(intent.dialogId, intent.clientId);
    const bool mustLook = intent.kind == IntentKind::Note && intent.wasSent;
    intent.delivery = Delivery::Sending;
    ++intent.attempts;
    if (mustLook) {
        look(intent);
    } else {
        // A message is known by its id however often it comes; of the others the disk must know that they may have.
        if (!std::exchange(intent.wasSent, true) && intent.kind != IntentKind::Message)
            (void)m_journal.put(intent);
        request(intent);
    }
    emit changed(intent.dialogId);
}

void Outbox::request(const Intent& intent)
{
    m_backend.call(callOf(intent), this,
                   [this, dialogId = intent.dialogId, id = intent.clientId](const CallResult& result) {
                       answered(dialogId, id, result);
                   });
}

/// Is the note there already?
void Outbox::look(const Intent& intent)
{
    Call call;
    call.path = u"/api/dialogs/%1/notes"_s.arg(intent.dialogId);
    call.query.addQueryItem(u"limit"_s, u"100"_s);
    m_backend.call(std::move(call), this,
                   [this, id = intent.clientId](const CallResult& result) { lookedFor(id, result); });
}

void Outbox::lookedFor(const QString& clientId, const CallResult& result)
{
    const Intent* intent = find(clientId);
    const auto* answer = std::get_if<Answer>(&result);
    if (!intent)
        return;
    if (!answer) {
        answered(intent->dialogId, clientId, result);
        return;
    }
    const QJsonArray notes = answer->body.value("items"_L1).toArray();
    for (const QJsonValue item : notes) {
        const Note note = noteOf(item.toObject());
        if (note.authorId != m_author || note.text != intent->body.value("text"_L1).toString() ||
            note.createdMs < intent->createdMs - kClockSkewMs)
            continue;
        answered(intent->dialogId, clientId, Answer{200, item.toObject()});
        return;
    }
    request(*intent);
}

void Outbox::answered(qint64 dialogId, const QString& clientId, const CallResult& result)
{
    endTurn(dialogId, clientId);
    Intent* intent = findMutable(clientId);
    const auto* answer = std::get_if<Answer>(&result);
    if (intent && answer) {
        m_backoff.reset();
        succeed(clientId, answer->body);
    } else if (intent) {
        const auto& error = std::get<CallError>(result);
        if (error.isPassing())
            failPassing(*intent, error);
        else if (intent->attempts > 1 && meansDone(*intent, error))
            succeed(clientId, {});
        else
            failForGood(*intent, error);
    }
    pump();
}

void Outbox::endTurn(qint64 dialogId, const QString& clientId)
{
    if (m_busy.value(dialogId) == clientId)
        m_busy.remove(dialogId);
}

void Outbox::succeed(const QString& clientId, const QJsonObject& body)
{
    const Intent intent = *find(clientId);
    const qint64 wantedMs = m_wantedMs.value(clientId, -1);
    const int latencyMs = wantedMs < 0 ? -1 : static_cast<int>(m_clock.elapsed() - wantedMs);
    drop(clientId);
    emit sent(intent, body, latencyMs);
    emit changed(intent.dialogId);
}

void Outbox::failPassing(Intent& intent, const CallError& error)
{
    intent.delivery = Delivery::Queued;
    m_again.start(std::max(m_backoff.nextDelayMs(), error.retryAfterMs));
    emit changed(intent.dialogId);
}

void Outbox::failForGood(Intent& intent, const CallError& error)
{
    intent.delivery = Delivery::Failed;
    intent.error = error.error.text();
    intent.errorCode = QString::fromLatin1(error.error.name());
    (void)m_journal.put(intent);
    const Intent copy = intent;
    emit changed(copy.dialogId);
    emit refused(copy, error);
}

void Outbox::drop(const QString& clientId)
{
    (void)m_journal.remove(clientId);
    m_wantedMs.remove(clientId);
    m_intents.removeIf([&clientId](const Intent& intent) { return intent.clientId == clientId; });
    m_journal.compactIfLarge(m_intents);
}

} // namespace signalbox::console
