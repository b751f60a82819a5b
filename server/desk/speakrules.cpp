// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/speakrules.h"

#include <array>

namespace signalbox {

namespace {

enum class SpeakRule : quint8 { Yes, Reopens, No, Holder, Closed };
using R = SpeakRule;

// Rows: the dialog's status; columns: client, ai, operator, system.
constexpr std::array<std::array<SpeakRule, 4>, 4> kSpeakRules{{
    {R::Yes, R::Yes, R::No, R::Yes},               // ai
    {R::Yes, R::Yes, R::No, R::Yes},               // queued
    {R::Yes, R::No, R::Holder, R::Yes},            // operator
    {R::Reopens, R::Closed, R::Closed, R::Closed}, // closed
}};

} // namespace

Speech speechIn(const Dialog& dialog, Sender sender, const QByteArray& subject, std::optional<quint64> fencing)
{
    const SpeakRule rule = kSpeakRules[static_cast<size_t>(dialog.status)][static_cast<size_t>(sender)];
    if (rule == SpeakRule::Closed)
        return Speech::Closed;
    if (sender == Sender::Operator && fencing && *fencing != dialog.fencing)
        return Speech::StaleFencing;
    if (rule == SpeakRule::No || (rule == SpeakRule::Holder && subject != dialog.operatorId))
        return Speech::NotHolder;
    return rule == SpeakRule::Reopens ? Speech::Reopens : Speech::Allowed;
}

bool mayEdit(const Identity& who, const Message& message)
{
    switch (who.role) {
    case Role::Guest:
        return message.sender == Sender::Client;
    case Role::Service:
        return message.sender == Sender::Ai || message.sender == Sender::System;
    default:
        return who.isStaff() && message.sender == Sender::Operator && message.senderId == who.subject;
    }
}

} // namespace signalbox
