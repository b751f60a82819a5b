// SPDX-License-Identifier: GPL-3.0-or-later
#include "options.h"
#include "scenarios.h"

#include <cstdio>
#include <sys/resource.h>

using namespace signalbox::bench;

namespace {

void raiseDescriptorLimit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

} // namespace

int main(int argc, char** argv)
{
    Options options;
    const std::string error = parseOptions(std::vector<std::string>(argv + 1, argv + argc), options);
    if (error == "help") {
        std::fputs(usage().c_str(), stdout);
        return 0;
    }
    if (!error.empty()) {
        std::fprintf(stderr, "loadgen: %s\n", error.c_str());
        return 2;
    }
    raiseDescriptorLimit();
    switch (options.scenario) {
    case Scenario::Soak:
        return runSoak(options);
    case Scenario::Flood:
        return runFlood(options);
    case Scenario::Load:
        break;
    }
    return runLoad(options);
}
