// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/searchquery.h"

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

constexpr int kMostWords = 256;

QString quoted(const SqlDialect& dialect, const QString& word)
{
    return dialect.wordQuote + word + dialect.wordQuote;
}

/// All terms but the last one, and this in its place.
QString conjunction(const SqlDialect& dialect, const SearchTerms& terms, const QString& last)
{
    QStringList parts;
    for (qsizetype i = 0; i + 1 < terms.words().size(); ++i)
        parts.append(quoted(dialect, terms.words()[i]));
    if (!last.isEmpty())
        parts.append(last);
    return parts.join(dialect.wordAnd);
}

/// The index's words with this beginning, at most one more than kMostWords.
QStringList wordsBeginningWith(SqlDatabase& database, const QString& sql, const QString& beginning)
{
    QStringList words;
    SqlRows rows = database.run(sql, beginning, kMostWords + 1);
    while (rows.next()) {
        QString word = rows.text();
        if (!word.startsWith(beginning))
            break;
        words.append(std::move(word));
    }
    return words;
}

SearchQuery makeQuery(SqlDatabase& database, const SearchTerms& terms, const QString& vocabularySql)
{
    const SqlDialect& dialect = database.dialect();
    const QString& beginning = terms.words().last();
    const QString byBeginning = conjunction(dialect, terms, quoted(dialect, beginning) + dialect.wordPrefix);
    if (vocabularySql.isEmpty())
        return {SearchQuery::Kind::Index, byBeginning};
    QStringList words = wordsBeginningWith(database, vocabularySql, beginning);
    if (words.isEmpty())
        return {SearchQuery::Kind::Nothing, {}};
    if (words.size() > kMostWords) {
        return terms.words().size() > 1 ? SearchQuery{SearchQuery::Kind::Checked, conjunction(dialect, terms, {})}
                                        : SearchQuery{SearchQuery::Kind::Scan, byBeginning};
    }
    for (QString& word : words)
        word = quoted(dialect, word);
    return {SearchQuery::Kind::Index, conjunction(dialect, terms, u'(' + words.join(dialect.wordOr) + u')')};
}

} // namespace

SearchQuery messageQuery(SqlDatabase& database, const SearchTerms& terms)
{
    return makeQuery(database, terms, database.dialect().messageVocabulary);
}

SearchQuery guestQuery(SqlDatabase& database, const SearchTerms& terms)
{
    return makeQuery(database, terms, database.dialect().guestVocabulary);
}

} // namespace signalbox
