// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/authapi.h"

namespace signalbox {

// What the routes with passwords have in common.

/// A password on its way through the guard and the queue: counted before it is verified, and told apart afterwards.
struct PasswordCheck
{
    ApiRequest request;
    LoginParts parts;
    QByteArray account; ///< what the guard counts by
    QByteArray password;
};

/// False, and the request is answered with LockedOut, when this account or address has failed too often.
bool isAdmitted(PasswordCheck& check);

/// Verifies against the hash on the queue's threads; `done` gets the outcome on the worker's thread and tells the guard
/// of a success. Unavailable when too many wait.
void verify(PasswordCheck check, const QByteArray& hash, std::function<void(PasswordCheck, bool isRight)> done);

/// Hashes a new password there, or answers the request with the error.
void hashThen(ApiRequest request, LoginParts parts, const QByteArray& password,
              std::function<void(ApiRequest, QByteArray hash)> done);

} // namespace signalbox
