// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/event.h"

#include <functional>
#include <vector>

namespace signalbox {

/// An event that is to be written to the journal in the transaction of the change it tells about.
struct JournalDraft
{
    QByteArray name;
    int version = 1;
    std::vector<QByteArray> channels; ///< at least one, all durable
    QByteArray conflateKey;
    /// The data, once the offset in the first channel is known: a dialog's `sequence` is its event's offset in
    /// `dialog:{id}`.
    std::function<QByteArray(quint64 offset)> data;
    /// The same in the words of `/channel/*` (see Event::chat); empty name: none.
    QByteArray chatName;
    std::function<QByteArray(quint64 offset)> chatData;
    qint64 timestampMs = 0;
    std::vector<QByteArray> volatileChannels; ///< channels of memory only that it goes to as well
    bool isFromChat = false;                  ///< see Publication
    bool isOfPublish = false;                 ///< JournalBroker delivers it with the publish that it came by
};

/// An event of the journal. `sequence` numbers all of them in the order of commits.
struct JournalEvent
{
    quint64 sequence = 0;
    QByteArray id; ///< "<journal epoch>-<sequence>"
    QByteArray name;
    int version = 1;
    QByteArray data;
    QByteArray chatName;
    QByteArray chatData;
    QByteArray conflateKey;
    qint64 timestampMs = 0;
    std::vector<Placement> placements; ///< in durable channels
    std::vector<QByteArray> volatileChannels;
    bool isFromChat = false;
    bool isOfPublish = false; ///< not stored
};

} // namespace signalbox
