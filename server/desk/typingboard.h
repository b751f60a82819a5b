// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/records.h"

#include <map>
#include <mutex>
#include <tuple>
#include <vector>

namespace signalbox {

/// Somebody who types in a dialog.
struct Typist
{
    qint64 dialogId = 0;
    Sender sender = Sender::Client;
    QByteArray subject; ///< who it is
    QString name;       ///< by its credential

    bool operator==(const Typist&) const = default;
};

/// Who types where, and until when: typing that nobody ends or repeats ends by itself. It says what is to be published
/// and publishes nothing. Times are a steady clock's milliseconds, the caller's. Any thread.
class TypingBoard
{
public:
    static constexpr qint64 kQuietMs = 1000; ///< a repeated start within it is no news

    /// Types until `lifetimeMs` from now. True when that is to be published.
    bool start(const Typist& typist, qint64 nowMs, qint64 lifetimeMs);
    /// True when it typed.
    bool stop(const Typist& typist);
    /// Takes those whose time is over, the longest ago first.
    std::vector<Typist> takeEnded(qint64 nowMs);

private:
    using Key = std::tuple<qint64, Sender, QByteArray>;
    struct Entry
    {
        QString name;
        qint64 saidMs = 0;
        qint64 untilMs = 0;
    };
    static Key keyOf(const Typist& typist) { return {typist.dialogId, typist.sender, typist.subject}; }

    std::mutex m_mutex;
    std::map<Key, Entry> m_typing;
};

} // namespace signalbox
