// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include <functional>

namespace signalbox {

/// What each of several servers says of itself, key → value, and all of them know, a little later. A server that dies
/// takes its entries with it. Core thread.
class Board
{
public:
    using Visit = std::function<void(const QByteArray& key, const QByteArray& value)>;

    virtual ~Board() = default;
    /// This server's entry; an empty value takes it away.
    virtual void set(const QByteArray& key, const QByteArray& value) = 0;
    /// What other servers say under this key, as far as it is known here.
    virtual QList<QByteArray> elsewhere(const QByteArray& key) const = 0;
    /// Every entry of other servers whose key begins so; a key comes once for each server that has it.
    virtual void visitElsewhere(const QByteArray& prefix, const Visit& visit) const = 0;
};

} // namespace signalbox
