// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/searchwords.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr qsizetype kMostIndexedChars = 65'536;
constexpr qsizetype kLongestWord = 64; // PostgreSQL: a lexeme has less than 2 KB
constexpr qsizetype kMostTerms = 16;

/// Writes words one code point at a time.
class WordWriter
{
public:
    explicit WordWriter(qsizetype size) { m_out.reserve(size); }

    void separate() { m_inWord = false; }
    void add(QStringView folded)
    {
        if (!m_inWord) {
            if (!m_out.isEmpty())
                m_out += u' ';
            m_wordStart = m_out.size();
            m_inWord = true;
        }
        if (m_out.size() - m_wordStart + folded.size() <= kLongestWord)
            m_out += folded;
    }
    QString take() { return std::move(m_out); }

private:
    QString m_out;
    qsizetype m_wordStart = 0;
    bool m_inWord = false;
};

/// Folds what most texts consist of; 0 for a separator, -1 for what needs a closer look.
int foldCommon(char16_t c)
{
    if ((c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9'))
        return c;
    if (c >= u'A' && c <= u'Z')
        return c + 0x20;
    if (c < 0x80)
        return 0;
    if (c >= 0x0430 && c <= 0x044f) // а to я
        return c;
    if (c >= 0x0410 && c <= 0x042f) // А to Я
        return c + 0x20;
    if (c == 0x0401 || c == 0x0451) // Ё, ё
        return 0x0435;
    return -1;
}

bool isMark(char32_t c)
{
    return QChar::category(c) == QChar::Mark_NonSpacing;
}

bool isWordCharacter(char32_t c)
{
    return QChar::isLetterOrNumber(c) || QChar::isMark(c) || QChar::category(c) == QChar::Other_PrivateUse;
}

void addFolded(WordWriter& writer, char32_t c)
{
    if (!isWordCharacter(c))
        return writer.separate();
    const QString folded = QString::fromUcs4(&c, 1).normalized(QString::NormalizationForm_D).toCaseFolded();
    for (qsizetype i = 0; i < folded.size();) {
        // A pair stays one: a long word is never cut inside a code point.
        const bool isPair = folded[i].isHighSurrogate() && i + 1 < folded.size();
        const QStringView part = QStringView(folded).sliced(i, isPair ? 2 : 1);
        if (isPair || !isMark(part.front().unicode()))
            writer.add(part);
        i += part.size();
    }
}

bool hasCombiningMarks(const QString& text)
{
    return std::any_of(text.begin(), text.end(), [](QChar c) { return c >= QChar(0x0300) && c <= QChar(0x036f); });
}

QString wordsOfComposed(const QString& text)
{
    WordWriter writer(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        if (const int common = foldCommon(c.unicode()); common > 0) {
            const QChar folded(common);
            writer.add(QStringView(&folded, 1));
        } else if (common == 0) {
            writer.separate();
        } else if (c.isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate()) {
            addFolded(writer, QChar::surrogateToUcs4(c, text[++i]));
        } else {
            addFolded(writer, c.unicode());
        }
    }
    return writer.take();
}

} // namespace

QString searchWordsOf(const QString& text)
{
    const QString beginning = text.left(kMostIndexedChars);
    // "и" and a breve are й, which is a letter of its own: composed first, so that й stays й.
    return wordsOfComposed(hasCombiningMarks(beginning) ? beginning.normalized(QString::NormalizationForm_C)
                                                        : beginning);
}

SearchTerms::SearchTerms(const QString& text)
    : m_words(searchWordsOf(text).split(u' ', Qt::SkipEmptyParts).mid(0, kMostTerms))
{
}

bool SearchTerms::match(const QString& words) const
{
    const QString padded = u' ' + words + u' ';
    for (qsizetype i = 0; i < m_words.size(); ++i) {
        const bool isLast = i + 1 == m_words.size();
        const QString wanted = isLast ? QString(u' ' + m_words[i]) : QString(u' ' + m_words[i] + u' ');
        if (!padded.contains(wanted))
            return false;
    }
    return true;
}

} // namespace signalbox
