// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "options.h"

namespace signalbox::bench {

// Each runs to its end within the time that the options give it plus the bounds below, prints one JSON line on
// standard output (and one `violation:` line per finding on standard error) and returns the exit code: 0, or 1 when
// something was lost, doubled, out of order or failed.

// Open or closed loop, or idle connections. At most 120 s for connecting and 20 s for draining.
int runLoad(const Options& options);

// Clients that drop their connections at random and resume; each must see each event once and in order.
// At most 60 s for connecting and 30 s for draining.
int runSoak(const Options& options);

// Many connection attempts and slow heads while the health page is probed. At most 120 s.
int runFlood(const Options& options);

} // namespace signalbox::bench
