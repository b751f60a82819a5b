// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/deskpresence.h"

#include "desk/operators.h"

namespace signalbox {

namespace {

constexpr int kTickMs = 500;
constexpr int kMostOperators = 10'000;

PresenceBoard::Limits boardLimits(const DeskSettings& settings)
{
    return {settings.offlineMs, settings.silentMs};
}

bool isConsole(const SessionMeta& session)
{
    return session.pool == Pool::Admin && session.identity->isStaff();
}

QByteArray heardKey(const QByteArray& operatorId)
{
    QByteArray key = "heard:" + operatorId;
    return key;
}

/// Only these are pinged often enough to be missed (spec section 4).
bool answersPings(const SessionMeta& session)
{
    return session.transport == TransportKind::WebSocket && session.door == "/channel/ws";
}

} // namespace

DeskPresence::DeskPresence(StoreThread& writer, const Clock& clock, const DeskSettings& settings, ToCore toCore,
                           CloseSession closeSession)
    : m_writer(writer)
    , m_clock(clock)
    , m_offlineMs(settings.offlineMs)
    , m_board(clock, boardLimits(settings))
    , m_toCore(std::move(toCore))
    , m_closeSession(std::move(closeSession))
{
    m_timer.callOnTimeout(&m_timer, [this] { tick(); });
    m_timer.start(kTickMs);
}

void DeskPresence::startAlone()
{
    m_writer.post(
        [](DeskTransaction& transaction) -> Result<void> {
            transaction.operators().resetPresence();
            return {};
        },
        [](const Result<void>&) {});
}

/// Whoever is there is left alone: the boards of the servers are known before it is time to say that nobody has them.
void DeskPresence::startAmongOthers()
{
    const auto present = std::make_shared<QList<QByteArray>>();
    m_writer.postReading(
        [present](DeskTransaction& transaction) -> Result<void> {
            present->clear();
            for (const Operator& person : transaction.operators().all(kMostOperators)) {
                if (person.presence != OperatorStatus::Offline)
                    present->append(person.id);
            }
            return {};
        },
        [this, present](const Result<void>&) {
            m_toCore([this, present] {
                for (const QByteArray& id : *present)
                    m_ofElsewhere.insert(id, m_clock.steadyMs());
            });
        });
}

void DeskPresence::setSettings(const DeskSettings& settings)
{
    m_offlineMs = settings.offlineMs;
    m_board.setLimits(boardLimits(settings));
}

void DeskPresence::shareHealth(Board& board)
{
    m_board.setOthers(
        {[&board](const QByteArray& operatorId) { return !board.elsewhere(heardKey(operatorId)).isEmpty(); },
         [&board](const QByteArray& operatorId, bool isHeard) {
             board.set(heardKey(operatorId), isHeard ? QByteArray("1") : QByteArray());
         }});
}

void DeskPresence::sessionAdmitted(const SessionMetaPtr& session)
{
    if (!isConsole(*session))
        return;
    const QByteArray& who = session->identity->subject;
    m_sessions.insert(session->id, session);
    m_board.connected(who, session->id, answersPings(*session));
    introduce(session);
}

void DeskPresence::sessionRemoved(const SessionMetaPtr& session)
{
    if (m_sessions.remove(session->id) > 0)
        m_board.disconnected(session->id);
}

/// The desk may not know the operator yet; it knows what the operator chose before.
void DeskPresence::introduce(const SessionMetaPtr& session)
{
    const auto person = std::make_shared<Operator>();
    m_writer.post(
        [identity = session->identity, person](DeskTransaction& transaction) -> Result<void> {
            auto found = requireEnabled(transaction, *identity);
            if (!found)
                return found.error();
            *person = std::move(*found);
            return {};
        },
        [this, id = session->id, person](const Result<void>& outcome) {
            m_toCore([this, id, person, outcome] {
                if (outcome)
                    chose(person->id, person->wanted, person->wantedUntilMs);
                else if (const ErrorCode why = outcome.error().code;
                         why == ErrorCode::Forbidden || why == ErrorCode::TokenExpired)
                    m_closeSession(id, why);
            });
        });
}

void DeskPresence::chose(const QByteArray& operatorId, OperatorStatus wanted, qint64 untilMs)
{
    m_board.chose(operatorId, wanted, untilMs);
    tell();
}

/// Each server that is left says so; the desk tells it once.
void DeskPresence::diedElsewhere(const QByteArray& operatorId)
{
    if (!m_board.isOnBoard(operatorId) && !(m_isElsewhere && m_isElsewhere(operatorId)))
        store(operatorId, OperatorStatus::Offline);
}

/// The other server says so itself when they leave it. But while Redis is away each may hold that they are at the
/// other.
void DeskPresence::watchOthers()
{
    const qint64 now = m_clock.steadyMs();
    for (auto it = m_ofElsewhere.begin(); it != m_ofElsewhere.end();) {
        if (m_isElsewhere && m_isElsewhere(it.key()))
            *it = 0;
        else if (*it == 0)
            *it = now;
        const bool isHere = m_board.isOnBoard(it.key());
        const bool isGone = !isHere && *it != 0 && now - *it > m_offlineMs;
        if (isGone)
            m_waiting.insert(it.key(), OperatorStatus::Offline);
        it = isHere || isGone ? m_ofElsewhere.erase(it) : std::next(it);
    }
}

void DeskPresence::tick()
{
    watchOthers();
    for (const SessionMetaPtr& session : std::as_const(m_sessions))
        m_board.heard(session->id, session->lastPongMs.load(std::memory_order_relaxed));
    tell();
}

void DeskPresence::tell()
{
    for (const PresenceBoard::Change& change : m_board.changes()) {
        const bool isOfElsewhere = change.status == OperatorStatus::Offline && !m_board.isOnBoard(change.operatorId) &&
                                   m_isElsewhere && m_isElsewhere(change.operatorId);
        if (isOfElsewhere)
            m_ofElsewhere.insert(change.operatorId, 0);
        else
            m_waiting.insert(change.operatorId, change.status);
    }
    const QHash<QByteArray, OperatorStatus> due = std::exchange(m_waiting, {});
    for (auto it = due.cbegin(); it != due.cend(); ++it)
        store(it.key(), it.value());
}

/// What a database that is down does not take is tried again with the next tick, unless something newer came.
void DeskPresence::store(const QByteArray& operatorId, OperatorStatus status)
{
    m_writer.post(
        [operatorId, status](DeskTransaction& transaction) { return setPresence(transaction, operatorId, status); },
        [this, operatorId, status](const Result<void>& outcome) {
            if (outcome || outcome.error().code != ErrorCode::Unavailable)
                return;
            m_toCore([this, operatorId, status] {
                if (!m_waiting.contains(operatorId))
                    m_waiting.insert(operatorId, status);
            });
        });
}

} // namespace signalbox
