// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <sys/resource.h>

using namespace signalbox::bench;

namespace {

bool readSettings(int argc, char** argv, HubSettings& settings)
{
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (name == "--batch") {
            settings.batch = true;
            continue;
        }
        if (++i == argc)
            return false;
        const uint64_t value = std::strtoull(argv[i], nullptr, 10);
        if (name == "--port")
            settings.port = static_cast<uint16_t>(value);
        else if (name == "--history")
            settings.history = value;
        else if (name == "--drop-every")
            settings.dropEvery = value;
        else if (name == "--double-every")
            settings.doubleEvery = value;
        else if (name == "--swap-every")
            settings.swapEvery = value;
        else
            return false;
    }
    return true;
}

} // namespace

int main(int argc, char** argv)
{
    HubSettings settings;
    if (!readSettings(argc, argv, settings)) {
        std::fprintf(stderr, "usage: barehub [--port N] [--batch] [--history N] [--drop-every N] [--double-every N] "
                             "[--swap-every N]\n");
        return 2;
    }
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    Hub hub(settings);
    if (!hub.listen()) {
        std::perror("barehub");
        return 1;
    }
    hub.run();
}
