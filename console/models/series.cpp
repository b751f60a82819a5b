// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/series.h"

#include <QDateTime>

#include <algorithm>

namespace signalbox::console {

Series::Series(int capacity)
    : m_points(static_cast<size_t>(std::max(1, capacity)))
{
}

void Series::add(qint64 atMs, double value)
{
    const qint64 at = m_count == 0 ? atMs : std::max(atMs, last().atMs);
    const int capacity = static_cast<int>(m_points.size());
    m_points[static_cast<size_t>((m_first + m_count) % capacity)] = {at, value};
    if (m_count < capacity)
        ++m_count;
    else
        m_first = (m_first + 1) % capacity;
}

Series::Point Series::at(int index) const
{
    return m_points[static_cast<size_t>((m_first + index) % static_cast<int>(m_points.size()))];
}

void Series::clear()
{
    m_first = 0;
    m_count = 0;
}

double Series::highest() const
{
    double highest = 0;
    for (int i = 0; i < m_count; ++i)
        highest = i == 0 ? at(i).value : std::max(highest, at(i).value);
    return highest;
}

std::vector<Series::Column> Series::columns(qint64 fromMs, qint64 toMs, int count) const
{
    std::vector<Column> columns(static_cast<size_t>(std::max(0, count)));
    if (columns.empty() || toMs <= fromMs)
        return columns;
    for (int i = 0; i < m_count; ++i) {
        const Point point = at(i);
        if (point.atMs < fromMs || point.atMs >= toMs)
            continue;
        const double share = static_cast<double>(point.atMs - fromMs) / static_cast<double>(toMs - fromMs);
        Column& column = columns[std::min(columns.size() - 1, static_cast<size_t>(share * count))];
        column.low = column.points == 0 ? point.value : std::min(column.low, point.value);
        column.high = column.points == 0 ? point.value : std::max(column.high, point.value);
        column.last = point.value;
        column.atMs = point.atMs;
        ++column.points;
    }
    return columns;
}

Series::Point Series::nearest(qint64 atMs) const
{
    Point best;
    for (int i = 0; i < m_count; ++i) {
        const Point point = at(i);
        if (i == 0 || std::abs(point.atMs - atMs) < std::abs(best.atMs - atMs))
            best = point;
    }
    return best;
}

QString Series::toCsv(const QString& valueName) const
{
    QString csv = QStringLiteral("time,%1\r\n").arg(valueName);
    for (int i = 0; i < m_count; ++i) {
        const Point point = at(i);
        csv += QDateTime::fromMSecsSinceEpoch(point.atMs, Qt::UTC).toString(Qt::ISODateWithMs) + u',' +
               QString::number(point.value, 'g', 12) + u"\r\n";
    }
    return csv;
}

} // namespace signalbox::console
