// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/threads.h"

#include "console/client/outbox.h"
#include "console/store/recordjson.h"
#include "console/store/store.h"

namespace signalbox::console {

using namespace Qt::StringLiterals;

namespace {

constexpr int kMostNotes = 500;

QList<Message> messagesOf(const QJsonObject& body)
{
    QList<Message> messages;
    const QJsonArray items = body.value("items"_L1).toArray();
    for (const QJsonValue item : items) {
        if (Message message = messageOf(item.toObject()); message.id != 0)
            messages.append(std::move(message));
    }
    return messages;
}

} // namespace

Threads::Threads(Backend& backend, Store& store, Outbox& outbox, QObject* parent)
    : QObject(parent)
    , m_backend(backend)
    , m_store(store)
    , m_outbox(outbox)
{
    connect(&store, &Store::messageArrived, this, [this](const Message& message) {
        m_outbox.confirm(message.dialogId, message.clientMessageId);
        if (Thread* thread = m_threads.value(message.dialogId))
            thread->add(message);
    });
    connect(&store, &Store::messageEdited, this,
            [this](qint64 dialogId, qint64 messageId, const QString& text, qint64 editedMs) {
                if (Thread* thread = m_threads.value(dialogId))
                    thread->edit(messageId, text, editedMs);
            });
    connect(&store, &Store::noteArrived, this, [this](const Note& note) {
        if (Thread* thread = m_threads.value(note.dialogId))
            thread->addNotes({note});
    });
    connect(&store, &Store::reset, this, &Threads::reload);
    connect(&outbox, &Outbox::sent, this, &Threads::intentSent);
    connect(&outbox, &Outbox::changed, this, &Threads::updatePending);
    updateChannels();
}

Threads::~Threads() = default;

Thread* Threads::open(qint64 dialogId)
{
    Thread* thread = m_threads.value(dialogId);
    m_recent.removeAll(dialogId);
    m_recent.append(dialogId);
    if (thread)
        return thread;
    thread = new Thread(dialogId, this);
    m_threads.insert(dialogId, thread);
    updatePending(dialogId);
    load(dialogId, Page::Newest);
    loadNotes(dialogId, 0, 0);
    makeRoom();
    return thread;
}

void Threads::keep(qint64 dialogId)
{
    if (m_kept == dialogId)
        return;
    m_kept = dialogId;
    updateChannels();
}

void Threads::preload(qint64 dialogId)
{
    if (!m_threads.contains(dialogId))
        open(dialogId);
}

/// `system` for the alerts; the open dialog's own channel for who types there.
void Threads::updateChannels()
{
    QStringList channels{u"system"_s};
    if (m_kept != 0)
        channels.append(u"dialog:%1"_s.arg(m_kept));
    m_backend.setChannels(channels);
}

void Threads::makeRoom()
{
    for (qsizetype i = 0; i < m_recent.size() && m_threads.size() > kMostThreads;) {
        const qint64 dialogId = m_recent[i];
        if (dialogId == m_kept) {
            ++i;
            continue;
        }
        m_recent.removeAt(i);
        m_loading.remove(dialogId);
        if (Thread* thread = m_threads.take(dialogId))
            thread->deleteLater();
    }
}

/// The picture was loaded anew: what threads hold may lack what happened meanwhile.
void Threads::reload()
{
    const QList<qint64> dialogs = m_threads.keys();
    for (const qint64 dialogId : dialogs) {
        if (dialogId == m_kept || m_recent.last() == dialogId) {
            m_loading.remove(dialogId);
            load(dialogId, Page::Newest);
            loadNotes(dialogId, 0, 0);
            continue;
        }
        m_recent.removeAll(dialogId);
        m_loading.remove(dialogId);
        m_threads.take(dialogId)->deleteLater();
    }
}

void Threads::loadNewest(qint64 dialogId)
{
    load(dialogId, Page::Newest);
}

void Threads::loadOlder(qint64 dialogId)
{
    const Thread* thread = m_threads.value(dialogId);
    if (thread && thread->hasOlder())
        load(dialogId, Page::Older);
}

void Threads::loadNewer(qint64 dialogId)
{
    const Thread* thread = m_threads.value(dialogId);
    if (thread && thread->hasNewer())
        load(dialogId, Page::Newer);
}

void Threads::load(qint64 dialogId, Page page)
{
    const Thread* thread = m_threads.value(dialogId);
    if (!thread || m_loading.contains(dialogId))
        return;
    Call call;
    call.path = u"/api/dialogs/%1/messages"_s.arg(dialogId);
    call.query.addQueryItem(u"limit"_s, QString::number(kPage));
    if (page == Page::Older)
        call.query.addQueryItem(u"before"_s, QString::number(thread->oldestMessageId()));
    else if (page == Page::Newer)
        call.query.addQueryItem(u"after"_s, QString::number(thread->newestMessageId()));
    const quint64 turn = ++m_lastTurn;
    m_loading.insert(dialogId, turn);
    emit loading(dialogId, true);
    m_backend.call(std::move(call), this, [this, dialogId, page, turn](const CallResult& result) {
        if (m_loading.value(dialogId) == turn)
            arrived(dialogId, page, result);
    });
}

void Threads::arrived(qint64 dialogId, Page page, const CallResult& result)
{
    m_loading.remove(dialogId);
    emit loading(dialogId, false);
    Thread* thread = m_threads.value(dialogId);
    if (!thread)
        return;
    const auto* answer = std::get_if<Answer>(&result);
    if (!answer) {
        emit loadFailed(dialogId, std::get<CallError>(result).error);
        return;
    }
    const QList<Message> messages = messagesOf(answer->body);
    const bool hasMore = answer->body.value("has_more"_L1).toBool();
    switch (page) {
    case Page::Newest:
        thread->setNewest(messages, hasMore);
        break;
    case Page::Older:
        thread->addOlder(messages, hasMore);
        break;
    case Page::Newer:
        thread->addNewer(messages, hasMore);
        break;
    }
}

void Threads::loadNotes(qint64 dialogId, qint64 before, int soFar)
{
    Call call;
    call.path = u"/api/dialogs/%1/notes"_s.arg(dialogId);
    call.query.addQueryItem(u"limit"_s, u"100"_s);
    if (before != 0)
        call.query.addQueryItem(u"before"_s, QString::number(before));
    m_backend.call(std::move(call), this, [this, dialogId, soFar](const CallResult& result) {
        Thread* thread = m_threads.value(dialogId);
        const auto* answer = std::get_if<Answer>(&result);
        if (!thread || !answer)
            return;
        QList<Note> notes;
        const QJsonArray items = answer->body.value("items"_L1).toArray();
        for (const QJsonValue item : items)
            notes.append(noteOf(item.toObject()));
        thread->addNotes(notes);
        const int total = soFar + static_cast<int>(notes.size());
        if (answer->body.value("has_more"_L1).toBool() && !notes.isEmpty() && total < kMostNotes)
            loadNotes(dialogId, notes.first().id, total);
    });
}

void Threads::updatePending(qint64 dialogId)
{
    if (Thread* thread = m_threads.value(dialogId))
        thread->setPending(m_outbox.pendingOf(dialogId));
}

/// The answer is shown without waiting for the feed.
void Threads::intentSent(const Intent& intent, const QJsonObject& body)
{
    Thread* thread = m_threads.value(intent.dialogId);
    if (!thread || body.isEmpty())
        return;
    updatePending(intent.dialogId);
    if (intent.kind == IntentKind::Message)
        thread->add(messageOf(body));
    else if (intent.kind == IntentKind::Note)
        thread->addNotes({noteOf(body)});
}

} // namespace signalbox::console
