// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/errors.h"

#include <QByteArray>
#include <QString>

#include <memory>

namespace signalbox {

/// What a database's error means to the caller.
struct SqlFailure
{
    Error error;
    bool connectionLost = false;
};

/// A prepared statement. Bind every value, execute, read the rows forward, finish. After a false the connection knows
/// why. Belongs to its connection, which outlives it.
class SqlStatement
{
public:
    virtual ~SqlStatement() = default;
    virtual void bind(int index, qint64 value) = 0;
    virtual void bind(int index, const QByteArray& value) = 0;
    virtual void bind(int index, const QString& value) = 0;
    virtual bool execute() = 0;
    /// False at the end, and when it fails: then failed() is true.
    virtual bool next() = 0;
    virtual bool failed() const = 0;
    // Of the current row.
    virtual qint64 number(int column) = 0;
    virtual QByteArray bytes(int column) = 0;
    virtual QString text(int column) = 0;
    /// Rows that an UPDATE or DELETE has changed.
    virtual int changed() const = 0;
    /// Of the row that an INSERT has just added; SQLite alone (SqlDialect::insertReturns).
    virtual qint64 insertedId() const = 0;
    /// Gives up the rest of the rows and the locks.
    virtual void finish() = 0;
};

/// A connection to a database, of one thread.
class SqlConnection
{
public:
    virtual ~SqlConnection() = default;
    /// Null when it fails.
    virtual std::unique_ptr<SqlStatement> prepare(const QString& sql) = 0;
    /// Statements without values and rows.
    virtual bool run(const QString& sql) = 0;
    /// Of the last call that failed.
    virtual SqlFailure failure() const = 0;
};

} // namespace signalbox
