// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/router.h"
#include "core/sessionmeta.h"

namespace signalbox {

/// What a door found out about a request for a live connection: who it is and what it will listen to.
struct Admission
{
    IdentityPtr identity;
    std::vector<QByteArray> channels;
    QByteArray dialog; ///< the dialog it is about; empty for staff's general connections
    Pool pool = Pool::Site;
};

/// `/channel/ws` and `/channel/sse`: staff by `type=staff` or a bearer token, guests by `session` and `token`. Staff
/// get `staff`, `operators`, their own and the rooms of their role and cities, and with `channels=a,b` more, each of
/// which they must be allowed to join.
Result<Admission> admitToChannels(const ApiRequest& request);

/// Credentials that a dialog's door takes.
struct DialogCredentials
{
    bool bearer = false;
    bool siteToken = false;
    bool guestIds = false;
};

/// A door of one dialog: the first accepted credential that the request carries is judged.
Result<Admission> admitToDialog(const ApiRequest& request, const QByteArray& dialog, DialogCredentials accepted);

/// Lets nobody in whose credential has just ended: verification forgives a clock that is a little off, a live
/// connection would be closed at once, and a browser would come back again and again. TokenExpired then.
Result<Admission> stillValid(Result<Admission> admission, const Clock& clock);

/// Where a client wants to go on: `Last-Event-ID`, or the query's `last_event_id`, `lastEventId` or `position`.
QByteArray resumePlace(const HttpRequest& request);

/// The description of a new connection through this door.
SessionMetaPtr describe(const ApiRequest& request, const Admission& admission, TransportKind transport);

} // namespace signalbox
