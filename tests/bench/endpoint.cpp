// SPDX-License-Identifier: GPL-3.0-or-later
#include "endpoint.h"

#include <arpa/inet.h>
#include <cstring>
#include <netinet/in.h>

namespace signalbox::bench {

std::optional<Endpoint> Endpoint::loopback(const std::string& host, uint16_t port)
{
    const std::string name = host == "localhost" ? "127.0.0.1" : host;
    Endpoint endpoint;
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    if (inet_pton(AF_INET, name.c_str(), &v4.sin_addr) == 1 && ntohl(v4.sin_addr.s_addr) >> 24 == 127) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::memcpy(&endpoint.address, &v4, sizeof v4);
        endpoint.length = sizeof v4;
        endpoint.host = name + ":" + std::to_string(port);
        return endpoint;
    }
    if (inet_pton(AF_INET6, name.c_str(), &v6.sin6_addr) == 1 && IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr)) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        std::memcpy(&endpoint.address, &v6, sizeof v6);
        endpoint.length = sizeof v6;
        endpoint.host = "[" + name + "]:" + std::to_string(port);
        return endpoint;
    }
    return std::nullopt;
}

} // namespace signalbox::bench
