// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/fieldreader.h"

#include <QJsonDocument>

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

constexpr double kExactIntegers = 9007199254740992.0;

std::optional<qint64> integerOf(const QJsonValue& value)
{
    const double number = value.toDouble(0.5);
    if (!value.isDouble() || number != std::trunc(number) || std::abs(number) > kExactIntegers)
        return std::nullopt;
    return static_cast<qint64>(number);
}

bool isAbsent(const QJsonValue& value)
{
    return value.isUndefined() || value.isNull();
}

} // namespace

QJsonValue FieldReader::take(QLatin1String name)
{
    m_asked.insert(name);
    return m_object.value(name);
}

bool FieldReader::has(QLatin1String name)
{
    return !isAbsent(take(name));
}

void FieldReader::refuse(QByteArray name, const QString& why)
{
    if (!m_problem)
        m_problem = Error(ErrorCode::InvalidField, why, std::move(name));
}

void FieldReader::wrong(QLatin1String name, const char* expected)
{
    refuse(QByteArray(name.data(), name.size()), QLatin1String(expected) + QStringLiteral(" is expected."));
}

QString FieldReader::required(QLatin1String name, qsizetype longest)
{
    QString text = optional(name, longest);
    if (text.isEmpty())
        wrong(name, "A text");
    return text;
}

QString FieldReader::optional(QLatin1String name, qsizetype longest)
{
    const QJsonValue value = take(name);
    if (isAbsent(value))
        return {};
    QString text = value.toString();
    if (!value.isString())
        wrong(name, "A text");
    if (text.size() > longest) {
        refuse(QByteArray(name.data(), name.size()), QStringLiteral("At most %1 characters are allowed.").arg(longest));
        return {};
    }
    return text;
}

QByteArray FieldReader::id(QLatin1String name, qsizetype longest)
{
    const QJsonValue value = take(name);
    if (isAbsent(value))
        return {};
    if (const auto number = integerOf(value))
        return QByteArray::number(*number);
    QByteArray text = value.toString().toUtf8();
    if (!text.isEmpty() && text.size() <= longest)
        return text;
    wrong(name, "An id");
    return {};
}

QByteArray FieldReader::requiredId(QLatin1String name, qsizetype longest)
{
    QByteArray text = id(name, longest);
    if (text.isEmpty())
        wrong(name, "An id");
    return text;
}

std::optional<qint64> FieldReader::integer(QLatin1String name, qint64 least, qint64 most)
{
    const QJsonValue value = take(name);
    if (isAbsent(value))
        return std::nullopt;
    const auto number = integerOf(value);
    if (!number || *number < least || *number > most) {
        refuse(QByteArray(name.data(), name.size()),
               QStringLiteral("An integer from %1 to %2 is expected.").arg(least).arg(most));
        return std::nullopt;
    }
    return number;
}

qint64 FieldReader::requiredInteger(QLatin1String name, qint64 least, qint64 most)
{
    const auto number = integer(name, least, most);
    if (!number)
        wrong(name, "An integer");
    return number.value_or(least);
}

std::optional<bool> FieldReader::flag(QLatin1String name)
{
    const QJsonValue value = take(name);
    if (isAbsent(value))
        return std::nullopt;
    if (!value.isBool())
        wrong(name, "true or false");
    return value.toBool();
}

QByteArray FieldReader::object(QLatin1String name, qsizetype mostBytes)
{
    const QJsonValue value = take(name);
    if (isAbsent(value))
        return {};
    QByteArray json = QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact);
    if (!value.isObject())
        wrong(name, "An object");
    if (json.size() <= mostBytes)
        return json;
    refuse(QByteArray(name.data(), name.size()), QStringLiteral("At most %1 bytes are allowed.").arg(mostBytes));
    return {};
}

std::optional<QJsonArray> FieldReader::array(QLatin1String name, qsizetype most)
{
    const QJsonValue value = take(name);
    if (isAbsent(value))
        return std::nullopt;
    if (!value.isArray())
        wrong(name, "An array");
    if (value.toArray().size() > most)
        refuse(QByteArray(name.data(), name.size()), QStringLiteral("At most %1 elements are allowed.").arg(most));
    return value.toArray();
}

QByteArray FieldReader::choice(QLatin1String name, std::initializer_list<const char*> words)
{
    const QJsonValue value = take(name);
    if (isAbsent(value))
        return {};
    QByteArray text = value.toString().toUtf8();
    if (std::any_of(words.begin(), words.end(), [&](const char* word) { return text == word; }))
        return text;
    wrong(name, "One of the known words");
    return {};
}

Result<void> FieldReader::finish()
{
    for (auto it = m_object.begin(); it != m_object.end() && !m_problem; ++it) {
        if (!m_asked.contains(it.key()))
            refuse(it.key().toUtf8(), QStringLiteral("There is no such field."));
    }
    if (m_problem)
        return *m_problem;
    return {};
}

} // namespace signalbox
