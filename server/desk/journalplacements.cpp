// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/journalplacements.h"

namespace signalbox {

QByteArray encodePlacements(const std::vector<Placement>& placements)
{
    QByteArray lines;
    for (const Placement& p : placements) {
        lines += p.position.epoch;
        lines += ' ';
        lines += QByteArray::number(p.position.offset);
        lines += ' ';
        lines += p.channel;
        lines += '\n';
    }
    return lines;
}

std::vector<Placement> decodePlacements(const QByteArray& lines)
{
    std::vector<Placement> placements;
    for (qsizetype start = 0; start < lines.size();) {
        const qsizetype end = lines.indexOf('\n', start);
        const qsizetype offset = lines.indexOf(' ', start) + 1;
        const qsizetype channel = lines.indexOf(' ', offset) + 1;
        placements.push_back(
            {lines.mid(channel, end - channel),
             {lines.mid(start, offset - 1 - start), lines.mid(offset, channel - 1 - offset).toULongLong()}});
        start = end + 1;
    }
    return placements;
}

QByteArray encodeChannels(const std::vector<QByteArray>& channels)
{
    QByteArray lines;
    for (const QByteArray& channel : channels) {
        lines += channel;
        lines += '\n';
    }
    return lines;
}

std::vector<QByteArray> decodeChannels(const QByteArray& lines)
{
    std::vector<QByteArray> channels;
    for (qsizetype start = 0; start < lines.size();) {
        const qsizetype end = lines.indexOf('\n', start);
        channels.push_back(lines.mid(start, end - start));
        start = end + 1;
    }
    return channels;
}

} // namespace signalbox
