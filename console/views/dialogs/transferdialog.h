// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QListView;
class QPlainTextEdit;
class QSortFilterProxyModel;

namespace signalbox::console {

class Button;
class Look;
class SearchField;
class Store;
class TeamModel;

/// To whom a dialog goes, and what the other one should know. The first row is the queue.
class TransferDialog : public QDialog
{
    Q_OBJECT
public:
    static constexpr int kLongestNote = 2000;

    TransferDialog(const Look& look, Store& store, const QString& guest, QWidget* parent);

    /// Once accepted; empty: to the queue.
    QString operatorId() const;
    QString note() const;

private:
    void check();
    void step(int rows);

    Store& m_store;
    TeamModel* m_team;
    QSortFilterProxyModel* m_shown;
    SearchField* m_search;
    QListView* m_list;
    QPlainTextEdit* m_note;
    Button* m_transfer;
    Button* m_queue;
    bool m_toQueue = false;
};

} // namespace signalbox::console
