// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/healthalert.h"

#include "shared/errors.h"

namespace signalbox {

Publication healthAlert(const QByteArray& part, const PartHealth& now)
{
    Publication alert;
    alert.name = "system.health.alert";
    alert.channels = {"system"};
    alert.data = "{\"service\":" + jsonString(part) + ",\"status\":\"" + partStateName(now.state) +
                 "\",\"severity\":\"" +
                 (now.state == PartState::Ok     ? "info"
                  : now.state == PartState::Down ? "critical"
                                                 : "warning") +
                 "\",\"message\":" + jsonString(now.message) + '}';
    return alert;
}

} // namespace signalbox
