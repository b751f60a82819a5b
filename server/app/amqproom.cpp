// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/amqproom.h"

#include "config/logging.h"
#include "config/rabbitmqurl.h"

namespace signalbox {

namespace {

AmqpDecoder::Settings decoderSettings(const Settings& settings)
{
    AmqpDecoder::Settings decoder;
    decoder.json = eventJsonLimits(settings);
    decoder.origin = ownOrigin(settings);
    decoder.maxBytes = settings.limits.requestBodyBytes;
    return decoder;
}

Result<AmqpSource::Settings> sourceSettings(const Settings& settings)
{
    const RabbitMqSettings& rabbitmq = settings.rabbitmq;
    auto address = parseRabbitMqUrl(rabbitmq.url);
    if (!address)
        return address.error();
    auto queues = parseRabbitMqQueues(rabbitmq.queues, rabbitmq.bindings);
    if (!queues)
        return queues.error();
    AmqpSource::Settings source;
    source.connection.address = std::move(*address);
    source.connection.caFile = rabbitmq.tlsCaFile;
    source.connection.name = "signalboxd";
    source.connection.heartbeatSeconds = static_cast<int>(rabbitmq.heartbeatMs / 1000);
    source.queues = std::move(*queues);
    source.isDeclaring = rabbitmq.declare;
    source.deadLetter = rabbitmq.deadLetter;
    source.prefetch = rabbitmq.prefetch;
    source.maxDeliveries = rabbitmq.maxDeliveries;
    source.decoder = decoderSettings(settings);
    return source;
}

} // namespace

Result<std::unique_ptr<AmqpRoom>> AmqpRoom::make(const Settings& settings, const Clock& clock, const Catalog& catalog,
                                                 Mailbox& core, Bus& bus, Health& health, Sources& sources,
                                                 Metrics& metrics)
{
    auto source = sourceSettings(settings);
    if (!source)
        return source.error();
    return std::unique_ptr<AmqpRoom>(
        new AmqpRoom(std::move(*source), clock, catalog, core, bus, health, sources, metrics));
}

AmqpRoom::AmqpRoom(AmqpSource::Settings settings, const Clock& clock, const Catalog& catalog, Mailbox& core, Bus& bus,
                   Health& health, Sources& sources, Metrics& metrics)
    : m_bus(bus)
    , m_health(health)
    , m_sources(sources)
    , m_publisher(serviceIdentity("rabbitmq"))
    , m_queues(settings.queues)
    , m_refused(clock, metrics, logAmqp,
                {"a message of the queue", "became a dead letter:", "more messages became dead letters"})
    , m_source(catalog, std::move(settings), calls(core))
{
}

AmqpSource::Calls AmqpRoom::calls(Mailbox& core)
{
    return {[&core](std::function<void()> task) { core.post(std::move(task)); },
            [this](std::vector<Publication> events, const AmqpSource::Done& done) { publish(std::move(events), done); },
            [this](const AmqpSource::State& state) { changed(state); },
            [this](const QByteArray& queue, const Error& why) { m_refused.note(queue, why); }};
}

void AmqpRoom::publish(std::vector<Publication> events, const AmqpSource::Done& done)
{
    m_bus.publish(m_publisher, std::move(events), [done](const Result<std::vector<Published>>& published) {
        done(published ? Result<void>() : published.error());
    });
}

QStringList AmqpRoom::troubles(const AmqpSource::State& state) const
{
    QStringList found;
    for (size_t i = 0; i < m_queues.size(); ++i) {
        if (!state.queues[i].isEmpty())
            found.append(QStringLiteral("Queue ") + QString::fromUtf8(m_queues[i].name) + QStringLiteral(": ") +
                         state.queues[i]);
    }
    if (!state.deadLetters.isEmpty())
        found.append(QStringLiteral("Dead letters: ") + state.deadLetters);
    return found;
}

void AmqpRoom::changed(const AmqpSource::State& state)
{
    const QStringList found = state.isConnected ? troubles(state) : QStringList{state.trouble};
    QSet<QByteArray> silent;
    for (size_t i = 0; i < m_queues.size(); ++i) {
        if (!state.isConnected || !state.queues[i].isEmpty())
            silent.insert(m_queues[i].channel);
    }
    if (!state.isConnected)
        qCWarning(logAmqp).noquote() << "RabbitMQ is down:" << state.trouble;
    else if (found.isEmpty())
        qCInfo(logAmqp) << "RabbitMQ is in use";
    for (const QString& trouble : state.isConnected ? found : QStringList())
        qCWarning(logAmqp).noquote() << trouble;
    m_health.setPart("rabbitmq",
                     !state.isConnected ? PartState::Down
                     : found.isEmpty()  ? PartState::Ok
                                        : PartState::Degraded,
                     found.join(QStringLiteral("; ")));
    m_sources.setUnavailable("rabbitmq", silent);
}

} // namespace signalbox
