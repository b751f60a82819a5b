// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <vector>

namespace signalbox::console {

/// The last `capacity` values of something, for charts; the oldest go. Values come with their time, in order.
class Series
{
public:
    struct Point
    {
        qint64 atMs = 0;
        double value = 0;
        bool operator==(const Point&) const = default;
    };
    /// What one column of pixels shows.
    struct Column
    {
        double low = 0;
        double high = 0;
        double last = 0;
        qint64 atMs = 0; ///< of the last point
        int points = 0;  ///< 0: nothing there
    };

    explicit Series(int capacity = 3600);

    /// A time before the last one is taken as the last one's.
    void add(qint64 atMs, double value);
    int count() const { return m_count; }
    bool isEmpty() const { return m_count == 0; }
    Point at(int index) const; ///< 0 is the oldest
    Point last() const { return at(m_count - 1); }
    void clear();
    double highest() const; ///< 0 when empty
    /// The time from `fromMs` up to `toMs` divided into so many columns, with the lowest and highest value of each.
    std::vector<Column> columns(qint64 fromMs, qint64 toMs, int count) const;
    /// The point that is nearest to a time, for hovering; none when empty.
    Point nearest(qint64 atMs) const;
    QString toCsv(const QString& valueName) const; ///< "time,NAME\r\n…"

private:
    std::vector<Point> m_points;
    int m_first = 0;
    int m_count = 0;
};

} // namespace signalbox::console
