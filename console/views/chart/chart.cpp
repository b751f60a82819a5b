// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/chart/chart.h"

#include "console/views/look/look.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QDateTime>
#include <QGuiApplication>
#include <QLocale>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <cmath>

namespace signalbox::console {

namespace {

constexpr int kAxisWidth = 34;
constexpr int kAxisHeight = 16;

/// The next "round" number: a scale that does not wobble with each value.
double roundedUp(double value)
{
    if (value <= 4)
        return 4;
    const double decade = std::pow(10.0, std::floor(std::log10(value)));
    for (const double step : {1.0, 2.0, 5.0, 10.0}) {
        if (value <= step * decade)
            return step * decade;
    }
    return value;
}

QString axisText(double value)
{
    return value < 1000
               ? QLocale().toString(value, 'f', 0)
               : QLocale().toString(value / 1000, 'f', value < 10000 && value / 1000 != std::floor(value / 1000)) +
                     QLatin1Char('k');
}

} // namespace

Chart::Chart(const Look& look, const Series& series, Form form, QWidget* parent)
    : QWidget(parent)
    , m_look(look)
    , m_series(series)
    , m_form(form)
{
    setMouseTracking(form == Form::Axes);
    m_repaint.setSingleShot(true);
    connect(&m_repaint, &QTimer::timeout, this, qOverload<>(&QWidget::update));
    connect(&look, &Look::changed, this, qOverload<>(&QWidget::update));
}

void Chart::refresh()
{
    if (isVisible() && !m_repaint.isActive())
        m_repaint.start(kShortestMs);
}

QSize Chart::sizeHint() const
{
    return m_form == Form::Axes ? QSize(220, 84) : QSize(72, 18);
}

QPointF Chart::Scale::at(qint64 ms, double value) const
{
    const double x = static_cast<double>(ms - fromMs) / static_cast<double>(std::max<qint64>(1, toMs - fromMs));
    return QPointF(plot.left() + x * plot.width(), plot.bottom() - value / top * plot.height());
}

Chart::Scale Chart::scale() const
{
    Scale scale;
    scale.plot = QRectF(rect()).adjusted(1, 2, -1, -1);
    if (m_form == Form::Axes)
        scale.plot.adjust(0, 4, -kAxisWidth, -kAxisHeight);
    scale.toMs = m_series.isEmpty() ? QDateTime::currentMSecsSinceEpoch() : m_series.last().atMs;
    scale.fromMs = scale.toMs - m_spanMs;
    double highest = 0;
    for (const Series::Column& column : m_series.columns(scale.fromMs, scale.toMs, 60))
        highest = column.points > 0 ? std::max(highest, column.high) : highest;
    scale.top = roundedUp(highest);
    return scale;
}

void Chart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Scale now = scale();
    if (m_form == Form::Axes)
        paintAxes(painter, now);
    if (!m_series.isEmpty())
        paintLine(painter, now);
    if (m_hoverX >= 0 && !m_series.isEmpty())
        paintHover(painter, now);
}

void Chart::paintLine(QPainter& painter, const Scale& scale) const
{
    QPolygonF line;
    const int columns = std::max(2, static_cast<int>(scale.plot.width()));
    for (const Series::Column& column : m_series.columns(scale.fromMs, scale.toMs, columns)) {
        if (column.points > 0)
            line << scale.at(column.atMs, column.high);
    }
    if (line.size() == 1) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_look.colors().accent);
        painter.drawEllipse(line.first(), 2, 2);
    }
    if (line.size() < 2)
        return;
    QPainterPath area;
    area.addPolygon(line);
    area.lineTo(line.last().x(), scale.plot.bottom());
    area.lineTo(line.first().x(), scale.plot.bottom());
    area.closeSubpath();
    QColor fill = m_look.colors().accent;
    fill.setAlphaF(0.16F);
    painter.fillPath(area, fill);
    painter.setPen(QPen(m_look.colors().accent, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPolyline(line);
}

void Chart::paintAxes(QPainter& painter, const Scale& scale) const
{
    const Colors& colors = m_look.colors();
    painter.setFont(m_look.font(-3));
    for (const double part : {0.0, 0.5, 1.0}) {
        const double y = std::round(scale.plot.bottom() - part * scale.plot.height()) + 0.5;
        painter.setPen(colors.border);
        painter.drawLine(QPointF(scale.plot.left(), y), QPointF(scale.plot.right(), y));
        painter.setPen(colors.muted);
        painter.drawText(QRectF(scale.plot.right() + 6, y - 8, kAxisWidth - 6, 16), Qt::AlignLeft | Qt::AlignVCenter,
                         axisText(scale.top * part));
    }
    const QRectF foot(scale.plot.left(), scale.plot.bottom() + 2, scale.plot.width(), kAxisHeight - 2);
    painter.setPen(colors.muted);
    painter.drawText(foot, Qt::AlignLeft | Qt::AlignVCenter, tr("%1 min ago").arg(m_spanMs / 60000));
    painter.drawText(foot, Qt::AlignRight | Qt::AlignVCenter, tr("now"));
}

QString Chart::valueText(double value) const
{
    const QString number = QLocale().toString(value, 'f', value < 10 && value != std::floor(value) ? 1 : 0);
    return m_unit.isEmpty() ? number : number + QChar(QChar::Nbsp) + m_unit;
}

void Chart::paintHover(QPainter& painter, const Scale& scale) const
{
    const Colors& colors = m_look.colors();
    const double part = std::clamp((m_hoverX - scale.plot.left()) / scale.plot.width(), 0.0, 1.0);
    const Series::Point point = m_series.nearest(scale.fromMs + static_cast<qint64>(part * double(m_spanMs)));
    const QPointF at = scale.at(point.atMs, point.value);
    painter.setPen(QPen(colors.outline, 1));
    painter.drawLine(QPointF(at.x(), scale.plot.top()), QPointF(at.x(), scale.plot.bottom()));
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors.accent);
    painter.drawEllipse(at, 3, 3);
    const QString text = QDateTime::fromMSecsSinceEpoch(point.atMs).toString(QStringLiteral("HH:mm:ss")) +
                         QStringLiteral("  ") + valueText(point.value);
    painter.setFont(m_look.font(-2, QFont::Medium));
    const double width = painter.fontMetrics().horizontalAdvance(text) + 16;
    const QRectF box(std::clamp(at.x() - width / 2, 0.0, std::max(0.0, this->width() - width)), 0, width, 20);
    painter.setBrush(colors.raised);
    painter.setPen(colors.outline);
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    painter.setPen(colors.text);
    painter.drawText(box, Qt::AlignCenter, text);
}

void Chart::mouseMoveEvent(QMouseEvent* event)
{
    m_hoverX = static_cast<int>(event->position().x());
    update();
}

void Chart::leaveEvent(QEvent* event)
{
    m_hoverX = -1;
    update();
    QWidget::leaveEvent(event);
}

void Chart::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    connect(menu.addAction(tr("Copy as CSV")), &QAction::triggered, this,
            [this] { QGuiApplication::clipboard()->setText(m_series.toCsv(accessibleName())); });
    menu.exec(event->globalPos());
}

} // namespace signalbox::console
