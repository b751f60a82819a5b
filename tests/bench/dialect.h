// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "options.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace signalbox::bench {

// What every published event carries inside its data, so that a receiver can check and time it:
// `seq` counts 1, 2, 3 … for each pair of publisher and channel, `sentNs` is nowNs' clock.
struct EventNumbers
{
    uint64_t publisher = 0;
    uint64_t seq = 0;
    int64_t sentNs = 0;
};

// A text message of the server, understood.
struct Incoming
{
    enum class Kind { Event, Established, Reset, Failure, Other };

    Kind kind = Kind::Other;
    EventNumbers numbers;      // of an Event
    std::string_view position; // "epoch:offset", empty when the server has none; points into the message
    std::string_view reply;    // what the client has to answer at once, as a text message
};

// How one kind of server is spoken to. An object belongs to one thread: it remembers where fields were found.
class Dialect
{
public:
    static std::unique_ptr<Dialect> make(const Options& options);
    virtual ~Dialect() = default;

    // The request that opens a subscription to a dialog's channel, after `resume` (position or event id) unless empty.
    virtual std::string subscribeRequest(Transport transport, long dialog, std::string_view resume) const = 0;

    // Appends a keep-alive request that publishes one event to a dialog's channel.
    virtual void appendPublish(std::string& out, long dialog, const EventNumbers& numbers) = 0;

    // `type` is the SSE event type, empty on a WebSocket; `dialog` is what the client asked for.
    virtual Incoming read(std::string_view text, std::string_view type, long dialog) = 0;

    // True when a client is subscribed as soon as the response head is there, without a first message.
    virtual bool subscribedByHead() const { return false; }
};

} // namespace signalbox::bench
