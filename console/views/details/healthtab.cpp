// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/details/healthtab.h"

#include "console/models/healthseries.h"
#include "console/views/chart/chart.h"
#include "console/views/details/alertdelegate.h"
#include "console/views/look/look.h"
#include "console/views/widgets/text.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QListView>
#include <QLocale>
#include <QScrollArea>
#include <QVBoxLayout>

namespace signalbox::console {

HealthTab::HealthTab(const Look& look, AlertModel& alerts, const HealthSeries& series, QWidget* parent)
    : QWidget(parent)
    , m_alerts(alerts)
    , m_quiet(new Text(look, 0, QFont::Normal, Shade::Good, this))
    , m_list(new QListView(this))
{
    auto* delegate = new AlertDelegate(look, m_list);
    m_list->setModel(&alerts);
    m_list->setItemDelegate(delegate);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->viewport()->setAutoFillBackground(false);
    m_list->setMouseTracking(true);
    m_list->setUniformItemSizes(true);
    m_list->setVerticalScrollMode(QListView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(m_list, &QListView::clicked, this, [this, delegate](const QModelIndex& index) {
        const QPoint at = m_list->viewport()->mapFromGlobal(QCursor::pos());
        if (delegate->buttonRect(m_list->visualRect(index)).contains(at))
            m_alerts.acknowledge(index.row());
    });
    connect(m_list, &QListView::activated, this,
            [this](const QModelIndex& index) { m_alerts.acknowledge(index.row()); });
    auto* body = new QWidget(this);
    auto* charts = new QVBoxLayout(body);
    charts->setContentsMargins(16, 8, 12, 16);
    charts->setSpacing(2);
    for (const Series* each : {&series.queueLength(), &series.eventRate(), &series.eventLatency(),
                               &series.sendLatency(), &series.roundTrip()})
        addPlot(*charts, look, *each);
    charts->addStretch(1);
    auto* area = new QScrollArea(this);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setWidget(body);
    area->setFocusPolicy(Qt::NoFocus);
    m_quiet->setContentsMargins(16, 14, 16, 6);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_quiet);
    column->addWidget(m_list);
    column->addWidget(area, 1);
    connect(&series, &HealthSeries::changed, this, &HealthTab::update);
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(&alerts, signal, this, &HealthTab::update);
    connect(&alerts, &QAbstractItemModel::modelReset, this, &HealthTab::update);
    retranslate();
}

void HealthTab::addPlot(QVBoxLayout& column, const Look& look, const Series& series)
{
    auto* title = new Text(look, -1, QFont::Medium, Shade::Muted, this);
    auto* value = new Text(look, 0, QFont::DemiBold, Shade::Normal, this);
    auto* chart = new Chart(look, series, Chart::Form::Axes, this);
    chart->setMinimumHeight(84);
    auto* row = new QHBoxLayout;
    row->addWidget(title, 1);
    row->addWidget(value);
    row->setContentsMargins(0, 6, 4, 0);
    column.addLayout(row);
    column.addWidget(chart);
    m_plots.push_back({chart, title, value, &series, {}});
}

void HealthTab::update()
{
    const int rows = m_alerts.rowCount();
    m_list->setVisible(rows > 0);
    m_quiet->setVisible(rows == 0);
    const int rowHeight = rows > 0 ? m_list->sizeHintForRow(0) : 0;
    m_list->setFixedHeight(std::min(4, std::max(1, rows)) * rowHeight + 2);
    for (const Plot& plot : m_plots) {
        plot.chart->refresh();
        const QString number =
            plot.series->isEmpty() ? QStringLiteral("–") : QLocale().toString(plot.series->last().value, 'f', 0);
        plot.value->setText(plot.unit.isEmpty() ? number : number + QChar(QChar::Nbsp) + plot.unit);
    }
}

void HealthTab::retranslate()
{
    const QString names[] = {tr("Queue"), tr("Events per second"), tr("From event to screen"),
                             tr("From Enter to server"), tr("Round trip")};
    const QString units[] = {{}, {}, tr("ms"), tr("ms"), tr("ms")};
    for (qsizetype i = 0; i < m_plots.size(); ++i) {
        m_plots[i].title->setText(names[i]);
        m_plots[i].unit = units[i];
        m_plots[i].chart->setUnit(units[i]);
        m_plots[i].chart->setAccessibleName(names[i]);
    }
    m_quiet->setText(tr("All parts are well"));
    m_list->setAccessibleName(tr("Alerts"));
    update();
}

void HealthTab::nextAlert()
{
    const int rows = m_alerts.rowCount();
    if (rows == 0)
        return;
    m_list->setCurrentIndex(m_alerts.index((m_list->currentIndex().row() + 1) % rows));
    m_list->setFocus(Qt::ShortcutFocusReason);
}

void HealthTab::acknowledge()
{
    m_alerts.acknowledge(std::max(0, m_list->currentIndex().row()));
}

void HealthTab::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace signalbox::console
