// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as the console's event stream, as its snapshot and events, and as its files.
// links: console_core
#include "console/client/intent.h"
#include "console/client/journalfile.h"
#include "console/client/sseparser.h"
#include "console/store/deskevent.h"
#include "console/store/snapshot.h"
#include "console/store/store.h"

#include <QJsonDocument>

#include <cstdlib>

using namespace signalbox;
using namespace signalbox::console;

namespace {

void require(bool condition)
{
    if (!condition)
        std::abort();
}

/// However a stream is cut, its events are the same.
QList<SseEvent> readStream(const QByteArray& bytes)
{
    SseParser whole;
    const QList<SseEvent> events = whole.feed(bytes);
    SseParser cut;
    QList<SseEvent> pieces;
    for (qsizetype start = 0, length = 1; start < bytes.size(); start += length, length = length % 7 + 1)
        pieces += cut.feed(bytes.mid(start, length));
    require(pieces == events && cut.lastId() == whole.lastId() && cut.retryMs() == whole.retryMs());
    return events;
}

/// The store's picture is consistent after whatever the feed says.
void readEvents(const QByteArray& bytes, const QList<SseEvent>& events)
{
    Store store([] { return qint64{1'700'000'000'000}; });
    if (const auto snapshot = snapshotOf(QJsonDocument::fromJson(bytes.left(bytes.indexOf('\n'))).object()))
        store.load(*snapshot);
    for (const SseEvent& sent : events) {
        if (const auto event = parseDeskEvent(sent.data))
            store.apply(*event);
    }
    store.tick();
    for (int row = 0; row < store.dialogCount(); ++row)
        require(store.dialogAt(row).id > 0 && store.rowOf(store.dialogAt(row).id) == row);
}

/// The whole records at a file's beginning, and nothing behind the first damage.
void readJournal(const QByteArray& bytes)
{
    qsizetype end = 0;
    const QList<QByteArray> records = JournalFile::parse(bytes, &end);
    QByteArray again;
    for (const QByteArray& record : records) {
        again += JournalFile::framed(record);
        const auto intent = intentOf(QJsonDocument::fromJson(record).object());
        require(!intent || !intent->clientId.isEmpty());
    }
    require(end >= 0 && end <= bytes.size() && again == bytes.left(end));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
    readEvents(bytes, readStream(bytes));
    readJournal(bytes);
    return 0;
}
