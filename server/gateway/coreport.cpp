// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway/coreport.h"

namespace signalbox {

void CorePort::publish(IdentityPtr publisher, std::vector<Publication> events, PublishDone done)
{
    m_core.mailbox.post(
        [this, publisher = std::move(publisher), events = std::move(events), done = std::move(done)]() mutable {
            m_core.bus.publish(publisher, std::move(events), [this, done = std::move(done)](auto result) {
                m_worker.post([done, result = std::move(result)]() mutable { done(std::move(result)); });
            });
        });
}

void CorePort::attach(SessionMetaPtr meta, std::vector<QByteArray> channels, std::optional<Position> since,
                      ReplayDone done)
{
    m_core.mailbox.post([this, meta = std::move(meta), channels = std::move(channels), since = std::move(since),
                         done = std::move(done)] {
        if (const auto admitted = m_core.registry.admit(meta, m_core.clock.wallMs()); !admitted) {
            m_worker.post([done, error = admitted.error()] { done(error); });
            return;
        }
        for (const QByteArray& channel : channels)
            m_core.fanout.want(m_worker.index(), channel);
        m_core.broker.replay(channels, since, [this, done, id = meta->id](Result<Replay> replay) {
            if (!replay.ok())
                m_core.registry.remove(id);
            m_worker.post([done, replay = std::move(replay)]() mutable { done(std::move(replay)); });
        });
    });
}

void CorePort::subscribe(std::vector<QByteArray> channels, std::optional<Position> since, ReplayDone done)
{
    m_core.mailbox.post([this, channels = std::move(channels), since = std::move(since), done = std::move(done)] {
        for (const QByteArray& channel : channels)
            m_core.fanout.want(m_worker.index(), channel);
        m_core.broker.replay(channels, since, [this, done](Result<Replay> replay) {
            m_worker.post([done, replay = std::move(replay)]() mutable { done(std::move(replay)); });
        });
    });
}

void CorePort::abandon(std::vector<QByteArray> channels)
{
    m_core.mailbox.post([this, channels = std::move(channels)] {
        for (const QByteArray& channel : channels)
            m_core.fanout.unwant(m_worker.index(), channel);
    });
}

void CorePort::detach(quint64 sessionId)
{
    m_core.mailbox.post([this, sessionId] { m_core.registry.remove(sessionId); });
}

void CorePort::acknowledge(QByteArray dialog, IdentityPtr who, quint64 lastId)
{
    m_core.mailbox.post([this, dialog = std::move(dialog), who = std::move(who), lastId] {
        if (m_core.lastSeen.advance(dialog, who->subject, lastId, m_core.clock.steadyMs()) && m_core.acknowledged)
            m_core.acknowledged(dialog, who, lastId);
    });
}

void CorePort::keepSocket(quint64 sessionId, QByteArray pid, SavedSocket socket, qint64 windowMs,
                          SavedSockets::Done done)
{
    m_core.mailbox.post(
        [this, sessionId, pid = std::move(pid), socket = std::move(socket), windowMs, done = std::move(done)] {
            m_core.savedSockets.keep(sessionId, pid, socket, windowMs, [this, done] {
                if (done)
                    m_worker.post([done] { done(); });
            });
        });
}

void CorePort::loseSocket(quint64 sessionId, QByteArray pid, SavedSocket socket, qint64 windowMs)
{
    m_core.mailbox.post([this, sessionId, pid = std::move(pid), socket = std::move(socket), windowMs] {
        m_core.savedSockets.lose(sessionId, pid, socket, windowMs);
    });
}

void CorePort::forgetSocket(quint64 sessionId, QByteArray pid)
{
    m_core.mailbox.post([this, sessionId, pid = std::move(pid)] { m_core.savedSockets.forget(sessionId, pid); });
}

void CorePort::takeSavedSocket(quint64 sessionId, QByteArray pid, qint64 windowMs, SavedSockets::Taken done)
{
    m_core.mailbox.post([this, sessionId, pid = std::move(pid), windowMs, done = std::move(done)] {
        m_core.savedSockets.take(sessionId, pid, windowMs,
                                 [this, done](const Result<std::optional<SavedSocket>>& saved) {
                                     m_worker.post([done, saved] { done(saved); });
                                 });
    });
}

void CorePort::listSessions(SessionsDone done)
{
    m_core.mailbox.post([this, done = std::move(done)] {
        m_worker.post([done, sessions = m_core.registry.sessions()]() mutable { done(std::move(sessions)); });
    });
}

void CorePort::countRooms(Core::RoomsDone done)
{
    m_core.mailbox.post([this, done = std::move(done)] {
        m_core.countRooms(
            [this, done](const Core::RoomCounts& rooms) { m_worker.post([done, rooms] { done(rooms); }); });
    });
}

void CorePort::closeClient(QByteArray clientId, ErrorCode why, ClosedDone done)
{
    m_core.mailbox.post([this, clientId = std::move(clientId), why, done = std::move(done)] {
        const int found = m_core.registry.closeClient(clientId, why);
        m_worker.post([done, found] { done(found); });
    });
}

void CorePort::closeUser(QByteArray user, ErrorCode why, ClosedDone done)
{
    m_core.mailbox.post([this, user = std::move(user), why, done = std::move(done)] {
        const int found = m_core.registry.closeUser(user, why);
        if (done)
            m_worker.post([done, found] { done(found); });
    });
}

void CorePort::operatorChose(QByteArray operatorId, OperatorStatus wanted, qint64 untilMs)
{
    m_core.mailbox.post([this, operatorId = std::move(operatorId), wanted, untilMs] {
        if (m_core.operatorChose)
            m_core.operatorChose(operatorId, wanted, untilMs);
    });
}

} // namespace signalbox
