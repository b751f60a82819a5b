// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <vector>

namespace signalbox {

/// The process's own figures under the names that Prometheus client libraries share: `process_cpu_seconds_total`,
/// `process_resident_memory_bytes`, `process_open_fds`, `process_max_fds`, `process_threads`,
/// `process_start_time_seconds`. Read anew from /proc at each call; nothing where there is no /proc. Any thread.
/// For the .cpp files of server_ops only.
class ProcessMetrics final : public prometheus::Collectable
{
public:
    std::vector<prometheus::MetricFamily> Collect() const override;
};

} // namespace signalbox
