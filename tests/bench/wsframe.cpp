// SPDX-License-Identifier: GPL-3.0-or-later
#include "wsframe.h"

namespace signalbox::bench {

namespace {

constexpr uint64_t kMaxPayload = 16 * 1024 * 1024;
constexpr uint8_t kFin = 0x80;
constexpr uint8_t kMasked = 0x80;

uint64_t bigEndian(std::string_view bytes)
{
    uint64_t value = 0;
    for (const char c : bytes)
        value = value << 8 | static_cast<uint8_t>(c);
    return value;
}

void appendHead(std::string& out, uint8_t op, size_t length, uint8_t maskBit)
{
    out += static_cast<char>(kFin | op);
    if (length < 126) {
        out += static_cast<char>(maskBit | length);
        return;
    }
    const int bytes = length < 65536 ? 2 : 8;
    out += static_cast<char>(maskBit | (bytes == 2 ? 126 : 127));
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
        out += static_cast<char>(length >> shift & 0xff);
}

} // namespace

void appendClientFrame(std::string& out, uint8_t op, std::string_view payload, uint32_t mask)
{
    appendHead(out, op, payload.size(), kMasked);
    char key[4];
    for (int i = 0; i < 4; ++i)
        out += key[i] = static_cast<char>(mask >> (24 - 8 * i));
    for (size_t i = 0; i < payload.size(); ++i)
        out += static_cast<char>(payload[i] ^ key[i % 4]);
}

void appendServerFrame(std::string& out, uint8_t op, std::string_view payload)
{
    appendHead(out, op, payload.size(), 0);
    out += payload;
}

Parse parseServerFrame(std::string_view in, WsFrame& frame)
{
    if (in.size() < 2)
        return Parse::Incomplete;
    const auto first = static_cast<uint8_t>(in[0]);
    const auto second = static_cast<uint8_t>(in[1]);
    frame.op = first & 0x0f;
    const bool known = frame.op == opcode::kText || frame.op == opcode::kBinary ||
                       (frame.op >= opcode::kClose && frame.op <= opcode::kPong);
    if ((first & 0xf0) != kFin || (second & kMasked) || !known)
        return Parse::Bad;
    uint64_t length = second;
    size_t head = 2;
    if (length >= 126) {
        head += length == 126 ? 2 : 8;
        if (in.size() < head)
            return Parse::Incomplete;
        length = bigEndian(in.substr(2, head - 2));
    }
    if (length > kMaxPayload)
        return Parse::Bad;
    frame.size = head + length;
    if (in.size() < frame.size)
        return Parse::Incomplete;
    frame.payload = in.substr(head, length);
    return Parse::Ok;
}

} // namespace signalbox::bench
