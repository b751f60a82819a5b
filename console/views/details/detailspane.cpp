// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/details/detailspane.h"

#include "console/client/workspace.h"
#include "console/models/healthseries.h"
#include "console/store/store.h"
#include "console/views/desktop/commands.h"
#include "console/views/details/customertab.h"
#include "console/views/details/healthtab.h"
#include "console/views/details/teamdelegate.h"
#include "console/views/look/look.h"
#include "console/views/widgets/button.h"
#include "console/views/widgets/text.h"

#include <QEvent>
#include <QListView>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace signalbox::console {

DetailsPane::DetailsPane(const Look& look, const Commands& commands, Workspace& workspace, const HealthSeries& series,
                         QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_team(workspace.store())
    , m_alerts(workspace.store())
    , m_tabs(new QTabBar(this))
    , m_pages(new QStackedWidget(this))
    , m_customer(new CustomerTab(look, workspace.store(), workspace.actions(), this))
    , m_teamList(new QListView(this))
    , m_health(new HealthTab(look, m_alerts, series, this))
{
    setAutoFillBackground(true);
    setMinimumWidth(292);
    m_tabs->setUsesScrollButtons(false);
    m_tabs->setExpanding(true);
    m_tabs->setElideMode(Qt::ElideNone);
    m_pages->addWidget(m_customer);
    m_pages->addWidget(makeTeam(look));
    m_pages->addWidget(m_health);
    m_pages->addWidget(makeConnections(look, commands));
    for (int i = 0; i < m_pages->count(); ++i)
        m_tabs->addTab(QString());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_tabs);
    column->addWidget(m_pages, 1);
    connect(m_tabs, &QTabBar::currentChanged, m_pages, &QStackedWidget::setCurrentIndex);
    connect(m_tabs, &QTabBar::currentChanged, this, &DetailsPane::tabChanged);
    const auto showAdmin = [this] {
        m_tabs->setTabVisible(Connections, m_workspace.store().me().role == Role::Admin);
        retranslate(); // a tab bar lays out its tabs anew only when a text is set
    };
    connect(&workspace.store(), &Store::meChanged, this, showAdmin);
    connect(&workspace.store(), &Store::reset, this, showAdmin);
    connect(&workspace.store(), &Store::alertsChanged, this, &DetailsPane::retranslate);
    showAdmin();
}

QWidget* DetailsPane::makeTeam(const Look& look)
{
    m_teamList->setModel(&m_team);
    m_teamList->setItemDelegate(new TeamDelegate(look, m_teamList));
    m_teamList->setFrameShape(QFrame::NoFrame);
    m_teamList->viewport()->setAutoFillBackground(false);
    m_teamList->setUniformItemSizes(true);
    m_teamList->setMouseTracking(true);
    m_teamList->setVerticalScrollMode(QListView::ScrollPerPixel);
    m_teamList->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(4, 8, 4, 8);
    column->addWidget(m_teamList);
    return page;
}

QWidget* DetailsPane::makeConnections(const Look& look, const Commands& commands)
{
    auto* page = new QWidget(this);
    m_connectionsHint = new Text(look, 0, QFont::Normal, Shade::Muted, page);
    m_connectionsHint->setWordWrap(true);
    m_openConnections = new Button(look, "plug", ButtonKind::Plain, page);
    connect(m_openConnections, &QPushButton::clicked, commands.action(Command::Connections), &QAction::trigger);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(12);
    column->addWidget(m_connectionsHint);
    column->addWidget(m_openConnections);
    column->addStretch(1);
    return page;
}

void DetailsPane::setDialog(qint64 dialogId)
{
    m_customer->setDialog(dialogId);
}

int DetailsPane::tab() const
{
    return m_tabs->currentIndex();
}

void DetailsPane::showTab(int tab)
{
    if (tab >= 0 && tab < m_tabs->count() && m_tabs->isTabVisible(tab))
        m_tabs->setCurrentIndex(tab);
}

void DetailsPane::nextAlert()
{
    showTab(Health);
    m_health->nextAlert();
}

void DetailsPane::acknowledgeAlert()
{
    m_health->acknowledge();
}

void DetailsPane::focusTab()
{
    m_tabs->setFocus(Qt::ShortcutFocusReason);
}

void DetailsPane::retranslate()
{
    const int alerts = m_alerts.unacknowledged();
    m_tabs->setTabText(Customer, tr("Guest"));
    m_tabs->setTabText(Team, tr("Team"));
    m_tabs->setTabText(Health, alerts > 0 ? tr("Health") + QStringLiteral("  %1").arg(alerts) : tr("Health"));
    m_tabs->setTabText(Connections, tr("Server"));
    m_tabs->setAccessibleName(tr("Details"));
    m_customer->setAccessibleName(tr("Guest"));
    m_teamList->setAccessibleName(tr("Team"));
    m_connectionsHint->setText(tr("Who is connected to the server, its rooms, and the operators of the desk."));
    m_openConnections->setText(tr("Connections…"));
}

void DetailsPane::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace signalbox::console
