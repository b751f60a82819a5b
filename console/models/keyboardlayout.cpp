// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/keyboardlayout.h"

#include <QHash>

#include <array>

namespace signalbox::console {

namespace {

// The same keys on both layouts, lower row by row, then with Shift.
constexpr std::u16string_view kLatin = u"`qwertyuiop[]asdfghjkl;'zxcvbnm,./~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?@#$^&";
constexpr std::u16string_view kCyrillic = u"ёйцукенгшщзхъфывапролджэячсмитьбю.ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,\"№;:?";
static_assert(kLatin.size() == kCyrillic.size());

using Table = QHash<QChar, QChar>;

Table tableOf(std::u16string_view from, std::u16string_view to)
{
    Table table;
    for (size_t i = 0; i < from.size(); ++i) {
        if (!table.contains(QChar(from[i])))
            table.insert(QChar(from[i]), QChar(to[i]));
    }
    return table;
}

bool isCyrillic(QChar letter)
{
    return letter.script() == QChar::Script_Cyrillic;
}

bool isLatin(QChar letter)
{
    return letter.isLetter() && letter.unicode() < 128;
}

/// A letter, or a key that is a letter on the other layout.
bool belongsToWord(QChar letter)
{
    static const Table toCyrillic = tableOf(kLatin, kCyrillic);
    return letter.isLetterOrNumber() || (toCyrillic.contains(letter) && isCyrillic(toCyrillic.value(letter)));
}

} // namespace

std::optional<Qt::Key> latinKeyOf(int cyrillicKey)
{
    // Qt names a Cyrillic key by its capital letter.
    if (cyrillicKey < 0x0400 || cyrillicKey > 0x04FF)
        return std::nullopt;
    static const Table toLatin = tableOf(kCyrillic, kLatin);
    const auto found = toLatin.constFind(QChar(static_cast<char16_t>(cyrillicKey)).toLower());
    if (found == toLatin.cend())
        return std::nullopt;
    return static_cast<Qt::Key>(found->toUpper().unicode());
}

QString otherLayout(const QString& text)
{
    static const Table toCyrillic = tableOf(kLatin, kCyrillic);
    static const Table toLatin = tableOf(kCyrillic, kLatin);
    const auto cyrillic = std::count_if(text.begin(), text.end(), isCyrillic);
    const auto latin = std::count_if(text.begin(), text.end(), isLatin);
    const Table& table = cyrillic > latin ? toLatin : toCyrillic;
    QString result = text;
    for (QChar& letter : result)
        letter = table.value(letter, letter);
    return result;
}

qsizetype wordStart(const QString& text, qsizetype position)
{
    qsizetype start = std::min(position, text.size());
    while (start > 0 && text[start - 1].isSpace())
        --start;
    while (start > 0 && belongsToWord(text[start - 1]))
        --start;
    return start;
}

} // namespace signalbox::console
