// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/store/handoffcard.h"

namespace signalbox::console {

namespace {

using namespace Qt::StringLiterals;

constexpr qsizetype kMostFacts = 20;
constexpr qsizetype kMostSteps = 20;

QString plainText(const QJsonValue& value)
{
    switch (value.type()) {
    case QJsonValue::String:
        return value.toString();
    case QJsonValue::Double:
        return QString::number(value.toDouble(), 'g', 10);
    case QJsonValue::Bool:
        return value.toBool() ? u"✓"_s : u"–"_s;
    default:
        return {};
    }
}

QStringList steps(const QJsonValue& value)
{
    QStringList list;
    const QJsonArray array = value.isArray() ? value.toArray() : QJsonArray{value};
    for (const QJsonValue step : array) {
        if (const QString text = plainText(step); !text.isEmpty() && list.size() < kMostSteps)
            list.append(text);
    }
    return list;
}

} // namespace

HandoffCard handoffCard(const Handoff& handoff)
{
    HandoffCard card;
    card.reason = handoff.reason;
    for (auto it = handoff.metadata.begin(); it != handoff.metadata.end(); ++it) {
        if (it.key() == "summary"_L1)
            card.summary = it.value().toString();
        else if (it.key() == "tried"_L1 || it.key() == "steps"_L1)
            card.tried = steps(it.value());
        else if (const QString text = plainText(it.value()); !text.isEmpty() && card.facts.size() < kMostFacts)
            card.facts.append({it.key(), text});
    }
    return card;
}

} // namespace signalbox::console
