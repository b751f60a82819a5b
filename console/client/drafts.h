// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/journalfile.h"

#include <QHash>
#include <QObject>
#include <QTimer>

namespace signalbox::console {

/// What is being written and not sent.
struct Draft
{
    QString text;
    bool isNote = false;
    qint64 changedMs = 0;

    bool operator==(const Draft&) const = default;
};

/// One draft per dialog, on disk: with the process gone nothing is lost, with the power gone at most the last two
/// seconds. At most kMostDrafts: the oldest go first.
class Drafts : public QObject
{
    Q_OBJECT
public:
    static constexpr int kMostDrafts = 1000;

    explicit Drafts(const QString& path, QObject* parent = nullptr);
    ~Drafts() override;

    Result<void> open();
    Draft of(qint64 dialogId) const { return m_drafts.value(dialogId); }
    bool has(qint64 dialogId) const { return m_drafts.contains(dialogId); }
    /// An empty text ends the draft.
    void set(qint64 dialogId, const Draft& draft);
    int count() const { return static_cast<int>(m_drafts.size()); }

signals:
    void changed(qint64 dialogId); ///< that there is one, or its text

private:
    void write(qint64 dialogId);
    void compactIfLarge();
    void makeRoom();

    JournalFile m_file;
    QHash<qint64, Draft> m_drafts;
    QTimer m_sync;
};

} // namespace signalbox::console
