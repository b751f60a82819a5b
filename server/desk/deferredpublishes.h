// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/broker.h"

#include <QHash>

#include <deque>
#include <functional>

namespace signalbox {

/// Channels with publishes that have not been carried out: what comes later goes the same way, behind. Core thread.
class BusyChannels
{
public:
    bool concerns(const Publication& event) const;
    void note(const Publication& event, int change);

private:
    QHash<QByteArray, int> m_busy;
};

/// Publishes that wait until it is known whose a dialog is, in their order. Core thread.
class DeferredPublishes
{
public:
    using Decided = std::function<void(const Result<void>&)>;
    /// Finds it out; then calls what it was given, later and on the core thread.
    using Decide = std::function<void(Decided)>;
    using Publish = std::function<void(std::vector<Publication>, Broker::PublishDone)>;

    /// `busy` outlives this, and this whatever `decide` still has to call.
    DeferredPublishes(BusyChannels& busy, Decide decide, Publish publish);

    bool isEmpty() const { return m_waiting.empty(); }
    void add(std::vector<Publication> events, Broker::PublishDone done);

private:
    struct Waiting
    {
        std::vector<Publication> events;
        Broker::PublishDone done;
    };
    void publishAll(const Result<void>& decided);

    BusyChannels& m_busy;
    const Decide m_decide;
    const Publish m_publish;
    std::deque<Waiting> m_waiting;
};

} // namespace signalbox
