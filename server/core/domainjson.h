// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/eventjson.h"

namespace signalbox {

/// What services say through a queue (seed 004), as publications that keep the catalogue. Two forms:
///
/// - an envelope like that of CloudEvents, `{"id","source","type","time","data"}`; `event` serves for `type`;
/// - the data alone, when its name comes beside the body.
///
/// An event goes to the catalogue's channels; to the queue's alone when the catalogue sends it nowhere. One per thread.
/// Input is untrusted: what is not understood is an Error, BadJson, UnknownEvent or InvalidField with its path.
class DomainJson
{
public:
    /// The catalogue outlives this.
    DomainJson(const Catalog& catalog, EventJson::Limits limits);
    ~DomainJson();
    DomainJson(const DomainJson&) = delete;
    DomainJson& operator=(const DomainJson&) = delete;

    struct Message
    {
        Publication event;
        QByteArray id; ///< of the envelope, with its source; empty: it has none
    };
    /// `channel`: that the queue feeds; `name`: that stood beside the body, or empty.
    Result<Message> decode(const QByteArray& channel, const QByteArray& name, const QByteArray& text);

private:
    struct Parser;
    const Catalog& m_catalog;
    const EventJson::Limits m_limits;
    EventJson m_events;
    const std::unique_ptr<Parser> m_parser;
};

} // namespace signalbox
