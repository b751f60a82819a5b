// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/cannedreplies.h"

#include "desk/deskevents.h"

namespace signalbox {

namespace {

Result<void> mayShare(const Identity& who)
{
    if (who.role == Role::Director || who.role == Role::Admin)
        return {};
    return Error(ErrorCode::Forbidden, QStringLiteral("Directors and admins keep the replies of everybody."));
}

Result<CannedReply> ownReply(DeskTransaction& transaction, const Identity& who, qint64 id)
{
    auto reply = transaction.texts().cannedReply(id);
    if (!reply || (!reply->ownerId.isEmpty() && reply->ownerId != who.subject))
        return Error(ErrorCode::NotFound);
    if (reply->ownerId.isEmpty()) {
        if (auto allowed = mayShare(who); !allowed)
            return allowed.error();
    }
    return std::move(*reply);
}

Result<void> apply(const Identity& who, const CannedChange& asked, CannedReply& reply)
{
    if (asked.isShared.value_or(false)) {
        if (auto allowed = mayShare(who); !allowed)
            return allowed;
    }
    if (asked.isShared)
        reply.ownerId = *asked.isShared ? QByteArray() : who.subject;
    reply.shortcut = asked.shortcut.value_or(reply.shortcut);
    reply.title = asked.title.value_or(reply.title);
    reply.text = asked.text.value_or(reply.text);
    return {};
}

} // namespace

Result<CannedReplies> listCannedReplies(DeskTransaction& transaction, const Identity& who)
{
    return transaction.texts().cannedReplies(who.subject, kMostCannedReplies);
}

Result<CannedReply> addCannedReply(DeskTransaction& transaction, const Identity& who, const CannedChange& asked)
{
    CannedReply reply;
    reply.ownerId = who.subject;
    if (auto applied = apply(who, asked, reply); !applied)
        return applied.error();
    reply.updatedMs = transaction.nowMs();
    transaction.texts().insert(reply);
    transaction.publish(cannedUpdated(reply.id, false));
    return reply;
}

Result<CannedReply> changeCannedReply(DeskTransaction& transaction, const Identity& who, qint64 id,
                                      const CannedChange& asked)
{
    auto reply = ownReply(transaction, who, id);
    if (!reply)
        return reply;
    if (auto applied = apply(who, asked, *reply); !applied)
        return applied.error();
    reply->updatedMs = transaction.nowMs();
    transaction.texts().update(*reply);
    transaction.publish(cannedUpdated(id, false));
    return reply;
}

Result<qint64> deleteCannedReply(DeskTransaction& transaction, const Identity& who, qint64 id)
{
    if (const auto reply = ownReply(transaction, who, id); !reply)
        return reply.error();
    transaction.texts().deleteCannedReply(id);
    transaction.publish(cannedUpdated(id, true));
    return id;
}

} // namespace signalbox
