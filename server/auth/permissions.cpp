// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/permissions.h"

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

using Roles = unsigned;

constexpr Roles only(Role role)
{
    return 1U << static_cast<unsigned>(role);
}

constexpr Roles kGuest = only(Role::Guest);
constexpr Roles kSupervision = only(Role::Director) | only(Role::Admin);
constexpr Roles kStaff = only(Role::Operator) | kSupervision;
constexpr Roles kService = only(Role::Service);
constexpr Roles kNotGuest = only(Role::User) | kStaff | kService;

enum class When : quint8 { Always, OwnDialog, OwnSubject, OwnCity, StreamsNotNarrowed };

struct Rule
{
    ChannelKind kind;
    Roles roles;
    When when;
};

constexpr std::array kJoinRules{
    Rule{ChannelKind::Dialog, kGuest, When::OwnDialog},
    Rule{ChannelKind::Dialog, kStaff | kService, When::Always},
    Rule{ChannelKind::Staff, kStaff | kService, When::Always},
    Rule{ChannelKind::Operators, kStaff | kService, When::Always},
    Rule{ChannelKind::Directors, kSupervision, When::Always},
    Rule{ChannelKind::Operator, kStaff, When::OwnSubject},
    Rule{ChannelKind::City, kStaff | kService, When::OwnCity},
    Rule{ChannelKind::City, kSupervision, When::Always},
    Rule{ChannelKind::Order, kStaff | kService, When::Always},
    Rule{ChannelKind::User, kNotGuest, When::OwnSubject},
    Rule{ChannelKind::Stream, kStaff | kService, When::StreamsNotNarrowed},
    Rule{ChannelKind::System, kStaff | kService, When::Always},
};

constexpr std::array kNeverByClaim{ChannelKind::Directors, ChannelKind::Operator, ChannelKind::User};

constexpr Roles kPublishers = kService | only(Role::Admin);

bool namesAnyStream(const QList<QByteArray>& channels)
{
    return std::any_of(channels.begin(), channels.end(),
                       [](const QByteArray& name) { return name.startsWith("stream:"); });
}

bool holds(When when, const Identity& identity, const ChannelName& channel)
{
    switch (when) {
    case When::Always:
        return true;
    case When::OwnDialog:
        return identity.dialog == channel.key;
    case When::OwnSubject:
        return identity.subject == channel.key;
    case When::OwnCity:
        return identity.cities.contains(channel.key);
    case When::StreamsNotNarrowed:
        return !namesAnyStream(identity.channels);
    }
    return false;
}

bool openByClaim(const Identity& identity, const ChannelName& channel)
{
    const bool excluded = std::find(kNeverByClaim.begin(), kNeverByClaim.end(), channel.kind) != kNeverByClaim.end();
    return identity.role != Role::Guest && !excluded && identity.channels.contains(channel.full);
}

} // namespace

bool mayJoin(const Identity& identity, const ChannelName& channel)
{
    if (!isValidChannelName(channel.full))
        return false;
    const bool byRole = std::any_of(kJoinRules.begin(), kJoinRules.end(), [&](const Rule& rule) {
        return rule.kind == channel.kind && (rule.roles & only(identity.role)) && holds(rule.when, identity, channel);
    });
    return byRole || openByClaim(identity, channel);
}

std::vector<QByteArray> ownChannels(const Identity& identity)
{
    std::vector<QByteArray> wanted{"staff", "operators", "directors", "operator:" + identity.subject,
                                   "user:" + identity.subject};
    for (const QByteArray& city : identity.cities)
        wanted.push_back("city:" + city);
    std::vector<QByteArray> channels;
    for (const QByteArray& channel : wanted) {
        const bool isNew = std::find(channels.begin(), channels.end(), channel) == channels.end();
        if (isNew && mayJoin(identity, parseChannel(channel)))
            channels.push_back(channel);
    }
    return channels;
}

bool mayPublish(const Identity& identity, const ChannelName& channel)
{
    return isValidChannelName(channel.full) && (kPublishers & only(identity.role));
}

} // namespace signalbox
