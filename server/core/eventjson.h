// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/event.h"
#include "shared/catalog.h"
#include "shared/result.h"

#include <QByteArrayList>

#include <functional>
#include <memory>

namespace signalbox {

/// From JSON of the doors in to publications that keep the catalogue. One per thread (it keeps parser buffers); the
/// catalogue outlives it. Input is untrusted: malformed, too deep or doubled members are BadJson, an unknown event is
/// UnknownEvent, an event that only the server says, a missing or a wrong field InvalidField with its path. Data is
/// passed on as compact JSON with members in their order; integers keep all digits.
class EventJson
{
public:
    struct Limits
    {
        int maxDepth = 32;
        int maxBatch = 1000; ///< events in one request
        int maxChannelsPerEvent = 100;
        bool strictCatalog = true; ///< refuse events the catalogue does not know
    };

    EventJson(const Catalog& catalog, Limits limits);
    ~EventJson();
    EventJson(const EventJson&) = delete;
    EventJson& operator=(const EventJson&) = delete;

    /// The body of POST /api/v1/publish: one event object, an array of them, or `{"events":[…]}`. An event object:
    /// `event` or `name` ("n" or "n@v2"), `version`?, `data`, `channels`/`channel`? (default: the catalogue's),
    /// `idempotency_key`? (at most 200 bytes). A batch that breaks anywhere is refused whole; the field names the
    /// element ("events[3].data.id").
    struct Publish
    {
        std::vector<Publication> events;
        bool batch = false;
    };
    Result<Publish> decodePublish(const QByteArray& body);

    /// The body of seed 001's broadcasts: `{"token":…,"<member>":{…},"rooms":[…]}`; the data is the first of `members`
    /// that is there. Without `rooms` the catalogue's channels. `mayGoOn` is asked with the token (empty when absent)
    /// before anything else of the body is judged, so that strangers learn nothing from the errors.
    Result<Publication> decodeBroadcast(const QByteArray& body, const QByteArray& eventName,
                                        const QByteArrayList& members,
                                        const std::function<Result<void>(const QByteArray& token)>& mayGoOn);

private:
    struct Parser;
    const Catalog& m_catalog;
    const Limits m_limits;
    std::unique_ptr<Parser> m_parser;
};

} // namespace signalbox
