// SPDX-License-Identifier: GPL-3.0-or-later
#include "sse.h"

namespace signalbox::bench {

void SseParser::readLine(std::string_view line, SseEvent& event)
{
    const size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (value.starts_with(' '))
        value.remove_prefix(1);
    if (name == "data") {
        if (event.data.data() == nullptr) {
            event.data = value;
        } else {
            m_joined = std::string(event.data).append("\n").append(value);
            event.data = m_joined;
        }
    } else if (name == "id") {
        event.id = value;
        event.hasId = true;
    } else if (name == "event") {
        event.type = value;
    }
}

size_t SseParser::parse(std::string_view in, const std::function<void(const SseEvent&)>& sink)
{
    size_t consumed = 0;
    SseEvent event;
    for (size_t at = 0; at < in.size();) {
        const size_t newline = in.find('\n', at);
        if (newline == std::string_view::npos)
            break;
        std::string_view line = in.substr(at, newline - at);
        at = newline + 1;
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (!line.empty()) {
            readLine(line, event);
            continue;
        }
        if (event.hasId || event.data.data() != nullptr)
            sink(event);
        event = SseEvent();
        consumed = at;
    }
    return consumed;
}

} // namespace signalbox::bench
