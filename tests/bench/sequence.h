// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace signalbox::bench {

// Follows numbers that should come as n, n+1, n+2 … and says of each what is wrong with it.
// Remembers at most 4096 holes; what falls out of that memory stays counted as lost.
class SequenceTracker
{
public:
    enum class Verdict { InOrder, AfterGap, Reordered, Doubled };

    // The next number must be `first`. Without this, the first number seen is taken as the start.
    void expect(uint64_t first);
    Verdict see(uint64_t number);

    // Forgets holes and takes the next number as a new start (the server announced a loss).
    void restart();

    // How many numbers from the start up to and including `last` never came.
    uint64_t missing(uint64_t last) const;
    // How many numbers below the highest one seen never came.
    uint64_t holes() const;

private:
    bool fillHole(uint64_t number);

    uint64_t m_next = 0;
    bool m_started = false;
    std::vector<std::pair<uint64_t, uint64_t>> m_holes; // first, last
};

} // namespace signalbox::bench
