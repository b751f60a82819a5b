// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/router.h"
#include "auth/loginguard.h"
#include "auth/passwordqueue.h"

namespace signalbox {

/// What logins need beside the desk; one of each for all workers.
struct LoginParts
{
    LoginGuard& guard;
    PasswordQueue& passwords;
};

/// POST /api/auth/login, /refresh, /logout; see docs/api/operators.md.
void addAuthApi(Router& router, LoginParts parts);

} // namespace signalbox
