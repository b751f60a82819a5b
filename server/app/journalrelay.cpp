// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/journalrelay.h"

#include "desk/journalmerge.h"

namespace signalbox {

namespace {

constexpr int kAtOnce = 200;
constexpr int kRetryMs = 1000;

/// With the channels outside the journal, for a dialog may be among them.
RedisOutward::Relayed relayedOf(const JournalEvent& from, const QByteArray& epoch)
{
    const std::shared_ptr<Event> event = eventOf(from, epoch);
    for (const QByteArray& channel : from.volatileChannels)
        event->placements.push_back({channel, {}});
    return {from.sequence, event, from.isFromChat ? RedisOutward::Way::StreamOnly : RedisOutward::Way::All};
}

} // namespace

JournalRelay::JournalRelay(StoreThread& reader, RedisLink& commands, RedisOutward& outward, ToCore toCore)
    : m_reader(reader)
    , m_commands(commands)
    , m_outward(outward)
    , m_toCore(std::move(toCore))
{
    m_retry.setSingleShot(true);
    m_retry.callOnTimeout(this, [this] { step(); });
    // What Redis knew may be gone, and somebody else may have led meanwhile.
    connect(&m_commands, &RedisLink::up, this, [this] {
        m_isPlaceKnown = false;
        step();
    });
}

void JournalRelay::setLeading(bool isLeading)
{
    m_isLeading = isLeading;
    m_isPlaceKnown = false;
    step();
}

void JournalRelay::advanced()
{
    m_isBehind = true;
    step();
}

/// One page at a time: read, write, on.
void JournalRelay::step()
{
    if (!m_isLeading || m_isBusy || !m_commands.isUp() || (m_isPlaceKnown && !m_isBehind))
        return;
    m_isBusy = true;
    m_isBehind = false;
    const auto page = std::make_shared<Page>();
    m_reader.postReading(
        [page, since = m_isPlaceKnown ? m_done : std::nullopt](DeskTransaction& transaction) -> Result<void> {
            JournalStore& journal = transaction.journal();
            *page = {journal.logTop(), {}};
            if (!since)
                return {};
            for (const JournalEvent& event : journal.allAfter(since->offset, kAtOnce))
                page->events.push_back(relayedOf(event, page->top.epoch));
            return {};
        },
        [this, page](const Result<void>& outcome) {
            m_toCore([this, page, outcome] {
                if (outcome)
                    send(*page);
                else
                    tryLater();
            });
        });
}

/// Without events it asks for the place.
void JournalRelay::send(const Page& page)
{
    if (m_isPlaceKnown && page.events.empty()) {
        m_isBusy = false;
        step();
        return;
    }
    if (!m_done || m_done->epoch != page.top.epoch)
        m_done = page.top;
    m_outward.relay(*m_done, page.events, [this](const Result<quint64>& last) { sent(last); });
}

void JournalRelay::sent(const Result<quint64>& last)
{
    if (!last) {
        tryLater();
        return;
    }
    m_done->offset = *last;
    m_isBusy = false;
    m_isPlaceKnown = true;
    m_isBehind = true; // until a page is empty
    step();
}

void JournalRelay::tryLater()
{
    m_isBusy = false;
    m_isBehind = true;
    m_retry.start(kRetryMs);
}

} // namespace signalbox
