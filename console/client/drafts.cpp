// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/drafts.h"

#include "console/store/recordjson.h"

#include <QJsonDocument>

#include <algorithm>

namespace signalbox::console {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kLargeBytes = 4 << 20;
constexpr int kSyncMs = 2000;

QByteArray recordOf(qint64 dialogId, const Draft& draft)
{
    const QJsonObject json{
        {u"dialog"_s, dialogId}, {u"text"_s, draft.text}, {u"note"_s, draft.isNote}, {u"changed"_s, draft.changedMs}};
    return QJsonDocument(json).toJson(QJsonDocument::Compact);
}

void applyRecord(QHash<qint64, Draft>& drafts, const QByteArray& record)
{
    const QJsonObject json = QJsonDocument::fromJson(record).object();
    const qint64 dialogId = idOf(json.value("dialog"_L1));
    const Draft draft{json.value("text"_L1).toString(), json.value("note"_L1).toBool(),
                      json.value("changed"_L1).toInteger()};
    if (dialogId == 0)
        return;
    if (draft.text.isEmpty())
        drafts.remove(dialogId);
    else
        drafts.insert(dialogId, draft);
}

} // namespace

Drafts::Drafts(const QString& path, QObject* parent)
    : QObject(parent)
    , m_file(path)
{
    m_sync.setSingleShot(true);
    m_sync.setInterval(kSyncMs);
    connect(&m_sync, &QTimer::timeout, this, [this] { (void)m_file.sync(); });
}

Drafts::~Drafts()
{
    if (m_sync.isActive())
        (void)m_file.sync();
}

Result<void> Drafts::open()
{
    const auto records = m_file.open();
    if (!records)
        return records.error();
    for (const QByteArray& record : *records)
        applyRecord(m_drafts, record);
    makeRoom();
    compactIfLarge();
    return {};
}

void Drafts::set(qint64 dialogId, const Draft& draft)
{
    const Draft before = of(dialogId);
    if (before.text == draft.text && (draft.text.isEmpty() || before.isNote == draft.isNote))
        return;
    if (draft.text.isEmpty())
        m_drafts.remove(dialogId);
    else
        m_drafts.insert(dialogId, draft);
    write(dialogId);
    makeRoom();
    emit changed(dialogId);
}

void Drafts::write(qint64 dialogId)
{
    if (!m_file.isOpen())
        return;
    (void)m_file.append(recordOf(dialogId, of(dialogId)), false);
    if (!m_sync.isActive())
        m_sync.start();
    compactIfLarge();
}

void Drafts::makeRoom()
{
    while (m_drafts.size() > kMostDrafts) {
        const auto oldest = std::min_element(m_drafts.begin(), m_drafts.end(),
                                             [](const Draft& a, const Draft& b) { return a.changedMs < b.changedMs; });
        const qint64 dialogId = oldest.key();
        m_drafts.erase(oldest);
        write(dialogId);
    }
}

void Drafts::compactIfLarge()
{
    if (m_file.size() < kLargeBytes)
        return;
    QList<QByteArray> records;
    qint64 bytes = 0;
    for (auto it = m_drafts.cbegin(); it != m_drafts.cend(); ++it) {
        records.append(recordOf(it.key(), it.value()));
        bytes += records.last().size();
    }
    if (bytes < m_file.size() / 2)
        (void)m_file.rewrite(records);
}

} // namespace signalbox::console
