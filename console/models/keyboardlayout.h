// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <Qt>

#include <optional>

namespace signalbox::console {

/// The Latin key at the place of a Cyrillic one (ЙЦУКЕН over QWERTY), so that Ctrl+Л is Ctrl+K; none for other keys.
std::optional<Qt::Key> latinKeyOf(int cyrillicKey);

/// What the same keys give on the other layout: "ghbdtn" → "привет", "руддщ" → "hello". The direction is the one that
/// most letters of the text ask for; characters of neither layout stay.
QString otherLayout(const QString& text);

/// Where the last word before `position` begins: what Alt+X repairs without a selection. Letters of punctuation keys
/// ("," is "б") belong to the word.
qsizetype wordStart(const QString& text, qsizetype position);

} // namespace signalbox::console
