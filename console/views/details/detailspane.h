// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/alertmodel.h"
#include "console/models/teammodel.h"

#include <QWidget>

class QListView;
class QStackedWidget;
class QTabBar;

namespace signalbox::console {

class Button;
class Commands;
class CustomerTab;
class HealthSeries;
class HealthTab;
class Look;
class Text;
class Workspace;

/// The right pane: Customer, Team, Health, and for admins Connections.
class DetailsPane : public QWidget
{
    Q_OBJECT
public:
    enum Tab { Customer, Team, Health, Connections };

    DetailsPane(const Look& look, const Commands& commands, Workspace& workspace, const HealthSeries& series,
                QWidget* parent = nullptr);

    void setDialog(qint64 dialogId);
    int tab() const;
    void showTab(int tab);
    void nextAlert();
    void acknowledgeAlert();
    void focusTab();

signals:
    void tabChanged(int tab);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeTeam(const Look& look);
    QWidget* makeConnections(const Look& look, const Commands& commands);
    void retranslate();

    Workspace& m_workspace;
    TeamModel m_team;
    AlertModel m_alerts;
    QTabBar* m_tabs;
    QStackedWidget* m_pages;
    CustomerTab* m_customer;
    QListView* m_teamList;
    HealthTab* m_health;
    Text* m_connectionsHint;
    Button* m_openConnections;
};

} // namespace signalbox::console
