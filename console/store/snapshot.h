// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/records.h"

#include "shared/result.h"

namespace signalbox::console {

/// All of one moment (GET /api/v1/desk/snapshot); a stream resumed at `position` brings what happened since.
struct Snapshot
{
    QString position;
    QList<Dialog> dialogs;
    QList<Operator> operators;
    QList<CannedReply> cannedReplies;
    Operator me;
};

/// BadJson for what is no snapshot; single records that make no sense are left out.
Result<Snapshot> snapshotOf(const QJsonObject& json);

} // namespace signalbox::console
