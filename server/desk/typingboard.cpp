// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/typingboard.h"

#include <algorithm>

namespace signalbox {

bool TypingBoard::start(const Typist& typist, qint64 nowMs, qint64 lifetimeMs)
{
    const std::lock_guard lock(m_mutex);
    const auto [place, isNew] = m_typing.try_emplace(keyOf(typist));
    Entry& entry = place->second;
    entry.name = typist.name;
    entry.untilMs = nowMs + lifetimeMs;
    if (!isNew && nowMs - entry.saidMs < kQuietMs)
        return false;
    entry.saidMs = nowMs;
    return true;
}

bool TypingBoard::stop(const Typist& typist)
{
    const std::lock_guard lock(m_mutex);
    return m_typing.erase(keyOf(typist)) > 0;
}

std::vector<Typist> TypingBoard::takeEnded(qint64 nowMs)
{
    const std::lock_guard lock(m_mutex);
    std::vector<std::pair<qint64, Typist>> ended;
    for (auto it = m_typing.begin(); it != m_typing.end();) {
        if (it->second.untilMs > nowMs) {
            ++it;
            continue;
        }
        const auto& [dialogId, sender, subject] = it->first;
        ended.emplace_back(it->second.untilMs, Typist{dialogId, sender, subject, it->second.name});
        it = m_typing.erase(it);
    }
    std::stable_sort(ended.begin(), ended.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Typist> typists;
    typists.reserve(ended.size());
    for (auto& [untilMs, typist] : ended)
        typists.push_back(std::move(typist));
    return typists;
}

} // namespace signalbox
