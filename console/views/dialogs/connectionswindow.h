// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/connectionmodel.h"
#include "console/models/teammodel.h"

#include <QStandardItemModel>
#include <QWidget>

class QListView;
class QTabWidget;
class QTableView;

namespace signalbox::console {

class Actions;
class Backend;
class Button;
class IconButton;
class Look;
class SearchField;
class Store;
class Text;

/// For administrators: the server's live connections, its rooms, the operators of the desk. A window of its own.
class ConnectionsWindow : public QWidget
{
    Q_OBJECT
public:
    ConnectionsWindow(const Look& look, Store& store, Backend& backend, Actions& actions, QWidget* parent = nullptr);

    ConnectionModel& model() { return m_model; }
    QTableView& table() { return *m_table; }
    void refresh();

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeConnections();
    QWidget* makeRooms();
    QWidget* makeOperators();
    void updateSummary();
    void closeSelected(bool wholeUser);
    void answered(const CallResult& result);
    void readRooms();
    void roomsArrived(const CallResult& result);
    void addOperator();
    void changeOperator();
    void exportTable();
    void retranslate();

    const Look& m_look;
    Store& m_store;
    Backend& m_backend;
    Actions& m_actions;
    ConnectionModel m_model;
    QStandardItemModel m_rooms;
    TeamModel m_team;
    QTabWidget* m_tabs;
    SearchField* m_search;
    IconButton* m_slow;
    IconButton* m_refresh;
    IconButton* m_export;
    QTableView* m_table;
    QTableView* m_roomTable;
    QListView* m_operators;
    Text* m_summary;
    Button* m_close;
    Button* m_closeUser;
    Button* m_addOperator;
    Button* m_changeOperator;
};

} // namespace signalbox::console
