// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/redisbridge.h"

#include "app/foreigndoor.h"

#include <algorithm>

namespace signalbox {

namespace {

/// Servers with an SQLite file each share no journal that would know what another has published.
RedisForeign::Settings foreignSettings(const Settings& settings)
{
    RedisForeign::Settings foreign;
    foreign.prefix = settings.redis.bridgePrefix;
    foreign.onlyFirst = settings.database.url.startsWith("sqlite:");
    foreign.maxBytes = settings.limits.requestBodyBytes;
    return foreign;
}

RedisOutward::Settings outwardSettings(const Settings& settings)
{
    RedisOutward::Settings outward;
    outward.chat = settings.redis.bridge;
    outward.prefix = settings.redis.bridgePrefix;
    outward.streamEvents = settings.history.events;
    return outward;
}

} // namespace

RedisBridge::RedisBridge(const Settings& settings, const RedisAddress& address, RedisBroker& redis,
                         const Catalog& catalog, BusObserver& observer)
    : m_catalog(catalog)
    , m_observer(observer)
    , m_isListening(settings.redis.bridge && settings.server.role != ServerRole::Gateway)
    , m_publisher(serviceIdentity("redis"))
    , m_json(catalog, eventJsonLimits(settings), ownOrigin(settings))
    , m_foreign(address, redis.scripts(), m_json, foreignSettings(settings),
                [this](Publication event, bool isOfChat, const RedisForeign::Done& done) {
                    publish(std::move(event), isOfChat, done);
                })
    , m_outward(redis.commands(), redis.scripts(), m_json, outwardSettings(settings))
{
    connect(&m_foreign, &RedisForeign::dropped, this, &RedisBridge::dropped);
    connect(&m_outward, &RedisOutward::refused, this, [this](const QByteArray& channel, const QString& why) {
        emit dropped(channel, Error(ErrorCode::Unavailable, why));
    });
}

void RedisBridge::start(Broker& broker, IsOfJournal isOfJournal)
{
    m_isOfJournal = std::move(isOfJournal);
    m_bus = std::make_unique<Bus>(broker, m_catalog);
    m_bus->setObserver(&m_observer);
    if (m_isListening)
        m_foreign.start();
}

void RedisBridge::eventPublished(const Event& event)
{
    m_observer.eventPublished(event);
    tell(event, RedisOutward::Way::All);
}

void RedisBridge::tell(const Event& event, RedisOutward::Way way)
{
    const auto& places = event.placements;
    if (std::none_of(places.begin(), places.end(), [this](const Placement& at) { return m_isOfJournal(at.channel); }))
        m_outward.tell(event, way);
}

void RedisBridge::publish(Publication event, bool isOfChat, const RedisForeign::Done& done)
{
    event.isFromChat = isOfChat;
    std::vector<Publication> events;
    events.push_back(std::move(event));
    m_bus->publish(m_publisher, std::move(events),
                   [this, isOfChat, done](const Result<std::vector<Published>>& published) {
                       if (!published) {
                           done(published.error());
                           return;
                       }
                       for (const Published& one : *published) {
                           if (!one.duplicate)
                               tell(*one.event, isOfChat ? RedisOutward::Way::StreamOnly : RedisOutward::Way::All);
                       }
                       done({});
                   });
}

} // namespace signalbox
