// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QSet>

#include <functional>

namespace signalbox {

/// Which channels' sources are known to be down (spec section 4: `warning` with `source_unavailable`). Core thread.
/// Set by the event sources themselves and through the management port; a channel is available when nobody says
/// otherwise.
class Sources
{
public:
    /// Told on every change, with all that are down.
    using Changed = std::function<void(const QSet<QByteArray>& unavailable)>;

    explicit Sources(Changed changed)
        : m_changed(std::move(changed))
    {
    }
    void setAvailable(const QByteArray& channel, bool available);
    /// Everything that this one source (a name of its own) leaves silent, instead of what it said before.
    void setUnavailable(const QByteArray& source, const QSet<QByteArray>& channels);
    const QSet<QByteArray>& unavailable() const { return m_unavailable; }

private:
    const Changed m_changed;
    QHash<QByteArray, QSet<QByteArray>> m_bySource; ///< under an empty name: setAvailable()'s
    QSet<QByteArray> m_unavailable;                 ///< all of them
};

} // namespace signalbox
