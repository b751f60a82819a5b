// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/socket.h>

namespace signalbox::bench {

// Where the server listens. Only loopback addresses exist for this program: it makes load, and load belongs on
// nobody else's machine.
struct Endpoint
{
    sockaddr_storage address{};
    socklen_t length = 0;
    std::string host; // for the Host field, with the port

    // `host` is an address in 127.0.0.0/8, "::1" or "localhost"; everything else gives nothing.
    static std::optional<Endpoint> loopback(const std::string& host, uint16_t port);
};

} // namespace signalbox::bench
