// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "contract/brokercontract.h"
#include "core/memorybroker.h"
#include "desk/journalbroker.h"
#include "desk/sqlstore.h"
#include "net/mailbox.h"

#include <QTemporaryDir>

#include <future>

namespace signalbox {

enum class JournalKind { Durable, Memory, Mixed };

/// A server's worth of broker on a database file, without the server.
class JournalHouse
{
public:
    JournalHouse(const QByteArray& url, const Clock& clock, const BrokerWorld::Bounds& bounds)
        : m_clock(clock)
        , m_memory(clock, memoryLimits(bounds))
        , m_store(clock, Store::Access::Write, {}, [url] { return openSqlStore(url, Store::Access::Write); })
        , m_broker(m_memory, m_store, clock, {bounds.eventsPerChannel, bounds.ageMs, bounds.idempotencyMs},
                   [this](std::function<void()> task) { m_mailbox.post(std::move(task)); })
    {
        m_store.setCommitted([this](std::vector<JournalEvent> events) { m_broker.committed(std::move(events)); });
        if (!m_store.start() || !m_broker.start())
            qFatal("The database cannot be opened.");
    }
    ~JournalHouse() { m_store.stop(); }

    JournalBroker& broker() { return m_broker; }
    /// Until everything that was asked of the store is done and delivered.
    void settle()
    {
        for (int round = 0; round < 3; ++round) {
            std::promise<void> done;
            m_store.post([](DeskTransaction&) -> Result<void> { return {}; },
                         [&done](const Result<void>&) { done.set_value(); });
            done.get_future().wait();
            m_mailbox.runBatch();
        }
    }

private:
    static MemoryBroker::Limits memoryLimits(const BrokerWorld::Bounds& bounds)
    {
        MemoryBroker::Limits limits;
        limits.eventsPerChannel = bounds.eventsPerChannel;
        limits.ageMs = bounds.ageMs;
        limits.idempotencyMs = bounds.idempotencyMs;
        return limits;
    }

    const Clock& m_clock;
    Mailbox m_mailbox;
    MemoryBroker m_memory;
    StoreThread m_store;
    JournalBroker m_broker;
};

class JournalWorld final : public BrokerWorld
{
public:
    /// `url`: an empty database; empty: a file of its own.
    JournalWorld(JournalKind kind, const Bounds& bounds, const QByteArray& url = {})
        : m_kind(kind)
        , m_house(url.isEmpty() ? "sqlite:" + m_folder.filePath(QStringLiteral("desk.db")).toUtf8() : url, m_clock,
                  bounds)
    {
    }
    Broker& broker() override { return m_house.broker(); }
    bool advance(qint64 ms) override
    {
        m_clock.advance(ms);
        m_house.settle();
        m_house.broker().expire();
        m_house.settle();
        return true;
    }
    QByteArray channelName(const QByteArray& prefix, const char* name) override
    {
        const bool durable = m_kind == JournalKind::Durable || (m_kind == JournalKind::Mixed && name[0] % 2 == 0);
        return (durable ? "city:" : "") + prefix + ':' + name;
    }

private:
    const JournalKind m_kind;
    QTemporaryDir m_folder;
    ManualClock m_clock;
    JournalHouse m_house;
};

inline BrokerFactory journalFactory(JournalKind kind)
{
    return [kind](const BrokerWorld::Bounds& bounds) { return std::make_unique<JournalWorld>(kind, bounds); };
}

} // namespace signalbox
