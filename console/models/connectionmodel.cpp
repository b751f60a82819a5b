// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/connectionmodel.h"

#include "console/store/recordjson.h"

#include <QDateTime>
#include <QJsonArray>
#include <QLocale>

#include <algorithm>
#include <numeric>

namespace signalbox::console {

namespace {

int alignmentOf(int column)
{
    const bool isNumber = column >= ConnectionModel::Age && column <= ConnectionModel::Out;
    return static_cast<int>((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
}

} // namespace

using namespace Qt::StringLiterals;

ConnectionRecord connectionOf(const QJsonObject& json)
{
    ConnectionRecord record;
    record.clientId = json.value("client_id"_L1).toString();
    record.transport = json.value("transport"_L1).toString();
    record.user = json.value("user"_L1).toString();
    record.role = json.value("role"_L1).toString();
    record.door = json.value("door"_L1).toString();
    record.dialog = json.value("dialog"_L1).toString();
    record.address = json.value("address"_L1).toString();
    record.createdMs = timeOf(json.value("created"_L1));
    record.lastPongMs = timeOf(json.value("last_pong"_L1));
    record.in = json.value("in"_L1).toInteger();
    record.out = json.value("out"_L1).toInteger();
    record.slow = json.value("slow"_L1).toBool();
    return record;
}

ConnectionModel::ConnectionModel(Backend& backend, QObject* parent)
    : QAbstractTableModel(parent)
    , m_backend(backend)
{
}

int ConnectionModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int ConnectionModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QVariant ConnectionModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ConnectionRecord& record = at(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return shownText(record, index.column());
    case Qt::TextAlignmentRole:
        return alignmentOf(index.column());
    case ClientIdRole:
        return record.clientId;
    case UserRole:
        return record.user;
    case SortRole:
        return sortValue(record, index.column());
    case SlowRole:
        return record.slow;
    default:
        return {};
    }
}

QString ConnectionModel::durationText(qint64 sinceMs) const
{
    if (sinceMs == 0)
        return u"–"_s;
    const qint64 seconds = std::max<qint64>(0, m_readMs - sinceMs) / 1000;
    const QLatin1Char zero('0');
    if (seconds < 3600)
        return u"%1:%2"_s.arg(seconds / 60).arg(seconds % 60, 2, 10, zero);
    return u"%1:%2:%3"_s.arg(seconds / 3600).arg(seconds / 60 % 60, 2, 10, zero).arg(seconds % 60, 2, 10, zero);
}

QString ConnectionModel::shownText(const ConnectionRecord& record, int column) const
{
    switch (column) {
    case Transport:
        return record.transport;
    case User:
        return record.user;
    case Dialog:
        return record.dialog;
    case Address:
        return record.address;
    case Age:
        return durationText(record.createdMs);
    case LastPong:
        return durationText(record.lastPongMs);
    case In:
        return QLocale().toString(record.in);
    case Out:
        return QLocale().toString(record.out);
    case Slow:
        return record.slow ? tr("slow") : QString();
    default:
        return {};
    }
}

QVariant ConnectionModel::sortValue(const ConnectionRecord& record, int column) const
{
    switch (column) {
    case Age:
        return record.createdMs;
    case LastPong:
        return record.lastPongMs;
    case In:
        return record.in;
    case Out:
        return record.out;
    case Slow:
        return record.slow;
    default:
        return shownText(record, column);
    }
}

QVariant ConnectionModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return alignmentOf(section);
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Transport:
        return tr("Transport");
    case User:
        return tr("User");
    case Dialog:
        return tr("Dialog");
    case Address:
        return tr("Address");
    case Age:
        return tr("Age");
    case LastPong:
        return tr("Last pong");
    case In:
        return tr("In");
    case Out:
        return tr("Out");
    case Slow:
        return tr("State");
    default:
        return {};
    }
}

bool ConnectionModel::isBefore(const ConnectionRecord& a, const ConnectionRecord& b) const
{
    const auto text = [](const QString& one, const QString& other) { return one.compare(other); };
    const auto number = [](qint64 one, qint64 other) { return one < other ? -1 : one > other ? 1 : 0; };
    switch (m_sortColumn) {
    case Transport:
        return text(a.transport, b.transport) < 0;
    case User:
        return text(a.user, b.user) < 0;
    case Dialog:
        return a.dialog.size() != b.dialog.size() ? a.dialog.size() < b.dialog.size() : text(a.dialog, b.dialog) < 0;
    case Address:
        return text(a.address, b.address) < 0;
    case LastPong:
        return number(a.lastPongMs, b.lastPongMs) < 0;
    case In:
        return number(a.in, b.in) < 0;
    case Out:
        return number(a.out, b.out) < 0;
    case Slow:
        return a.slow > b.slow;
    default:
        return number(b.createdMs, a.createdMs) < 0; // the youngest age first
    }
}

void ConnectionModel::sort(int column, Qt::SortOrder order)
{
    m_sortColumn = column;
    m_sortOrder = order;
    rebuild();
}

void ConnectionModel::setFilter(const QString& text)
{
    m_filter = text.trimmed();
    rebuild();
}

void ConnectionModel::setSlowOnly(bool slowOnly)
{
    m_slowOnly = slowOnly;
    rebuild();
}

bool ConnectionModel::isShown(const ConnectionRecord& record) const
{
    if (m_slowOnly && !record.slow)
        return false;
    if (m_filter.isEmpty())
        return true;
    for (const QString* text : {&record.user, &record.dialog, &record.address, &record.transport, &record.door}) {
        if (text->contains(m_filter, Qt::CaseInsensitive))
            return true;
    }
    return false;
}

std::vector<int> ConnectionModel::shownRows() const
{
    std::vector<int> rows;
    rows.reserve(m_all.size());
    for (int i = 0; i < total(); ++i) {
        if (isShown(m_all[static_cast<size_t>(i)]))
            rows.push_back(i);
    }
    const bool ascending = m_sortOrder == Qt::AscendingOrder;
    std::stable_sort(rows.begin(), rows.end(), [this, ascending](int a, int b) {
        const auto& one = m_all[static_cast<size_t>(ascending ? a : b)];
        const auto& other = m_all[static_cast<size_t>(ascending ? b : a)];
        return isBefore(one, other);
    });
    return rows;
}

/// In one turn; selection and place follow their connections.
void ConnectionModel::rebuild()
{
    emit layoutAboutToBeChanged();
    const QModelIndexList before = persistentIndexList();
    QStringList ids;
    for (const QModelIndex& index : before)
        ids.append(at(index.row()).clientId);
    takeOver(before, ids);
    emit layoutChanged();
}

void ConnectionModel::takeOver(const QModelIndexList& before, const QStringList& ids)
{
    m_shown = shownRows();
    if (before.isEmpty())
        return;
    QHash<QString, int> rows;
    for (int row = 0; row < rowCount(); ++row)
        rows.insert(at(row).clientId, row);
    QModelIndexList after;
    for (qsizetype i = 0; i < before.size(); ++i) {
        const int row = rows.value(ids[i], -1);
        after.append(row < 0 ? QModelIndex() : index(row, before[i].column()));
    }
    changePersistentIndexList(before, after);
}

void ConnectionModel::refresh()
{
    if (m_call != 0)
        return;
    m_next.clear();
    readPage();
}

void ConnectionModel::readPage()
{
    Call call;
    call.path = u"/api/v1/stats/connections"_s;
    call.query.addQueryItem(u"limit"_s, QString::number(kPage));
    call.query.addQueryItem(u"offset"_s, QString::number(m_next.size()));
    m_call = m_backend.call(std::move(call), this, [this](const CallResult& result) { pageArrived(result); });
}

void ConnectionModel::pageArrived(const CallResult& result)
{
    m_call = 0;
    const auto* answer = std::get_if<Answer>(&result);
    if (!answer) {
        emit failed(std::get<CallError>(result).error);
        return;
    }
    const QJsonArray items = answer->body.value("connections"_L1).toArray();
    for (const QJsonValue item : items)
        m_next.push_back(connectionOf(item.toObject()));
    const qint64 all = std::min<qint64>(answer->body.value("total"_L1).toInteger(), kMostRows);
    if (!items.isEmpty() && static_cast<qint64>(m_next.size()) < all) {
        readPage();
        return;
    }
    setRecords(std::exchange(m_next, {}));
    emit loaded();
}

void ConnectionModel::setRecords(std::vector<ConnectionRecord> records)
{
    // Pages that were read one after the other may show a connection twice.
    QSet<QString> known;
    std::erase_if(records, [&known](const ConnectionRecord& record) {
        if (known.contains(record.clientId))
            return true;
        known.insert(record.clientId);
        return false;
    });
    emit layoutAboutToBeChanged();
    const QModelIndexList before = persistentIndexList();
    QStringList ids;
    for (const QModelIndex& index : before)
        ids.append(at(index.row()).clientId);
    m_all = std::move(records);
    m_readMs = QDateTime::currentMSecsSinceEpoch();
    takeOver(before, ids);
    emit layoutChanged();
}

} // namespace signalbox::console
