// SPDX-License-Identifier: GPL-3.0-or-later
#include "process.h"

#include <filesystem>
#include <fstream>
#include <string>

namespace signalbox::bench {

namespace {

constexpr int kMaxDepth = 4;

int64_t readRss(const std::string& base)
{
    std::ifstream status(base + "/status");
    for (std::string word; status >> word;) {
        int64_t value = 0;
        if (word == "VmRSS:" && status >> value)
            return value;
    }
    return 0;
}

void addTree(pid_t pid, ProcessSample& sum, int depth)
{
    const std::string base = "/proc/" + std::to_string(pid);
    std::error_code error;
    std::filesystem::directory_iterator tasks(base + "/task", error);
    if (error || depth > kMaxDepth)
        return;
    sum.ok = true;
    sum.rssKiB += readRss(base);
    for (const auto end = std::filesystem::directory_iterator(); !error && tasks != end; tasks.increment(error)) {
        int64_t cpu = 0;
        if (std::ifstream(tasks->path() / "schedstat") >> cpu)
            sum.cpuNs += cpu;
        std::ifstream children(tasks->path() / "children");
        for (pid_t child = 0; children >> child;)
            addTree(child, sum, depth + 1);
    }
}

} // namespace

ProcessSample sampleProcess(pid_t pid)
{
    ProcessSample sum;
    if (pid > 0)
        addTree(pid, sum, 0);
    return sum;
}

} // namespace signalbox::bench
