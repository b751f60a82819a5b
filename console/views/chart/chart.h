// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/series.h"

#include <QTimer>
#include <QWidget>

namespace signalbox::console {

class Look;

/// A series over the last minutes as a filled line. With axes: the highest value, the time, and what is under the
/// mouse; without: a sparkline. Repaints at most four times a second, draws at most one column per pixel.
class Chart : public QWidget
{
    Q_OBJECT
public:
    enum class Form : quint8 { Sparkline, Axes };

    /// The series is borrowed.
    Chart(const Look& look, const Series& series, Form form, QWidget* parent = nullptr);

    void setSpan(int seconds) { m_spanMs = seconds * 1000LL; }
    void setUnit(const QString& unit) { m_unit = unit; }
    /// There is something new; painted soon.
    void refresh();
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    static constexpr int kShortestMs = 250;
    struct Scale
    {
        QRectF plot;
        qint64 fromMs = 0;
        qint64 toMs = 0;
        double top = 1;
        QPointF at(qint64 ms, double value) const;
    };
    Scale scale() const;
    void paintLine(QPainter& painter, const Scale& scale) const;
    void paintAxes(QPainter& painter, const Scale& scale) const;
    void paintHover(QPainter& painter, const Scale& scale) const;
    QString valueText(double value) const;

    const Look& m_look;
    const Series& m_series;
    Form m_form;
    QString m_unit;
    qint64 m_spanMs = 600'000;
    int m_hoverX = -1;
    QTimer m_repaint;
};

} // namespace signalbox::console
