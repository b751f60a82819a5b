// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/records.h"

#include <QHash>

namespace signalbox::console {

class Store;

/// What changed in one dialog while the console was away.
struct GapChange
{
    qint64 dialogId = 0;
    QString guestName;
    int newMessages = 0; ///< that came in; 0 when it cannot be known
    bool isNew = false;
    std::optional<DialogStatus> status; ///< when it is another one now
    QString takenBy;                    ///< name of the operator who has it now, when that changed
    bool wasMine = false;               ///< this operator had it before

    bool operator==(const GapChange&) const = default;
};

/// "2 dialogs changed while you were away 38 s": the ones that matter most (mine, then queue) come first.
struct GapReport
{
    qint64 awayMs = 0;
    QList<GapChange> changes; ///< at most 50
    int moreChanges = 0;      ///< those beyond
};

/// Remembers the picture at the beginning of a gap and compares it with the one at the end.
class GapWatch
{
public:
    explicit GapWatch(const Store& store);
    GapReport compare(const Store& store, qint64 awayMs) const;

private:
    struct Before
    {
        DialogStatus status;
        QString operatorId;
        qint64 lastMessageId;
        int unreadCount;
        bool wasMine;
    };
    std::optional<GapChange> changeOf(const Store& store, const Dialog& now) const;

    QHash<qint64, Before> m_before;
};

} // namespace signalbox::console
