// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QString>

namespace signalbox::console {

/// A {field} of a canned reply's text. `{{` and `}}` are braces, not fields.
struct CannedField
{
    QString name;         ///< "order number"
    qsizetype start = 0;  ///< of "{order number}" in the text
    qsizetype length = 0; ///< with its braces

    bool operator==(const CannedField&) const = default;
};

/// In order; at most 50. A name has 1 to 64 characters, no braces and no line breaks.
QList<CannedField> cannedFields(const QString& text);

/// A text with its known fields replaced ("name", "operator", … in any case), and what is left to be filled by a
/// person: no "{name}" must ever reach a guest.
struct FilledText
{
    QString text;
    QList<CannedField> open; ///< places in `text`
};
FilledText fillFields(const QString& text, const QHash<QString, QString>& values);

} // namespace signalbox::console
