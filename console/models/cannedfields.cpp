// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/cannedfields.h"

#include <algorithm>

namespace signalbox::console {

namespace {

constexpr qsizetype kMostFields = 50;
constexpr qsizetype kLongestName = 64;

bool isName(QStringView name)
{
    return !name.trimmed().isEmpty() && name.size() <= kLongestName &&
           std::none_of(name.begin(), name.end(), [](QChar c) { return c == u'{' || c == u'\n' || c == u'\r'; });
}

bool isDoubled(const QString& text, qsizetype at)
{
    return at + 1 < text.size() && text[at + 1] == text[at];
}

QString valueOf(const QHash<QString, QString>& values, const QString& name)
{
    for (auto it = values.cbegin(); it != values.cend(); ++it) {
        if (it.key().compare(name, Qt::CaseInsensitive) == 0)
            return it.value();
    }
    return {};
}

/// `{{` is a brace.
QString unescaped(QString text)
{
    return text.replace(QStringLiteral("{{"), QStringLiteral("{")).replace(QStringLiteral("}}"), QStringLiteral("}"));
}

} // namespace

QList<CannedField> cannedFields(const QString& text)
{
    QList<CannedField> fields;
    qsizetype at = 0;
    while (fields.size() < kMostFields && (at = text.indexOf(u'{', at)) >= 0) {
        if (isDoubled(text, at)) {
            at += 2;
            continue;
        }
        const qsizetype end = text.indexOf(u'}', at);
        const QStringView name = end < 0 ? QStringView() : QStringView(text).sliced(at + 1, end - at - 1);
        if (!isName(name)) {
            ++at;
            continue;
        }
        fields.append({name.trimmed().toString(), at, end - at + 1});
        at = end + 1;
    }
    return fields;
}

FilledText fillFields(const QString& text, const QHash<QString, QString>& values)
{
    FilledText filled;
    qsizetype done = 0;
    const QList<CannedField> fields = cannedFields(text);
    for (const CannedField& field : fields) {
        filled.text += unescaped(text.mid(done, field.start - done));
        done = field.start + field.length;
        const QString value = valueOf(values, field.name);
        if (value.isEmpty()) {
            filled.open.append({field.name, filled.text.size(), field.length});
            filled.text += QStringView(text).sliced(field.start, field.length);
        } else {
            filled.text += value;
        }
    }
    filled.text += unescaped(text.mid(done));
    return filled;
}

} // namespace signalbox::console
