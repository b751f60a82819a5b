// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "histogram.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace signalbox::bench {

// Collects one flat JSON object on one line.
class Report
{
public:
    Report& text(std::string_view key, std::string_view value);
    Report& count(std::string_view key, uint64_t value);
    Report& value(std::string_view key, double value); // three decimals

    // <prefix>_p50_us … p90, p99, p999, max of a histogram of nanoseconds.
    Report& latency(std::string_view prefix, const Histogram& histogram);

    std::string line() const { return "{" + m_fields + "}"; }

private:
    void key(std::string_view name);

    std::string m_fields;
};

} // namespace signalbox::bench
