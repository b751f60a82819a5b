// SPDX-License-Identifier: GPL-3.0-or-later
#include "report.h"

#include <cstdio>

namespace signalbox::bench {

void Report::key(std::string_view name)
{
    if (!m_fields.empty())
        m_fields += ',';
    m_fields.append("\"").append(name).append("\":");
}

Report& Report::text(std::string_view name, std::string_view value)
{
    key(name);
    m_fields += '"';
    for (const char c : value) {
        if (c == '"' || c == '\\')
            m_fields += '\\';
        m_fields += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    m_fields += '"';
    return *this;
}

Report& Report::count(std::string_view name, uint64_t value)
{
    key(name);
    m_fields += std::to_string(value);
    return *this;
}

Report& Report::value(std::string_view name, double value)
{
    char number[64];
    std::snprintf(number, sizeof number, "%.3f", value);
    key(name);
    m_fields += number;
    return *this;
}

Report& Report::latency(std::string_view prefix, const Histogram& histogram)
{
    static constexpr struct
    {
        const char* name;
        double share;
    } kShares[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}};
    const std::string start(prefix);
    for (const auto& [name, share] : kShares)
        value(start + "_" + name + "_us", static_cast<double>(histogram.percentile(share)) / 1000.0);
    return value(start + "_max_us", static_cast<double>(histogram.max()) / 1000.0);
}

} // namespace signalbox::bench
