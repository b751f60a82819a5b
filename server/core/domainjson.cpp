// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domainjson.h"

#include "core/jsonmembers.h"

namespace signalbox {

struct DomainJson::Parser
{
    simdjson::dom::parser json;
};

DomainJson::DomainJson(const Catalog& catalog, EventJson::Limits limits)
    : m_catalog(catalog)
    , m_limits(limits)
    , m_events(catalog, limits)
    , m_parser(std::make_unique<Parser>())
{
}

DomainJson::~DomainJson() = default;

Result<DomainJson::Message> DomainJson::decode(const QByteArray& channel, const QByteArray& name,
                                               const QByteArray& text)
{
    const auto root = parseStrict(m_parser->json, text, m_limits.maxDepth);
    if (!root)
        return root.error();
    simdjson::dom::object whole;
    if (root->get(whole) != simdjson::SUCCESS)
        return Error(ErrorCode::BadJson, QStringLiteral("A JSON object is expected."));

    Message message;
    QByteArray said = textOf(givenMember(whole, "type"));
    if (said.isEmpty())
        said = textOf(givenMember(whole, "event"));
    const bool isEnvelope = !said.isEmpty() && givenMember(whole, "data");
    if (!isEnvelope)
        said = name;
    if (said.isEmpty())
        return Error(ErrorCode::InvalidField, QStringLiteral("The event's name is required."), "type");
    if (const QByteArray id = isEnvelope ? idOf(givenMember(whole, "id")) : QByteArray(); !id.isEmpty())
        message.id = textOf(givenMember(whole, "source")) + '\n' + id;

    const QByteArray bare = bareName(said);
    const EventSpec* spec = m_catalog.find(bare, m_catalog.servedVersion(bare, 1));
    std::vector<QByteArray> channels;
    if (!spec || spec->channels.isEmpty())
        channels.push_back(channel);
    const QByteArray data = isEnvelope ? memberJson(whole, "data") : compactJson(*root);
    auto decoded = m_events.decodePublish(eventBody(said, data, channels));
    if (!decoded)
        return decoded.error();
    message.event = std::move(decoded->events.front());
    return message;
}

} // namespace signalbox
