// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/identity.h"

namespace signalbox {

const char* roleName(Role role)
{
    switch (role) {
    case Role::Guest:
        return "guest";
    case Role::User:
        return "user";
    case Role::Operator:
        return "operator";
    case Role::Director:
        return "director";
    case Role::Admin:
        return "admin";
    case Role::Service:
        return "service";
    }
    return "guest";
}

} // namespace signalbox
