// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/records.h"

#include <QAbstractListModel>

namespace signalbox::console {

class Store;

/// The operators: who can take something first (online, then away, dnd, offline), by name among equals. Disabled ones
/// come only with setWithDisabled() (the admin's list).
class TeamModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role {
        IdRole = Qt::UserRole + 1, ///< QString
        NameRole,                  ///< QString
        LoginRole,                 ///< QString
        PresenceRole,              ///< int, Presence
        LoadRole,                  ///< int
        CapacityRole,              ///< int
        RoleNameRole,              ///< QString, "operator", "director", "admin"
        IsMeRole,                  ///< bool
        IsDisabledRole,            ///< bool
        InitialsRole,              ///< QString
    };

    explicit TeamModel(Store& store, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    void setWithDisabled(bool withDisabled);
    QString operatorAt(int row) const;

private:
    QList<Operator> wanted() const;
    void update();
    void settle(int row, const Operator& person);

    Store& m_store;
    bool m_withDisabled = false; ///< before m_rows, which is made of it
    QList<Operator> m_rows;
};

/// "online", "do not disturb", … in the language of the program.
QString presenceTitle(Presence presence);

} // namespace signalbox::console
