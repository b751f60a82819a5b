// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace signalbox {

// Words, as the search of dialogs understands them. Both databases index these and not the text itself, so that they
// find the same and no text is ever taken for their query syntax. Capitals and accents do not matter; ё is е.

/// The words of a text, one space between them: letters and digits of any script, folded. Long words are cut; of a very
/// long text only the beginning counts.
QString searchWordsOf(const QString& text);

/// What somebody looks for: all of these words, the last one as the beginning of a word.
class SearchTerms
{
public:
    explicit SearchTerms(const QString& text);
    const QStringList& words() const { return m_words; }
    bool isEmpty() const { return m_words.isEmpty(); } ///< no word in it
    /// `words` as searchWordsOf() makes them.
    bool match(const QString& words) const;

private:
    QStringList m_words;
};

} // namespace signalbox
