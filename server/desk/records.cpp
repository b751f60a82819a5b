// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/records.h"

#include <array>

namespace signalbox {

namespace {

constexpr std::array kDialogStatuses{"ai", "queued", "operator", "closed"};
constexpr std::array kSenders{"client", "ai", "operator", "system"};
constexpr std::array kHandoffStatuses{"queued", "active", "released", "cancelled"};
constexpr std::array kOperatorStatuses{"offline", "online", "away", "dnd"};

template <typename Value, size_t Size>
std::optional<Value> valueOf(const std::array<const char*, Size>& names, QByteArrayView name)
{
    for (size_t i = 0; i < Size; ++i) {
        if (name == names[i])
            return static_cast<Value>(i);
    }
    return std::nullopt;
}

} // namespace

const char* dialogStatusName(DialogStatus status)
{
    return kDialogStatuses[static_cast<size_t>(status)];
}

std::optional<DialogStatus> dialogStatusOf(QByteArrayView name)
{
    return valueOf<DialogStatus>(kDialogStatuses, name);
}

const char* senderName(Sender sender)
{
    return kSenders[static_cast<size_t>(sender)];
}

std::optional<Sender> senderOf(QByteArrayView name)
{
    return valueOf<Sender>(kSenders, name);
}

const char* handoffStatusName(HandoffStatus status)
{
    return kHandoffStatuses[static_cast<size_t>(status)];
}

std::optional<HandoffStatus> handoffStatusOf(QByteArrayView name)
{
    return valueOf<HandoffStatus>(kHandoffStatuses, name);
}

const char* operatorStatusName(OperatorStatus status)
{
    return kOperatorStatuses[static_cast<size_t>(status)];
}

std::optional<OperatorStatus> operatorStatusOf(QByteArrayView name)
{
    return valueOf<OperatorStatus>(kOperatorStatuses, name);
}

} // namespace signalbox
