// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/foreigndoor.h"

#include <utility>

namespace signalbox {

IdentityPtr serviceIdentity(const QByteArray& name)
{
    auto identity = std::make_shared<Identity>();
    identity->role = Role::Service;
    identity->subject = name;
    return identity;
}

EventJson::Limits eventJsonLimits(const Settings& settings)
{
    EventJson::Limits limits;
    limits.maxDepth = settings.limits.jsonDepth;
    limits.strictCatalog = settings.catalog.strict;
    return limits;
}

QByteArray ownOrigin(const Settings& settings)
{
    return "signalbox:{" + settings.redis.prefix + '}';
}

RefusalLog::RefusalLog(const Clock& clock, Metrics& metrics, Category category, Texts texts)
    : m_clock(clock)
    , m_metrics(metrics)
    , m_category(category)
    , m_texts(texts)
{
}

void RefusalLog::note(const QByteArray& where, const Error& why)
{
    constexpr int kPerSecond = 5;
    constexpr int kAtOnce = 50;
    constexpr qsizetype kLongestName = 200;
    m_metrics.dispatchFailed(why.code);
    if (!m_logged.take(kPerSecond, kAtOnce, m_clock.steadyMs())) {
        ++m_unlogged;
        return;
    }
    if (const int more = std::exchange(m_unlogged, 0))
        qCWarning(m_category) << more << m_texts.more;
    qCWarning(m_category).noquote() << m_texts.from << jsonString(where.left(kLongestName)) << m_texts.fate
                                    << why.name() << why.field << why.text();
}

} // namespace signalbox
