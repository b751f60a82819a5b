// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/records.h"

#include <QAbstractListModel>

namespace signalbox::console {

class Store;

/// Canned replies that fit what was typed, the best first: shortcut that is it, shortcut that begins so, title word
/// that begins so, title, text. Several words must all fit; what was typed on the other keyboard layout fits as well.
class CannedModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role {
        IdRole = Qt::UserRole + 1, ///< qint64
        ShortcutRole,              ///< QString
        TitleRole,                 ///< QString
        TextRole,                  ///< QString, with its {fields}
        IsSharedRole,              ///< bool, everybody's
        IsOwnRole,                 ///< bool
    };

    explicit CannedModel(Store& store, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    void setSearch(const QString& text);
    CannedReply at(int row) const;

    /// How well it fits; 0: not at all. Pure.
    static int rank(const CannedReply& reply, const QString& search);

private:
    void update();

    Store& m_store;
    QString m_search;
    QList<CannedReply> m_rows;
};

} // namespace signalbox::console
