// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/outboxjournal.h"

#include <QJsonDocument>

namespace signalbox::console {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kLargeJournalBytes = 1 << 20;

QByteArray recordOf(const Intent& intent)
{
    return QJsonDocument(toJson(intent)).toJson(QJsonDocument::Compact);
}

qsizetype indexOf(const QList<Intent>& intents, const QString& clientId)
{
    for (qsizetype i = 0; i < intents.size(); ++i) {
        if (intents[i].clientId == clientId)
            return i;
    }
    return -1;
}

/// A record puts an intent, in its old place when it is known, or removes it.
void applyRecord(QList<Intent>& intents, const QByteArray& record)
{
    const QJsonObject json = QJsonDocument::fromJson(record).object();
    if (const QString gone = json.value("gone"_L1).toString(); !gone.isEmpty()) {
        if (const qsizetype at = indexOf(intents, gone); at >= 0)
            intents.removeAt(at);
        return;
    }
    const auto intent = intentOf(json);
    if (!intent)
        return;
    if (const qsizetype at = indexOf(intents, intent->clientId); at >= 0)
        intents[at] = *intent;
    else
        intents.append(*intent);
}

} // namespace

OutboxJournal::OutboxJournal(const QString& path)
    : m_file(path)
{
}

Result<QList<Intent>> OutboxJournal::open()
{
    auto records = m_file.open();
    if (!records)
        return records.error();
    QList<Intent> intents;
    for (const QByteArray& record : *records)
        applyRecord(intents, record);
    return intents;
}

Result<void> OutboxJournal::put(const Intent& intent)
{
    return m_file.append(recordOf(intent), true);
}

Result<void> OutboxJournal::remove(const QString& clientId)
{
    // Not durable: if the power takes it, the intent is sent once more and the server knows it by its id.
    return m_file.append(QJsonDocument(QJsonObject{{u"gone"_s, clientId}}).toJson(QJsonDocument::Compact), false);
}

void OutboxJournal::compactIfLarge(const QList<Intent>& intents)
{
    if (m_file.size() < kLargeJournalBytes)
        return;
    QList<QByteArray> records;
    qint64 bytes = 0;
    for (const Intent& intent : intents) {
        records.append(recordOf(intent));
        bytes += records.last().size();
    }
    // Not again and again when it is all alive.
    if (bytes < m_file.size() / 2)
        (void)m_file.rewrite(records);
}

} // namespace signalbox::console
