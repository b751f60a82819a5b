// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialect.h"
#include "sequence.h"

#include <string_view>
#include <vector>

namespace signalbox::bench {

// What one subscriber got so far, checked twice: by the publishers' own numbers and by the server's positions.
class Receipt
{
public:
    struct Findings
    {
        uint64_t lost = 0;
        uint64_t doubled = 0;
        uint64_t reordered = 0;
        uint64_t positionFaults = 0; // offsets that do not grow by one, or another epoch without a reset

        Findings& operator+=(const Findings& other);
        bool clean() const { return lost + doubled + reordered + positionFaults == 0; }
    };

    explicit Receipt(size_t publishers);

    // True when the event is the next one in order, by number and by position.
    bool add(const EventNumbers& numbers, std::string_view position);

    // The server said that history is lost: what is missing up to the next event is no fault.
    void restart();

    uint64_t received() const { return m_received; }

    // Faults up to now, where publisher p should have been heard up to and including `lastOf[p]`.
    Findings findings(const std::vector<uint64_t>& lastOf) const;

private:
    bool checkPosition(std::string_view position);

    std::vector<SequenceTracker> m_bySource;
    SequenceTracker m_byPosition;
    size_t m_epoch = 0;
    uint64_t m_received = 0;
    Findings m_seen;
};

} // namespace signalbox::bench
