// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>

namespace signalbox {

/// How far each party of a dialog has confirmed to have seen it (seed 002's `lastSeen`). Core thread.
class LastSeen
{
public:
    virtual ~LastSeen() = default;
    /// Moves the mark forward; false when it stands there or further already.
    virtual bool advance(const QByteArray& dialog, const QByteArray& who, quint64 lastId, qint64 nowMs) = 0;
    /// who → last id; empty for an unknown dialog.
    virtual QHash<QByteArray, quint64> marksOf(const QByteArray& dialog) const = 0;
};

/// In memory, forgotten after `ttlMs` without an ack, bounded in dialogs (the oldest goes).
class MemoryLastSeen final : public LastSeen
{
public:
    explicit MemoryLastSeen(qint64 ttlMs = 24LL * 3600 * 1000, int maxDialogs = 100'000)
        : m_ttlMs(ttlMs)
        , m_maxDialogs(maxDialogs)
    {
    }
    bool advance(const QByteArray& dialog, const QByteArray& who, quint64 lastId, qint64 nowMs) override;
    QHash<QByteArray, quint64> marksOf(const QByteArray& dialog) const override;
    qsizetype dialogs() const { return m_dialogs.size(); }

private:
    struct Marks
    {
        QHash<QByteArray, quint64> lastIds;
        qint64 touchedMs = 0;
    };
    void makeRoom(qint64 nowMs);

    const qint64 m_ttlMs;
    const int m_maxDialogs;
    QHash<QByteArray, Marks> m_dialogs;
};

} // namespace signalbox
