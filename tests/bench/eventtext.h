// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialect.h"

namespace signalbox::bench {

// Finds a key in messages that look alike: it tries where the key was last time before it searches.
class FieldFinder
{
public:
    explicit FieldFinder(std::string_view key)
        : m_key(key)
    {
    }

    // What follows the key, or an empty view.
    std::string_view after(std::string_view text);

private:
    std::string_view m_key;
    size_t m_hint = 0;
};

// Writes and reads the data object of the load's events.
class EventText
{
public:
    explicit EventText(long payload)
        : m_payload(static_cast<size_t>(payload))
    {
    }

    // Appends a JSON object of `payload` bytes (more when the fields alone are longer).
    void append(std::string& out, const EventNumbers& numbers) const;

    // False when the text holds no such object.
    bool read(std::string_view text, EventNumbers& numbers);

private:
    size_t m_payload;
    FieldFinder m_publisher{"\"pub\":"};
    FieldFinder m_seq{"\"seq\":"};
    FieldFinder m_sent{"\"sent\":"};
};

void appendNumber(std::string& out, uint64_t number);

} // namespace signalbox::bench
