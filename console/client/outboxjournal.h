// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/intent.h"
#include "console/client/journalfile.h"

namespace signalbox::console {

/// The outbox's intents on disk.
class OutboxJournal
{
public:
    explicit OutboxJournal(const QString& path);

    Result<QList<Intent>> open();
    /// On disk (fsync) when it returns ok.
    Result<void> put(const Intent& intent);
    Result<void> remove(const QString& clientId);
    /// Writes the file anew with these alone, once it has grown.
    void compactIfLarge(const QList<Intent>& intents);

private:
    JournalFile m_file;
};

} // namespace signalbox::console
