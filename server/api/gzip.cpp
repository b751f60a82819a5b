// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/gzip.h"

#include <zlib.h>

namespace signalbox {

QByteArray gzipped(const QByteArray& bytes)
{
    constexpr int kGzipFormat = 16;
    constexpr int kMemoryLevel = 9;
    z_stream stream = {};
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS + kGzipFormat, kMemoryLevel,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return {};
    QByteArray packed(static_cast<qsizetype>(deflateBound(&stream, static_cast<uLong>(bytes.size()))),
                      Qt::Uninitialized);
    // zlib's interface is older than const; it does not write to its input.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.constData()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    const bool finished = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    packed.truncate(finished ? static_cast<qsizetype>(stream.total_out) : 0);
    deflateEnd(&stream);
    return packed;
}

} // namespace signalbox
