// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a position and as a channel name: what is taken is written back the same.
// links: server_core
#include "core/channel.h"
#include "core/position.h"

#include <cstdlib>

using namespace signalbox;

namespace {

void require(bool condition)
{
    if (!condition)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const QByteArray text(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
    if (const auto position = Position::parse(text))
        require(position->toString() == text && !position->epoch.isEmpty() && text.size() <= 64);

    const ChannelName channel = parseChannel(text);
    require(channel.full == text);
    require(channel.key.isEmpty() || text.endsWith(QByteArray(":").append(channel.key)));
    if (isValidChannelName(text))
        require(text.size() <= 200 && text.isValidUtf8() && !text.contains(',') && !text.contains('\n'));
    return 0;
}
