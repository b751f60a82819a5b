// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/store/thread.h"

#include <algorithm>

namespace signalbox::console {

namespace {

/// Messages and notes have numbers of their own: time first, then messages before notes, then the number.
auto orderOf(const ThreadItem& item)
{
    if (const auto* message = std::get_if<Message>(&item))
        return std::tuple(message->createdMs, 0, message->id);
    if (const auto* note = std::get_if<Note>(&item))
        return std::tuple(note->createdMs, 1, note->id);
    return std::tuple(std::get<PendingItem>(item).createdMs, 2, qint64{0});
}

bool isSame(const ThreadItem& a, const ThreadItem& b)
{
    return a.index() == b.index() && !std::holds_alternative<PendingItem>(a) && orderOf(a) == orderOf(b);
}

} // namespace

qint64 timeOf(const ThreadItem& item)
{
    return std::get<0>(orderOf(item));
}

Thread::Thread(qint64 dialogId, QObject* parent)
    : QObject(parent)
    , m_dialogId(dialogId)
{
}

qint64 Thread::oldestMessageId() const
{
    for (const ThreadItem& item : m_items) {
        if (const auto* message = std::get_if<Message>(&item))
            return message->id;
    }
    return 0;
}

qint64 Thread::newestMessageId() const
{
    for (auto item = m_items.crbegin(); item != m_items.crend(); ++item) {
        if (const auto* message = std::get_if<Message>(&*item))
            return message->id;
    }
    return 0;
}

void Thread::setNewest(const QList<Message>& messages, bool hasOlder)
{
    emit aboutToReset();
    QList<ThreadItem> items;
    for (const Message& message : messages)
        items.append(message);
    // What the feed brought while the page was under way.
    const qint64 newest = messages.isEmpty() ? 0 : messages.last().id;
    for (const Message& message : liveAfter(newest))
        items.append(message);
    const qint64 from = messages.isEmpty() || !hasOlder ? 0 : messages.first().createdMs;
    for (const Note& note : std::as_const(m_notes)) {
        if (note.createdMs >= from)
            items.append(note);
    }
    std::stable_sort(items.begin(), items.end(),
                     [](const ThreadItem& a, const ThreadItem& b) { return orderOf(a) < orderOf(b); });
    m_items = items + m_items.last(m_pendingCount);
    m_loaded = true;
    m_hasOlder = hasOlder;
    m_hasNewer = false;
    emit reset();
    emit edgesChanged();
    trimOld();
}

QList<Message> Thread::liveAfter(qint64 messageId)
{
    QList<Message> live = std::exchange(m_early, {});
    for (int row = 0; row < settledCount() && !m_hasNewer; ++row) {
        if (const auto* message = std::get_if<Message>(&m_items[row]))
            live.append(*message);
    }
    live.removeIf([messageId](const Message& message) { return message.id <= messageId; });
    return live;
}

void Thread::addOlder(const QList<Message>& messages, bool hasOlder)
{
    for (const Message& message : messages)
        insertSorted(message);
    const qint64 from = messages.isEmpty() || !hasOlder ? 0 : messages.first().createdMs;
    for (const Note& note : std::as_const(m_notes)) {
        if (note.createdMs >= from && m_loaded)
            insertSorted(note);
    }
    setEdges(hasOlder, m_hasNewer);
    trimNew();
}

void Thread::addNewer(const QList<Message>& messages, bool hasNewer)
{
    for (const Message& message : messages)
        insertSorted(message);
    setEdges(m_hasOlder, hasNewer);
    addNotes({});
    trimOld();
}

/// Those within the window are shown, the others wait for their page.
void Thread::addNotes(const QList<Note>& notes)
{
    for (const Note& note : notes) {
        if (std::none_of(m_notes.begin(), m_notes.end(), [&note](const Note& one) { return one.id == note.id; }))
            m_notes.append(note);
    }
    while (m_notes.size() > kMostItems)
        m_notes.removeFirst();
    if (!m_loaded)
        return;
    const qint64 from = m_hasOlder && settledCount() > 0 ? timeOf(m_items.first()) : 0;
    const bool hasEnd = m_hasNewer && settledCount() > 0;
    const qint64 to = hasEnd ? timeOf(m_items[settledCount() - 1]) : std::numeric_limits<qint64>::max();
    const QList<Note> known = m_notes;
    for (const Note& note : known) {
        if (note.createdMs >= from && note.createdMs <= to)
            insertSorted(note);
    }
}

void Thread::add(const Message& message)
{
    if (message.dialogId != m_dialogId)
        return;
    if (!m_loaded) {
        if (m_early.size() < kMostItems)
            m_early.append(message);
        return;
    }
    // Not at the end of the thread: it comes with its page.
    if (m_hasNewer)
        return;
    insertSorted(message);
    trimOld();
}

void Thread::edit(qint64 messageId, const QString& text, qint64 editedMs)
{
    for (int row = 0; row < settledCount(); ++row) {
        auto* message = std::get_if<Message>(&m_items[row]);
        if (!message || message->id != messageId)
            continue;
        message->text = text;
        message->editedMs = editedMs;
        emit changed(row);
        return;
    }
}

void Thread::setPending(const QList<PendingItem>& pending)
{
    const int first = settledCount();
    int same = 0;
    const int most = std::min(m_pendingCount, static_cast<int>(pending.size()));
    while (same < most && std::get<PendingItem>(m_items[first + same]).clientId == pending[same].clientId) {
        if (std::get<PendingItem>(m_items[first + same]) != pending[same]) {
            m_items[first + same] = pending[same];
            emit changed(first + same);
        }
        ++same;
    }
    if (same < m_pendingCount) {
        const int gone = m_pendingCount - same;
        emit aboutToRemove(first + same, count() - 1);
        m_items.remove(first + same, gone);
        m_pendingCount = same;
        emit removed();
    }
    if (same < pending.size()) {
        emit aboutToInsert(count(), count() + static_cast<int>(pending.size()) - same - 1);
        for (qsizetype i = same; i < pending.size(); ++i)
            m_items.append(pending[i]);
        m_pendingCount = static_cast<int>(pending.size());
        emit inserted();
    }
}

void Thread::insertSorted(const ThreadItem& item)
{
    const auto end = m_items.begin() + settledCount();
    auto place = std::lower_bound(m_items.begin(), end, item,
                                  [](const ThreadItem& a, const ThreadItem& b) { return orderOf(a) < orderOf(b); });
    const int row = static_cast<int>(place - m_items.begin());
    if (place != end && isSame(*place, item)) {
        if (*place != item) {
            *place = item;
            emit changed(row);
        }
        return;
    }
    emit aboutToInsert(row, row);
    m_items.insert(row, item);
    emit inserted();
}

void Thread::drop(int first, int count)
{
    emit aboutToRemove(first, first + count - 1);
    m_items.remove(first, count);
    emit removed();
}

void Thread::trimOld()
{
    const int over = settledCount() - kMostItems;
    if (over <= 0)
        return;
    drop(0, over);
    setEdges(true, m_hasNewer);
}

void Thread::trimNew()
{
    const int over = settledCount() - kMostItems;
    if (over <= 0)
        return;
    drop(kMostItems, over);
    setEdges(m_hasOlder, true);
}

void Thread::setEdges(bool hasOlder, bool hasNewer)
{
    if (hasOlder == m_hasOlder && hasNewer == m_hasNewer)
        return;
    m_hasOlder = hasOlder;
    m_hasNewer = hasNewer;
    emit edgesChanged();
}

} // namespace signalbox::console
