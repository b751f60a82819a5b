// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/session.h"

#include "console/client/refresher.h"
#include "console/client/tokens.h"
#include "console/store/store.h"

namespace signalbox::console {

using namespace Qt::StringLiterals;

namespace {

constexpr int kPingMs = 5000;
constexpr int kStageMs = 30'000;    ///< a stage that takes longer has failed
constexpr int kQuietMs = 400;       ///< without an event, what was missed has come
constexpr int kSnapshotFull = 1000; ///< as many dialogs as a snapshot can hold

bool needsLogin(ErrorCode code)
{
    return code == ErrorCode::Unauthorized || code == ErrorCode::TokenExpired || code == ErrorCode::LoginRefused;
}

/// Trying again changes nothing.
bool isFinal(ErrorCode code)
{
    return code == ErrorCode::Forbidden || code == ErrorCode::ClosedByAdmin || code == ErrorCode::NotFound;
}

} // namespace

Session::Session(Backend& backend, Store& store, Tokens& tokens, QObject* parent)
    : QObject(parent)
    , m_backend(backend)
    , m_store(store)
    , m_tokens(tokens)
    , m_error(ErrorCode::Unavailable)
{
    for (QTimer* timer : {&m_retry, &m_patience, &m_quiet})
        timer->setSingleShot(true);
    m_ping.setInterval(kPingMs);
    connect(&m_retry, &QTimer::timeout, this, &Session::connectNow);
    connect(&m_patience, &QTimer::timeout, this,
            [this] { fail(Error(ErrorCode::RequestTimeout, tr("The server did not answer in time.")), 0); });
    connect(&m_quiet, &QTimer::timeout, this, &Session::reportGap);
    connect(&m_ping, &QTimer::timeout, this, [this] {
        m_backend.ping();
        m_store.tick();
    });
    connect(&backend, &Backend::eventReceived, this, &Session::received);
    connect(&backend, &Backend::streamClosed, this, &Session::streamClosed);
    connect(&backend, &Backend::latencyMeasured, this, &Session::setLatency);
    connect(&tokens, &Tokens::ended, this, &Session::refuse);
}

Session::~Session() = default;

qint64 Session::awayMs() const
{
    return m_away.isValid() ? m_away.elapsed() : 0;
}

void Session::setState(State state)
{
    if (state == m_state)
        return;
    m_state = state;
    emit stateChanged();
}

void Session::start()
{
    if (m_state == State::Offline || m_state == State::Refused) {
        m_backoff.reset();
        connectNow();
    }
}

void Session::stop()
{
    leave();
    setState(State::Offline);
}

/// Ends what is under way, whatever it is.
void Session::leave()
{
    m_retry.stop();
    m_patience.stop();
    m_ping.stop();
    m_quiet.stop();
    m_backend.closeStream();
    if (m_snapshotCall != 0)
        m_backend.cancel(std::exchange(m_snapshotCall, 0));
    if (!m_away.isValid())
        m_away.start();
    if (m_state == State::Live && !m_gap)
        m_gap = std::make_unique<GapWatch>(m_store);
}

void Session::retryNow()
{
    if (m_state != State::Live && m_state != State::Offline)
        connectNow();
}

void Session::resync()
{
    if (m_state == State::Offline)
        return;
    m_wantsSnapshot = true;
    connectNow();
}

void Session::connectNow()
{
    leave();
    setState(State::Connecting);
    if (!m_tokens.hasAccess()) {
        renewToken();
        return;
    }
    m_patience.start(kStageMs);
    if (m_wantsSnapshot || !m_store.isLoaded())
        loadSnapshot();
    else
        m_backend.openStream(m_store.position());
}

void Session::renewToken()
{
    m_tokens.refresh(this, [this](const Result<void>& result) {
        if (m_state != State::Connecting)
            return;
        if (result)
            connectNow();
        else if (needsLogin(result.error().code))
            refuse(result.error());
        else
            fail(result.error(), 0);
    });
}

void Session::loadSnapshot()
{
    setState(State::Syncing);
    m_snapshotMs.start();
    Call call;
    call.path = u"/api/v1/desk/snapshot"_s;
    call.timeoutMs = kStageMs;
    m_snapshotCall =
        m_backend.call(std::move(call), this, [this](const CallResult& result) { snapshotArrived(result); });
}

void Session::snapshotArrived(const CallResult& result)
{
    m_snapshotCall = 0;
    if (const auto* failure = std::get_if<CallError>(&result)) {
        if (failure->isPassing() || needsLogin(failure->error.code))
            fail(failure->error, failure->retryAfterMs);
        else
            refuse(failure->error);
        return;
    }
    const auto snapshot = snapshotOf(std::get<Answer>(result).body);
    if (!snapshot) {
        fail(snapshot.error(), 0);
        return;
    }
    m_wantsSnapshot = false;
    setLatency(static_cast<int>(m_snapshotMs.elapsed()));
    m_store.load(*snapshot);
    m_isPartial = snapshot->dialogs.size() >= kSnapshotFull;
    m_patience.start(kStageMs);
    m_backend.openStream(snapshot->position);
}

void Session::received(const QByteArray& json)
{
    const auto event = parseDeskEvent(json);
    if (!event)
        return; // what cannot be read is nobody's news; the next one is looked at as ever
    if (event->isControl()) {
        handleControl(*event);
        return;
    }
    m_store.apply(*event);
    if (m_quiet.isActive())
        m_quiet.start(kQuietMs);
    emit eventApplied(event->timestampMs == 0 ? 0 : std::max<qint64>(0, m_store.now() - event->timestampMs));
}

void Session::handleControl(const DeskEvent& event)
{
    if (event.type == u"connection.established") {
        if (event.data.value("recovered"_L1).toBool(true))
            becomeLive();
        else
            historyLost();
    } else if (event.type == u"reset") {
        historyLost();
    } else if (event.type == u"token.expiring") {
        m_tokens.refresh(this, [](const Result<void>&) {});
    } else if (event.type == u"warning") {
        emit warned(event.data.value("code"_L1).toString());
        // The server could not keep up with us and left something out.
        if (event.data.value("code"_L1).toString() == u"events_dropped")
            resync();
    }
}

/// What was missed is not to be had any more: everything anew.
void Session::historyLost()
{
    m_wantsSnapshot = true;
    if (m_state == State::Syncing) { // again, right behind a snapshot: not in a tight circle
        fail(Error(ErrorCode::HistoryLost), 0);
        return;
    }
    m_backend.closeStream();
    m_ping.stop();
    loadSnapshot();
}

void Session::becomeLive()
{
    m_patience.stop();
    m_backoff.reset();
    m_expired = false;
    m_ping.start();
    m_backend.ping();
    setState(State::Live);
    m_quiet.start(kQuietMs);
    if (std::exchange(m_isPartial, false))
        emit listIsPartial();
}

/// Behind the last of what was missed.
void Session::reportGap()
{
    const qint64 away = awayMs();
    m_away.invalidate();
    if (const auto gap = std::exchange(m_gap, nullptr)) {
        const GapReport report = gap->compare(m_store, away);
        emit gapClosed(report);
    }
}

void Session::streamClosed(ErrorCode code, const QString& detail, int retryAfterMs)
{
    const Error error(code, detail);
    if (isFinal(code))
        refuse(error);
    else if (needsLogin(code))
        expire(error);
    else
        fail(error, retryAfterMs);
}

/// The access token alone is at its end, or nobody may come in with it any more: the refresh token tells.
void Session::expire(const Error& error)
{
    if (std::exchange(m_expired, true)) { // with a fresh one too: not in a tight circle
        fail(error, 0);
        return;
    }
    leave();
    setState(State::Connecting);
    m_error = error;
    renewToken();
}

void Session::fail(const Error& error, int retryAfterMs)
{
    leave();
    m_error = error;
    m_retry.start(std::max(m_backoff.nextDelayMs(), retryAfterMs));
    setState(State::Connecting);
    emit attemptFailed();
}

void Session::refuse(const Error& error)
{
    leave();
    m_error = error;
    setState(State::Refused);
}

void Session::setLatency(int ms)
{
    m_latencyMs = ms;
    emit latencyChanged();
}

} // namespace signalbox::console
