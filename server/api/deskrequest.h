// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/fieldreader.h"
#include "api/router.h"
#include "desk/operators.h"

namespace signalbox {

// What the desk's routes have in common.

/// The members of the body: application/json, an object; an empty body is an empty object.
Result<FieldReader> fieldsOf(const ApiRequest& request);

/// A dialog's id as it stands in a path; NotFound for anything but a canonical positive number.
Result<qint64> dialogIdOf(const QByteArray& text);

/// Who asks, for routes of staff and services: the bearer, whose role is operator, director, admin or service.
Result<IdentityPtr> staffOf(const ApiRequest& request);

/// Who asks about this dialog: its guest (`X-Session-Token`, `?token=`, a `site_token`, or `assistant_id` with
/// `guest_id`), or else staff or a service by bearer. A foreign dialog is NotFound for guests.
Result<IdentityPtr> partyOf(const ApiRequest& request, qint64 dialogId);

/// The command behind the check of the staff member who asks: known to the desk, and not disabled.
template <typename T> DeskPort::Command<T> ofEnabledStaff(const ApiRequest& request, DeskPort::Command<T> command)
{
    if (!request.caller() || !request.caller()->isStaff())
        return command;
    return [caller = request.caller(), command = std::move(command)](DeskTransaction& transaction) -> Result<T> {
        if (const auto enabled = requireEnabled(transaction, *caller); !enabled)
            return enabled.error();
        return command(transaction);
    };
}

/// Runs a command of the desk that changes something, and answers with what `answer` makes of its outcome, or the
/// error. Unavailable when there is no desk.
template <typename T>
void runChange(ApiRequest request, DeskPort::Command<T> command, std::function<HttpResponse(const T&)> answer)
{
    DeskPort* desk = request.edge().desk();
    if (!desk) {
        request.respond(Error(ErrorCode::NotFound, QStringLiteral("This server has no desk.")));
        return;
    }
    desk->write<T>(ofEnabledStaff<T>(request, std::move(command)),
                   [request, answer = std::move(answer)](const Result<T>& outcome) mutable {
                       if (outcome)
                           request.respond(answer(*outcome));
                       else
                           request.respond(outcome.error());
                   });
}

/// The same for a command that only reads.
template <typename T>
void runQuery(ApiRequest request, DeskPort::Command<T> command, std::function<HttpResponse(const T&)> answer)
{
    DeskPort* desk = request.edge().desk();
    if (!desk) {
        request.respond(Error(ErrorCode::NotFound, QStringLiteral("This server has no desk.")));
        return;
    }
    desk->read<T>(ofEnabledStaff<T>(request, std::move(command)),
                  [request, answer = std::move(answer)](const Result<T>& outcome) mutable {
                      if (outcome)
                          request.respond(answer(*outcome));
                      else
                          request.respond(outcome.error());
                  });
}

} // namespace signalbox
