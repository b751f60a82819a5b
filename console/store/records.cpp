// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/store/records.h"

namespace signalbox::console {

bool Alert::isOver() const
{
    return status == u"ok" || status == u"up" || status == u"healthy" || status == u"resolved";
}

} // namespace signalbox::console
