// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/searchindex.h"

namespace signalbox {

class SqlDialogs final : public DialogStore
{
public:
    SqlDialogs(SqlDatabase& database, SearchIndex& index)
        : m_database(database)
        , m_index(index)
        , m_lockSql(lockSql(database.dialect()))
    {
    }

    void insert(Dialog& dialog) override;
    std::optional<Dialog> find(qint64 id) override;
    std::optional<Dialog> lock(qint64 id) override;
    void update(const Dialog& dialog) override;
    void setTags(qint64 id, const QList<QByteArray>& tags) override;
    DialogPage page(const DialogFilter& filter, ListPlace after, int limit) override;
    QHash<DialogStatus, int> counts() override;
    std::vector<Dialog> open(int limit) override;
    qint64 lastId() override;

    /// What was read may not be there any more.
    void forget() { m_lastRead = {}; }

private:
    /// What update() would otherwise have to look up: commands read a dialog before they change it.
    struct LastRead
    {
        qint64 id = 0;
        QString guestName;
        bool hasTags = false;
    };

    static QString lockSql(const SqlDialect& dialect);
    std::optional<Dialog> first(SqlRows rows);
    void reindexGuest(const Dialog& dialog);

    SqlDatabase& m_database;
    SearchIndex& m_index;
    const QString m_lockSql;
    LastRead m_lastRead;
};

/// A row of `select` + dialogColumns().
Dialog readDialog(SqlRows& rows);
const QString& dialogColumns();
/// True when the dialog is on the list of this filter; `text` is not looked at.
bool isListed(const Dialog& dialog, const DialogFilter& filter);

} // namespace signalbox
