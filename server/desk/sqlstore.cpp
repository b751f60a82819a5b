// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/sqlstore.h"

#include "desk/migrations.h"
#include "desk/opendatabase.h"
#include "desk/sqldialogs.h"
#include "desk/sqlhandoffs.h"
#include "desk/sqljournal.h"
#include "desk/sqlmessages.h"
#include "desk/sqloperators.h"
#include "desk/sqltexts.h"

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

class SqlStore final : public Store
{
public:
    SqlStore(std::unique_ptr<SqlDatabase> database, QByteArray journalEpoch)
        : m_database(std::move(database))
        , m_index(*m_database)
        , m_dialogs(*m_database, m_index)
        , m_messages(*m_database, m_index)
        , m_handoffs(*m_database)
        , m_operators(*m_database)
        , m_texts(*m_database)
        , m_journal(*m_database, std::move(journalEpoch))
    {
    }

    DialogStore& dialogs() override { return m_dialogs; }
    MessageStore& messages() override { return m_messages; }
    HandoffStore& handoffs() override { return m_handoffs; }
    OperatorStore& operators() override { return m_operators; }
    DeskTextStore& texts() override { return m_texts; }
    JournalStore& journal() override { return m_journal; }

    bool begin(Access access) override;
    bool commit() override;
    void rollback() override;
    void savepoint() override;
    void releaseSavepoint() override { m_database->releaseSavepoint(); }
    void rollbackToSavepoint() override;
    const std::optional<Error>& failure() const override { return m_database->failure(); }
    bool isConnected() const override { return m_database->isConnected(); }
    quint64 changes() const override { return m_database->changes(); }

private:
    void forget();

    std::unique_ptr<SqlDatabase> m_database;
    SearchIndex m_index;
    SqlDialogs m_dialogs;
    SqlMessages m_messages;
    SqlHandoffs m_handoffs;
    SqlOperators m_operators;
    SqlTexts m_texts;
    SqlJournal m_journal;
    qint64 m_topAtBegin = 0; ///< of the journal
    bool m_writes = false;
};

void SqlStore::forget()
{
    m_index.clear();
    m_dialogs.forget();
    m_journal.forgetTops();
}

bool SqlStore::begin(Access access)
{
    forget();
    if (!m_database->begin(access))
        return false;
    // A reader's first look fixes what it sees. A writer takes the log, on PostgreSQL for itself until its end: a group
    // of jobs locks dialogs in any order, and two servers that met in the middle would wait for each other.
    const QString lock = access == Access::Write ? m_database->dialect().forUpdate : QString();
    m_topAtBegin = firstNumber(m_database->run(u"select top from journal_log where id = 1"_s + lock));
    m_writes = access == Access::Write;
    return !failure();
}

bool SqlStore::commit()
{
    m_index.write();
    m_journal.writeTops();
    if (const QString& tell = m_database->dialect().tellOthers; m_writes && !tell.isEmpty())
        m_database->run(tell, m_topAtBegin);
    return m_database->commit();
}

void SqlStore::rollback()
{
    forget();
    m_database->rollback();
}

void SqlStore::savepoint()
{
    m_index.mark();
    m_journal.writeTops();
    m_database->savepoint();
}

void SqlStore::rollbackToSavepoint()
{
    m_index.returnToMark();
    m_dialogs.forget();
    m_journal.forgetTops();
    m_database->rollbackToSavepoint();
}

} // namespace

Result<std::unique_ptr<Store>> openSqlStore(const QByteArray& url, Store::Access access)
{
    auto connected = openDatabase(url, access);
    if (!connected)
        return connected.error();
    std::unique_ptr<SqlDatabase> database = std::move(connected).value();
    const auto current = access == Store::Access::Write ? migrate(*database) : checkSchemaVersion(*database);
    if (!current)
        return current.error();
    if (access == Store::Access::Write)
        SqlJournal::createEpoch(*database);
    QByteArray epoch = SqlJournal::readEpoch(*database);
    if (database->failure())
        return database->whyFailed();
    if (epoch.isEmpty())
        return Error(ErrorCode::Unavailable, u"The database's journal has not been made yet."_s);
    return std::unique_ptr<Store>(std::make_unique<SqlStore>(std::move(database), std::move(epoch)));
}

} // namespace signalbox
