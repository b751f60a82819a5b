// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/deskroom.h"

#include "core/channel.h"
#include "desk/messages.h"
#include "desk/sqlstore.h"
#include "desk/typing.h"

namespace signalbox {

namespace {

StoreThread::Open opener(const Settings& settings, Store::Access access)
{
    return [url = settings.database.url, access] { return openSqlStore(url, access); };
}

/// Other servers may serve it, too.
bool isShared(const Settings& settings)
{
    return !settings.database.url.startsWith("sqlite:");
}

JournalBroker::Limits journalLimits(const Settings& settings)
{
    return {settings.history.events, settings.history.ageMs, settings.limits.idempotencyMs, isShared(settings)};
}

StoreThread::Limits writerLimits(const Settings& settings)
{
    StoreThread::Limits limits;
    limits.isShared = isShared(settings);
    return limits;
}

} // namespace

DeskRoom::DeskRoom(const Settings& settings, const Clock& clock, VolatileBroker& memory, Mailbox& core,
                   StateChanged changed, DeskPresence::CloseSession closeSession)
    : m_core(core)
    , m_writer(clock, Store::Access::Write, writerLimits(settings), opener(settings, Store::Access::Write))
    , m_reader(clock, Store::Access::Read, {}, opener(settings, Store::Access::Read))
    , m_stores{m_writer, m_reader, &m_typing}
    , m_broker(memory, m_writer, clock, journalLimits(settings),
               [&core](std::function<void()> task) { core.post(std::move(task)); })
    , m_keeper(m_writer, m_typing, clock, settings.desk)
    , m_caller(m_writer, m_reader, clock, settings.desk,
               [&core](std::function<void()> task) { core.post(std::move(task)); })
    , m_presence(
          m_writer, clock, settings.desk, [&core](std::function<void()> task) { core.post(std::move(task)); },
          std::move(closeSession))
{
    if (isShared(settings)) {
        m_watch = std::make_unique<JournalWatch>(
            settings.database.url, [this](quint64 sequence) { m_writer.follow(sequence); },
            [this](bool isLeading) { m_core.post([this, isLeading] { lead(isLeading); }); });
    }
    m_writer.setCommitted([this](std::vector<JournalEvent> events) { m_broker.committed(std::move(events)); });
    m_writer.setStateChanged([&core, changed = std::move(changed)](const Result<void>& state) {
        core.post([changed, state] { changed(state); });
    });
}

DeskRoom::~DeskRoom()
{
    stop();
}

Result<void> DeskRoom::start()
{
    if (auto opened = m_writer.start(); !opened)
        return opened;
    if (auto opened = m_reader.start(); !opened)
        return opened;
    if (auto read = m_broker.start(); !read)
        return read;
    m_keeper.start();
    m_caller.start();
    if (m_watch) {
        m_watch->start();
        m_presence.startAmongOthers();
    } else {
        lead(true);
        m_presence.startAlone();
    }
    return {};
}

void DeskRoom::relayTo(RedisLink& commands, RedisOutward& outward)
{
    m_relay = std::make_unique<JournalRelay>(m_reader, commands, outward,
                                             [this](std::function<void()> task) { m_core.post(std::move(task)); });
    m_broker.setAdvanced([this] { m_relay->advanced(); });
}

void DeskRoom::lead(bool isLeading)
{
    if (m_relay)
        m_relay->setLeading(isLeading);
}

void DeskRoom::stop()
{
    if (m_watch)
        m_watch->stop();
    m_writer.stop();
    m_reader.stop();
}

void DeskRoom::setSettings(const Settings& settings)
{
    m_broker.setLimits(journalLimits(settings));
    m_keeper.setSettings(settings.desk);
    m_caller.setSettings(settings.desk);
    m_presence.setSettings(settings.desk);
}

/// Of dialogs that the desk does not hold nothing is kept.
void DeskRoom::acknowledged(const QByteArray& dialog, const IdentityPtr& who, quint64 lastId)
{
    if (!m_broker.isDurable(dialogChannel(dialog)))
        return;
    m_writer.post(
        [id = dialog.toLongLong(), who,
         last = static_cast<qint64>(lastId)](DeskTransaction& transaction) -> Result<void> {
            const auto mark = markRead(transaction, *who, id, last);
            return mark ? Result<void>() : Result<void>(mark.error());
        },
        [](const Result<void>&) {});
}

} // namespace signalbox
