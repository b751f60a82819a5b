// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/alertmodel.h"

#include "console/store/store.h"

#include <algorithm>

namespace signalbox::console {

AlertModel::AlertModel(Store& store, QObject* parent)
    : QAbstractListModel(parent)
    , m_store(store)
    , m_rows(store.alerts())
{
    connect(&store, &Store::alertsChanged, this, &AlertModel::update);
}

/// What has news has gone to the front, the others keep their order: so the rows that are no longer in step are taken
/// out, and what is missing is put in.
void AlertModel::update()
{
    const QList<Alert>& target = m_store.alerts();
    qsizetype at = target.size() - 1;
    for (int row = rowCount() - 1; row >= 0; --row) {
        qsizetype place = at;
        while (place >= 0 && target[place].service != m_rows[row].service)
            --place;
        if (place >= 0) {
            at = place - 1;
            continue;
        }
        beginRemoveRows({}, row, row);
        m_rows.removeAt(row);
        endRemoveRows();
    }
    for (int row = 0; row < target.size(); ++row)
        settle(row, target[row]);
}

void AlertModel::settle(int row, const Alert& alert)
{
    if (row >= rowCount() || m_rows[row].service != alert.service) {
        beginInsertRows({}, row, row);
        m_rows.insert(row, alert);
        endInsertRows();
    } else if (m_rows[row] != alert) {
        m_rows[row] = alert;
        emit dataChanged(index(row), index(row));
    }
}

int AlertModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant AlertModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Alert& alert = m_rows[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return QString(alert.service + u": " + (alert.message.isEmpty() ? alert.status : alert.message));
    case Qt::AccessibleTextRole:
        return alert.acknowledged ? tr("%1, %2, acknowledged").arg(alert.service, alert.message)
                                  : tr("%1, %2, %3").arg(alert.service, alert.status, alert.message);
    case ServiceRole:
        return alert.service;
    case StatusRole:
        return alert.status;
    case SeverityRole:
        return static_cast<int>(alert.severity);
    case MessageRole:
        return alert.message;
    case TimeRole:
        return alert.atMs;
    case AcknowledgedRole:
        return alert.acknowledged;
    case IsOverRole:
        return alert.isOver();
    default:
        return {};
    }
}

QHash<int, QByteArray> AlertModel::roleNames() const
{
    return {{ServiceRole, "service"}, {StatusRole, "status"}, {SeverityRole, "severity"},
            {MessageRole, "message"}, {TimeRole, "time"},     {AcknowledgedRole, "acknowledged"},
            {IsOverRole, "isOver"}};
}

void AlertModel::acknowledge(int row)
{
    if (row >= 0 && row < rowCount())
        m_store.acknowledge(QString(m_rows[row].service));
}

int AlertModel::unacknowledged() const
{
    return static_cast<int>(
        std::count_if(m_rows.begin(), m_rows.end(), [](const Alert& alert) { return !alert.acknowledged; }));
}

} // namespace signalbox::console
