// SPDX-License-Identifier: GPL-3.0-or-later
// Preloaded into a real server: its wall clock is ahead by as many milliseconds as the file TURNED_CLOCK_FILE begins
// with, read anew each time, so that a test can let hours pass. The steady clock goes as it does.
#include <cstdint>
#include <cstdlib>
#include <ctime>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

namespace {

const volatile std::int64_t* aheadMs()
{
    static const volatile std::int64_t* const value = [] {
        static const std::int64_t zero = 0;
        const char* name = std::getenv("TURNED_CLOCK_FILE");
        const int fd = name ? ::open(name, O_RDONLY | O_CLOEXEC) : -1;
        void* const page = fd < 0 ? MAP_FAILED : ::mmap(nullptr, sizeof zero, PROT_READ, MAP_SHARED, fd, 0);
        return page == MAP_FAILED ? &zero : static_cast<const volatile std::int64_t*>(page);
    }();
    return value;
}

} // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept
{
    const auto result = static_cast<int>(::syscall(SYS_clock_gettime, clock, time));
    if (clock == CLOCK_REALTIME) {
        const std::int64_t ahead = *aheadMs();
        const std::int64_t nanoseconds = time->tv_nsec + ahead % 1000 * 1'000'000;
        time->tv_sec += ahead / 1000 + nanoseconds / 1'000'000'000;
        time->tv_nsec = nanoseconds % 1'000'000'000;
    }
    return result;
}

extern "C" int gettimeofday(timeval* time, void*) noexcept
{
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}
