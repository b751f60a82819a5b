// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/teammodel.h"

#include "console/models/dialoglistmodel.h"
#include "console/store/recordjson.h"
#include "console/store/store.h"

#include <algorithm>

namespace signalbox::console {

namespace {

int rankOf(Presence presence)
{
    switch (presence) {
    case Presence::Online:
        return 0;
    case Presence::Away:
        return 1;
    case Presence::Dnd:
        return 2;
    case Presence::Offline:
        break;
    }
    return 3;
}

qsizetype placeOf(const QList<Operator>& rows, const QString& id)
{
    const auto found = std::find_if(rows.begin(), rows.end(), [&id](const Operator& one) { return one.id == id; });
    return found == rows.end() ? -1 : found - rows.begin();
}

} // namespace

TeamModel::TeamModel(Store& store, QObject* parent)
    : QAbstractListModel(parent)
    , m_store(store)
    , m_rows(wanted())
{
    connect(&store, &Store::operatorsChanged, this, &TeamModel::update);
    connect(&store, &Store::meChanged, this, [this] {
        if (!m_rows.isEmpty())
            emit dataChanged(index(0), index(rowCount() - 1), {IsMeRole});
    });
}

QList<Operator> TeamModel::wanted() const
{
    QList<Operator> rows;
    for (const Operator& person : m_store.operators()) {
        if (m_withDisabled || !person.disabled)
            rows.append(person);
    }
    // The store's are by name.
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Operator& a, const Operator& b) { return rankOf(a.presence) < rankOf(b.presence); });
    return rows;
}

/// From the old rows to the new ones by removals, moves, insertions and changes, so that a selection stays.
void TeamModel::update()
{
    const QList<Operator> target = wanted();
    for (qsizetype row = m_rows.size() - 1; row >= 0; --row) {
        if (placeOf(target, m_rows[row].id) >= 0)
            continue;
        beginRemoveRows({}, static_cast<int>(row), static_cast<int>(row));
        m_rows.removeAt(row);
        endRemoveRows();
    }
    for (int row = 0; row < target.size(); ++row)
        settle(row, target[row]);
}

/// Rows above are as they should be.
void TeamModel::settle(int row, const Operator& person)
{
    const int at = static_cast<int>(placeOf(m_rows, person.id));
    if (at < 0) {
        beginInsertRows({}, row, row);
        m_rows.insert(row, person);
        endInsertRows();
        return;
    }
    if (at != row) {
        beginMoveRows({}, at, at, {}, row);
        m_rows.move(at, row);
        endMoveRows();
    }
    if (m_rows[row] == person)
        return;
    m_rows[row] = person;
    emit dataChanged(index(row), index(row));
}

void TeamModel::setWithDisabled(bool withDisabled)
{
    m_withDisabled = withDisabled;
    update();
}

int TeamModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QString TeamModel::operatorAt(int row) const
{
    return row >= 0 && row < rowCount() ? m_rows[row].id : QString();
}

QVariant TeamModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Operator& person = m_rows[index.row()];
    const QString name = person.name.isEmpty() ? person.id : person.name;
    switch (role) {
    case Qt::DisplayRole:
    case NameRole:
        return name;
    case Qt::AccessibleTextRole:
        return tr("%1, %2, %3 of %4 dialogs")
            .arg(name, presenceTitle(person.presence))
            .arg(person.load)
            .arg(person.capacity);
    case IdRole:
        return person.id;
    case LoginRole:
        return person.login;
    case PresenceRole:
        return static_cast<int>(person.presence);
    case LoadRole:
        return person.load;
    case CapacityRole:
        return person.capacity;
    case RoleNameRole:
        return nameOf(person.role);
    case IsMeRole:
        return person.id == m_store.me().id;
    case IsDisabledRole:
        return person.disabled;
    case InitialsRole:
        return initialsOf(name);
    default:
        return {};
    }
}

QHash<int, QByteArray> TeamModel::roleNames() const
{
    return {{IdRole, "operatorId"}, {NameRole, "name"},         {LoginRole, "login"},
            {LoadRole, "load"},     {PresenceRole, "presence"}, {CapacityRole, "capacity"},
            {IsMeRole, "isMe"},     {RoleNameRole, "roleName"}, {IsDisabledRole, "isDisabled"}};
}

QString presenceTitle(Presence presence)
{
    switch (presence) {
    case Presence::Online:
        return TeamModel::tr("online");
    case Presence::Away:
        return TeamModel::tr("away");
    case Presence::Dnd:
        return TeamModel::tr("do not disturb");
    case Presence::Offline:
        break;
    }
    return TeamModel::tr("offline");
}

} // namespace signalbox::console
