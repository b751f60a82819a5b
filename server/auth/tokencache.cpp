// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/tokencache.h"

#include <utility>

namespace signalbox {

TokenCache::TokenCache(qsizetype capacity)
    : m_generationCapacity(qMax<qsizetype>(1, capacity / 2))
{
}

IdentityPtr TokenCache::find(const QByteArray& key)
{
    if (const auto young = m_young.constFind(key); young != m_young.cend())
        return *young;
    IdentityPtr old = m_old.take(key);
    if (old)
        insert(key, old);
    return old;
}

void TokenCache::insert(const QByteArray& key, const IdentityPtr& identity)
{
    if (m_young.size() >= m_generationCapacity)
        m_old = std::exchange(m_young, {});
    m_young.insert(key, identity);
}

void TokenCache::clear()
{
    m_young.clear();
    m_old.clear();
}

} // namespace signalbox
