// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace signalbox::bench {

struct SseEvent
{
    std::string_view id;
    std::string_view type;
    std::string_view data;
    bool hasId = false;
};

// Splits an event stream (WHATWG HTML, 9.2.6; lines end LF or CRLF) into its events.
class SseParser
{
public:
    // Calls `sink` for every complete block of `in` that has data or an id, and returns how many bytes those blocks
    // took: the caller gives the rest again with what follows. The event's views live only inside the call.
    size_t parse(std::string_view in, const std::function<void(const SseEvent&)>& sink);

private:
    void readLine(std::string_view line, SseEvent& event);

    std::string m_joined; // data of an event that has several `data:` lines
};

} // namespace signalbox::bench
