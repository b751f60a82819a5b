// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/identity.h"

#include <QHash>

namespace signalbox {

/// Remembers whom a verified token belongs to, by credentialKey(token). Holds at most `capacity` entries in two
/// generations: when the young one is full it becomes the old one and the old one is forgotten, so what is in use
/// stays and neither a hit nor an insertion ever walks the whole. Not thread-safe: its owner locks.
class TokenCache
{
public:
    explicit TokenCache(qsizetype capacity);

    /// The identity, or null. Does not look at its expiry.
    IdentityPtr find(const QByteArray& key);
    void insert(const QByteArray& key, const IdentityPtr& identity);
    void clear();
    qsizetype size() const { return m_young.size() + m_old.size(); }

private:
    qsizetype m_generationCapacity;
    QHash<QByteArray, IdentityPtr> m_young;
    QHash<QByteArray, IdentityPtr> m_old;
};

} // namespace signalbox
