// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QByteArray>
#include <QFile>
#include <QList>

namespace signalbox::console {

/// Records, one behind the other, in one file: 4 bytes of length, 4 bytes of CRC-32, then the record. A record is
/// there whole or not at all: what a crash has left of the last one, and everything behind a record that is damaged, is
/// cut off by open(). One process writes; the caller holds the lock.
class JournalFile
{
public:
    static constexpr qsizetype kLargestRecord = 1 << 20;

    explicit JournalFile(QString path);

    /// The records so far, oldest first. Unavailable when the file can be neither read nor made.
    Result<QList<QByteArray>> open();
    /// `durable`: it survives the loss of power when append() returns (fsync); else the loss of the process only.
    Result<void> append(const QByteArray& record, bool durable);
    /// Waits until everything appended survives the loss of power.
    Result<void> sync();
    /// Puts a new file with these records in the place of the old one, atomically.
    Result<void> rewrite(const QList<QByteArray>& records);
    qint64 size() const { return m_file.size(); }
    bool isOpen() const { return m_file.isOpen(); }

    static QByteArray framed(const QByteArray& record);
    /// The whole records at the beginning of `bytes`; `end` is where they end.
    static QList<QByteArray> parse(const QByteArray& bytes, qsizetype* end);

private:
    Error failure() const;

    QString m_path;
    QFile m_file;
};

} // namespace signalbox::console
