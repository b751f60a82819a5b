// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>

namespace signalbox::console {

class CannedModel;
class Commands;
class Store;

/// What Ctrl+K finds: commands that are possible now, dialogs, canned replies. The best first, at most kMostRows.
class PaletteModel : public QAbstractListModel
{
    Q_OBJECT
public:
    static constexpr int kMostRows = 50;
    enum class Kind : quint8 { Command, Dialog, Canned };
    enum Role { TitleRole = Qt::UserRole + 1, DetailRole, HintRole, PictureRole };

    struct Entry
    {
        Kind kind = Kind::Command;
        qint64 id = 0; ///< the command's number, the dialog's, the canned reply's
        QString title;
        QString detail;
        QString hint;
        int rank = 0;
        bool operator==(const Entry&) const = default;
    };

    PaletteModel(const Commands& commands, const Store& store, QObject* parent = nullptr);

    void setSearch(const QString& text);
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Entry at(int row) const { return m_rows.value(row); }

private:
    void addCommands(const QString& search);
    void addDialogs(const QString& search);
    void addCanned(const QString& search);

    const Commands& m_commands;
    const Store& m_store;
    QList<Entry> m_rows;
};

} // namespace signalbox::console
