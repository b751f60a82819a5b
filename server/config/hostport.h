// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <optional>

namespace signalbox {

/// Where a server listens.
struct HostPort
{
    QByteArray host; ///< name or address, without brackets
    quint16 port = 0;

    bool operator==(const HostPort&) const = default;
};

/// "host:port" or "[address]:port"; what is before the last colon may be a bare IPv6 address, as Redis writes it, or
/// nothing.
inline std::optional<HostPort> parseHostPort(const QByteArray& text)
{
    const qsizetype colon = text.lastIndexOf(':');
    bool isPort = false;
    const quint16 port = text.mid(colon + 1).toUShort(&isPort);
    if (colon < 0 || !isPort || port == 0)
        return std::nullopt;
    QByteArray host = text.left(colon);
    if (host.startsWith('[') && host.endsWith(']'))
        host = host.sliced(1, host.size() - 2);
    return HostPort{host, port};
}

} // namespace signalbox
