// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSet>
#include <QString>

#include <deque>

namespace signalbox::console {

/// The ids of the last kMost events, so that one that comes again is known. Older ones are forgotten.
class RecentEventIds
{
public:
    static constexpr size_t kMost = 4096;

    /// False when it is among them already.
    bool add(const QString& id);
    void clear();

private:
    QSet<QString> m_ids;
    std::deque<QString> m_order;
};

} // namespace signalbox::console
