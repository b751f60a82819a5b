// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <sys/types.h>

namespace signalbox::bench {

// What a server used so far: the processor time of all its threads (scheduler's own count, nanoseconds) and its
// resident memory, summed over the process and its descendants. `ok` is false when there is no such process.
struct ProcessSample
{
    bool ok = false;
    int64_t cpuNs = 0;
    int64_t rssKiB = 0;
};

// Reads /proc; `pid` 0 gives a sample that is not ok.
ProcessSample sampleProcess(pid_t pid);

} // namespace signalbox::bench
