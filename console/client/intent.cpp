// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/intent.h"

#include "console/store/recordjson.h"

#include <array>

namespace signalbox::console {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array<std::pair<IntentKind, const char16_t*>, 9> kKinds{{
    {IntentKind::Message, u"message"},
    {IntentKind::Note, u"note"},
    {IntentKind::Edit, u"edit"},
    {IntentKind::Release, u"release"},
    {IntentKind::Cancel, u"cancel"},
    {IntentKind::Transfer, u"transfer"},
    {IntentKind::Close, u"close"},
    {IntentKind::Reopen, u"reopen"},
    {IntentKind::Tags, u"tags"},
}};

} // namespace

QString nameOf(IntentKind kind)
{
    for (const auto& [value, name] : kKinds) {
        if (value == kind)
            return QString::fromUtf16(name);
    }
    return {};
}

std::optional<IntentKind> intentKindOf(const QString& name)
{
    for (const auto& [value, text] : kKinds) {
        if (name == QStringView(text))
            return value;
    }
    return std::nullopt;
}

QJsonObject toJson(const Intent& intent)
{
    return {{u"id"_s, intent.clientId},
            {u"dialog"_s, intent.dialogId},
            {u"kind"_s, nameOf(intent.kind)},
            {u"body"_s, intent.body},
            {u"message"_s, intent.messageId},
            {u"created"_s, intent.createdMs},
            {u"failed"_s, intent.delivery == Delivery::Failed},
            {u"attempts"_s, intent.attempts},
            {u"error"_s, intent.error},
            {u"code"_s, intent.errorCode},
            {u"sent"_s, intent.wasSent}};
}

std::optional<Intent> intentOf(const QJsonObject& json)
{
    const auto kind = intentKindOf(json.value("kind"_L1).toString());
    Intent intent;
    intent.clientId = json.value("id"_L1).toString();
    intent.dialogId = idOf(json.value("dialog"_L1));
    if (!kind || intent.clientId.isEmpty() || intent.dialogId == 0)
        return std::nullopt;
    intent.kind = *kind;
    intent.body = json.value("body"_L1).toObject();
    intent.messageId = idOf(json.value("message"_L1));
    intent.createdMs = json.value("created"_L1).toInteger();
    intent.delivery = json.value("failed"_L1).toBool() ? Delivery::Failed : Delivery::Queued;
    intent.attempts = json.value("attempts"_L1).toInt();
    intent.error = json.value("error"_L1).toString();
    intent.errorCode = json.value("code"_L1).toString();
    intent.wasSent = json.value("sent"_L1).toBool();
    return intent;
}

} // namespace signalbox::console
