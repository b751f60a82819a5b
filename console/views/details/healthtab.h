// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/alertmodel.h"

#include <QWidget>

class QListView;
class QVBoxLayout;

namespace signalbox::console {

class Chart;
class HealthSeries;
class Look;
class Series;
class Text;

/// How the system is: alerts to acknowledge, and what is measured as charts.
class HealthTab : public QWidget
{
    Q_OBJECT
public:
    HealthTab(const Look& look, AlertModel& alerts, const HealthSeries& series, QWidget* parent = nullptr);

    void nextAlert();
    void acknowledge();

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Plot
    {
        Chart* chart;
        Text* title;
        Text* value;
        const Series* series;
        QString unit;
    };
    void addPlot(QVBoxLayout& column, const Look& look, const Series& series);
    void update();
    void retranslate();

    AlertModel& m_alerts;
    Text* m_quiet;
    QListView* m_list;
    QList<Plot> m_plots;
};

} // namespace signalbox::console
