// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/records.h"

#include <QAbstractListModel>

namespace signalbox::console {

class Store;

/// The alerts of system health, the newest first; one per part of the system.
class AlertModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role {
        ServiceRole = Qt::UserRole + 1, ///< QString
        StatusRole,                     ///< QString
        SeverityRole,                   ///< int, Severity
        MessageRole,                    ///< QString
        TimeRole,                       ///< qint64
        AcknowledgedRole,               ///< bool
        IsOverRole,                     ///< bool
    };

    explicit AlertModel(Store& store, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    void acknowledge(int row);
    int unacknowledged() const;

private:
    void update();
    void settle(int row, const Alert& alert);

    Store& m_store;
    QList<Alert> m_rows;
};

} // namespace signalbox::console
