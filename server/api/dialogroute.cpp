// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/dialogroute.h"

namespace signalbox {

Router::Handler forStaff(DialogHandler handler)
{
    return [handler](ApiRequest request) {
        const auto who = staffOf(request);
        const auto dialogId = who ? dialogIdOf(request.param(0)) : Result<qint64>(who.error());
        if (!dialogId)
            request.respond(dialogId.error());
        else
            handler(std::move(request), *who, *dialogId);
    };
}

Router::Handler forParty(DialogHandler handler)
{
    return [handler](ApiRequest request) {
        const auto dialogId = dialogIdOf(request.param(0));
        const auto who = dialogId ? partyOf(request, *dialogId) : Result<IdentityPtr>(dialogId.error());
        if (!who)
            request.respond(who.error());
        else
            handler(std::move(request), *who, *dialogId);
    };
}

Result<qint64> queryInteger(const ApiRequest& request, QByteArrayView name, qint64 fallback, qint64 least, qint64 most)
{
    const QByteArray text = request.http().queryValue(name);
    if (text.isEmpty())
        return fallback;
    bool isNumber = false;
    const qint64 value = text.toLongLong(&isNumber);
    if (!isNumber || value < least || value > most)
        return Error(ErrorCode::InvalidField,
                     QStringLiteral("An integer from %1 to %2 is expected.").arg(least).arg(most), name.toByteArray());
    return value;
}

} // namespace signalbox
