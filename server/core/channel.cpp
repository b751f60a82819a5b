// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/channel.h"

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

struct KindRow
{
    const char* prefix;
    ChannelKind kind;
    bool hasKey;
};

constexpr std::array<KindRow, 10> kKinds{{
    {"dialog", ChannelKind::Dialog, true},
    {"staff", ChannelKind::Staff, false},
    {"operators", ChannelKind::Operators, false},
    {"directors", ChannelKind::Directors, false},
    {"operator", ChannelKind::Operator, true},
    {"city", ChannelKind::City, true},
    {"order", ChannelKind::Order, true},
    {"user", ChannelKind::User, true},
    {"stream", ChannelKind::Stream, true},
    {"system", ChannelKind::System, false},
}};

constexpr std::array<const char*, 4> kStreams{"deals", "tasks", "notifications", "payments"};

bool isStream(QByteArrayView key)
{
    return std::any_of(kStreams.begin(), kStreams.end(), [key](const char* name) { return key == name; });
}

} // namespace

bool isValidChannelName(QByteArrayView name)
{
    constexpr qsizetype kLongestBytes = 200;
    if (name.isEmpty() || name.size() > kLongestBytes || !name.isValidUtf8())
        return false;
    if (name.front() == ' ' || name.back() == ' ' || name.front() == ':' || name.back() == ':')
        return false;
    return std::none_of(name.begin(), name.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f || c == ',' || c == '"' || c == '\\';
    });
}

ChannelName parseChannel(const QByteArray& name)
{
    ChannelName result;
    result.full = name;
    const qsizetype colon = name.indexOf(':');
    const QByteArrayView prefix = QByteArrayView(name).first(colon < 0 ? name.size() : colon);
    for (const KindRow& row : kKinds) {
        if (prefix != row.prefix || row.hasKey != (colon >= 0))
            continue;
        const QByteArray key = colon < 0 ? QByteArray() : name.mid(colon + 1);
        if (row.hasKey && key.isEmpty())
            break;
        if (row.kind == ChannelKind::Stream && !isStream(key))
            break;
        result.kind = row.kind;
        result.key = key;
        break;
    }
    return result;
}

QByteArray dialogChannel(QByteArrayView dialogId)
{
    return QByteArrayLiteral("dialog:").append(dialogId);
}

} // namespace signalbox
