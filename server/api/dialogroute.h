// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/deskrequest.h"

namespace signalbox {

// Routes of one dialog, whose id is the first `{}` of the pattern.

using DialogHandler = void (*)(ApiRequest request, const IdentityPtr& who, qint64 dialogId);

/// For staff and services.
Router::Handler forStaff(DialogHandler handler);
/// For the dialog's guest too.
Router::Handler forParty(DialogHandler handler);

/// An integer of the query; `fallback` when it is absent or empty, InvalidField when it is anything else.
Result<qint64> queryInteger(const ApiRequest& request, QByteArrayView name, qint64 fallback, qint64 least, qint64 most);

} // namespace signalbox
