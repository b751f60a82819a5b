// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QString>

#include <memory>

QT_BEGIN_NAMESPACE
class QLockFile;
QT_END_NAMESPACE

namespace signalbox::console {

/// A folder of one account's outbox and drafts, for one console at a time: locked from open() to the end. A lock of a
/// console that was killed is no lock.
class AccountFolder
{
public:
    explicit AccountFolder(QString path);
    ~AccountFolder();

    /// Made when missing. Conflict: another console has it open; Unavailable: it cannot be made or written.
    Result<void> open();
    const QString& path() const { return m_path; }

    /// "https://desk.example|anna" as a folder's name: what is no letter, digit, dot or dash becomes "_", and a short
    /// hash tells apart what looks alike then.
    static QString nameFor(const QString& account);

private:
    QString m_path;
    std::unique_ptr<QLockFile> m_lock;
};

} // namespace signalbox::console
