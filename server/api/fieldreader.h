// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QSet>

#include <optional>

namespace signalbox {

/// Takes the members out of a request's JSON object. The first one that is missing, of the wrong type or out of bounds
/// is remembered, and so is any that nobody asked for; finish() says which (InvalidField with the member's name). Reads
/// on after a problem, with empty values.
class FieldReader
{
public:
    explicit FieldReader(QJsonObject object)
        : m_object(std::move(object))
    {
    }

    bool has(QLatin1String name);
    /// A string of 1 to `longest` characters.
    QString required(QLatin1String name, qsizetype longest);
    /// A string of 0 to `longest` characters; empty when absent or null.
    QString optional(QLatin1String name, qsizetype longest);
    /// A non-empty string or an integer, as text; empty when absent or null.
    QByteArray id(QLatin1String name, qsizetype longest = 128);
    QByteArray requiredId(QLatin1String name, qsizetype longest = 128);
    std::optional<qint64> integer(QLatin1String name, qint64 least, qint64 most);
    qint64 requiredInteger(QLatin1String name, qint64 least, qint64 most);
    std::optional<bool> flag(QLatin1String name);
    /// An object as compact JSON of at most `mostBytes`; empty when absent or null.
    QByteArray object(QLatin1String name, qsizetype mostBytes);
    /// An array; nothing when absent or null.
    std::optional<QJsonArray> array(QLatin1String name, qsizetype most);
    /// One of these words; empty when absent or null.
    QByteArray choice(QLatin1String name, std::initializer_list<const char*> words);

    /// For a check of the caller's own.
    void refuse(QByteArray name, const QString& why);
    Result<void> finish();

private:
    QJsonValue take(QLatin1String name);
    void wrong(QLatin1String name, const char* expected);

    const QJsonObject m_object;
    QSet<QString> m_asked;
    std::optional<Error> m_problem;
};

} // namespace signalbox
