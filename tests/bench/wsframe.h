// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace signalbox::bench {

enum class Parse { Ok, Incomplete, Bad };

namespace opcode {
inline constexpr uint8_t kText = 0x1;
inline constexpr uint8_t kBinary = 0x2;
inline constexpr uint8_t kClose = 0x8;
inline constexpr uint8_t kPing = 0x9;
inline constexpr uint8_t kPong = 0xA;
} // namespace opcode

struct WsFrame
{
    uint8_t op = 0;
    std::string_view payload; // points into the bytes given to parseServerFrame
    size_t size = 0;          // of the whole frame
};

// Appends one whole, masked client frame (RFC 6455, 5.2 and 5.3).
void appendClientFrame(std::string& out, uint8_t op, std::string_view payload, uint32_t mask);

// Appends one whole, unmasked server frame.
void appendServerFrame(std::string& out, uint8_t op, std::string_view payload);

// The first frame of `in`. A masked, fragmented, reserved or oversized (over 16 MiB) frame is Bad.
Parse parseServerFrame(std::string_view in, WsFrame& frame);

} // namespace signalbox::bench
