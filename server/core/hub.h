// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session.h"
#include "shared/catalog.h"

#include <QHash>

#include <memory>
#include <vector>

namespace signalbox {

/// The fan-out of one worker: channel → sessions. Lives on the worker's thread; sessions are borrowed. An event is
/// encoded once per wire format and the bytes are shared; a session that listens to several of an event's channels
/// gets it once; each channel's events reach a session in the order of their offsets, and a hole or another epoch fails
/// the session with HistoryLost instead of being passed over.
class Hub
{
public:
    Hub(const FrameEncoder& encoder, const Catalog& catalog)
        : m_encoder(encoder)
        , m_catalog(catalog)
    {
    }

    /// The session gets the channel's events; they are kept aside until Session::goLive(). False: it had it already.
    bool join(Session& session, const QByteArray& channel);
    /// True when this was the hub's last session of the channel.
    bool leave(Session& session, const QByteArray& channel);
    /// Leaves every channel; returns those that have no session any more.
    std::vector<QByteArray> leaveAll(Session& session);

    /// Hands an event to every session of its channels.
    void dispatch(const EventPtr& event);

    /// Events of the channel are lost: whoever gets it fails with HistoryLost.
    void lose(const QByteArray& channel);

    static bool isMember(const Session& session, const QByteArray& channel);
    /// Every session of the channel, those that still await its replay too.
    template <typename Visit> void visit(const QByteArray& channel, const Visit& visit) const
    {
        const auto found = m_channels.constFind(channel);
        if (found == m_channels.cend())
            return;
        for (const Member& member : (*found)->list)
            visit(*member.session);
    }
    /// Channel → sessions.
    QHash<QByteArray, int> roomCounts() const;
    qsizetype channelCount() const { return m_channels.size(); }
    quint64 deliveries() const { return m_deliveries; }

private:
    friend class Session;
    static constexpr quint64 kAwaitingReplay = ~quint64{0};

    struct Member
    {
        Session* session = nullptr;
        quint64 last = kAwaitingReplay; ///< offset up to which the session has the channel
        quint64 start = 0;              ///< offset at which it began; while awaiting: Session::joins() then
    };
    struct Members
    {
        QByteArray channel;
        QByteArray epoch; ///< of the offsets of all who are live
        std::vector<Member> list;
    };
    using MembersPtr = std::shared_ptr<Members>;

    Member* find(const Session& session, const QByteArray& channel);
    static Member* findIn(Members& members, const Session& session);
    static void enterEpoch(Members& members, const QByteArray& epoch);
    void dispatchTo(Members& members, const EventPtr& event, size_t placement, FrameCache& frames);
    void outOfStep(Member& member, const EventPtr& event, size_t placement);
    bool wants(const Session& session, const Event& event) const;
    bool hadElsewhere(const Session& session, const Event& event, const QByteArray& channel);
    void deliver(Session& session, const EventPtr& event, size_t placement, FrameCache& frames);
    std::vector<QByteArray> awaiting(const Session& session, const Replay& replay, quint64 joinedBy);
    void begin(const Session& session, const ChannelTop& top, quint64 replayed);
    void replayTo(Session& session, const Replay& replay, quint64 joinedBy);
    void replayEarly(Session& session);
    void forgetWaiting(Session& session);
    void replayOne(Session& session, const EventPtr& event, size_t placement);
    QByteArray encoded(const Session& session, const EventPtr& event, size_t placement) const;

    const FrameEncoder& m_encoder;
    const Catalog& m_catalog;
    QHash<QByteArray, MembersPtr> m_channels;
    quint64 m_dispatchSerial = 0;
    quint64 m_deliveries = 0;
};

} // namespace signalbox
