// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/intentcall.h"

namespace signalbox::console {

using namespace Qt::StringLiterals;

namespace {

struct Route
{
    QByteArray method;
    QString path; ///< behind the dialog's
};

Route routeOf(const Intent& intent)
{
    const QByteArray post = QByteArrayLiteral("POST");
    switch (intent.kind) {
    case IntentKind::Message:
        return {post, u"/messages"_s};
    case IntentKind::Note:
        return {post, u"/notes"_s};
    case IntentKind::Edit:
        return {QByteArrayLiteral("PATCH"), u"/messages/%1"_s.arg(intent.messageId)};
    case IntentKind::Release:
        return {post, u"/handoff/release"_s};
    case IntentKind::Cancel:
        return {post, u"/handoff/cancel"_s};
    case IntentKind::Transfer:
        return {post, u"/handoff/transfer"_s};
    case IntentKind::Close:
        return {post, u"/close"_s};
    case IntentKind::Reopen:
        return {post, u"/reopen"_s};
    case IntentKind::Tags:
        return {QByteArrayLiteral("PUT"), u"/tags"_s};
    }
    return {};
}

} // namespace

Call callOf(const Intent& intent)
{
    Route route = routeOf(intent);
    Call call;
    call.method = route.method;
    call.path = u"/api/dialogs/%1"_s.arg(intent.dialogId) + route.path;
    call.body = intent.body;
    return call;
}

bool meansDone(const Intent& intent, const CallError& error)
{
    const ErrorCode code = error.error.code;
    if (!intent.wasSent)
        return false;
    switch (intent.kind) {
    case IntentKind::Release:
    case IntentKind::Transfer:
    case IntentKind::Cancel:
        return code == ErrorCode::NotHolder || code == ErrorCode::StaleFencing || code == ErrorCode::Conflict ||
               code == ErrorCode::DialogClosed;
    case IntentKind::Close:
        return code == ErrorCode::DialogClosed;
    case IntentKind::Reopen:
        return code == ErrorCode::Conflict;
    default:
        return false;
    }
}

} // namespace signalbox::console
