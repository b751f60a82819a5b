// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/backend.h"
#include "console/client/gapreport.h"
#include "console/store/deskevent.h"

#include "shared/backoff.h"

#include <QElapsedTimer>
#include <QTimer>

#include <memory>

namespace signalbox::console {

class Store;
class Tokens;

/// The console's connection with the desk, from login to logout: one state machine, one stateChanged().
///
///     Offline ──▶ Connecting ──▶ Syncing ──▶ Live        lost: Connecting again, after 1, 2, 4, 8, 10, 10… s
///                      ╰────────────┴──────────┴──▶ Refused   (a new login is needed, or it is forbidden)
///
/// While it is not Live the Store keeps its last picture. Live again, nothing is missing: the feed resumes where it
/// was, or the picture is loaded anew when the server's history does not reach so far back. After a gap gapClosed()
/// says what changed meanwhile.
class Session : public QObject
{
    Q_OBJECT
public:
    enum class State : quint8 { Offline, Connecting, Syncing, Live, Refused };
    Q_ENUM(State)

    /// Backend, Store and Tokens are borrowed and outlive it.
    Session(Backend& backend, Store& store, Tokens& tokens, QObject* parent = nullptr);
    ~Session() override;

    State state() const { return m_state; }
    bool isLive() const { return m_state == State::Live; }
    /// Why it is Refused, or why the last attempt failed; for people, with `code` of the table.
    const Error& lastError() const { return m_error; }
    /// Until the next attempt; 0 when none is planned.
    int retryInMs() const { return m_retry.isActive() ? m_retry.remainingTime() : 0; }
    /// The way to the server and back, measured every 5 s over WebSocket, else of the last call; -1: not known yet.
    int latencyMs() const { return m_latencyMs; }
    /// How long it has not been Live, 0 while it is.
    qint64 awayMs() const;

    /// Connects with the tokens that are there (Tokens::login() or restore() came first).
    void start();
    /// Ends the stream and stays Offline; tokens are kept.
    void stop();
    /// Tries again now instead of waiting.
    void retryNow();
    /// Loads the picture anew (F5).
    void resync();

signals:
    void stateChanged();
    /// An attempt failed and the next one is planned (retryInMs(), lastError()).
    void attemptFailed();
    /// The server says that a part of it does not work ("source_unavailable").
    void warned(const QString& code);
    /// The snapshot was full: there are more open dialogs than it holds.
    void listIsPartial();
    void latencyChanged();
    void gapClosed(const signalbox::console::GapReport& report);
    /// One event has been applied; from its timestamp to now, for the health charts.
    void eventApplied(qint64 latencyMs);

private:
    void setState(State state);
    void leave();
    void connectNow();
    void renewToken();
    void loadSnapshot();
    void snapshotArrived(const CallResult& result);
    void received(const QByteArray& json);
    void handleControl(const DeskEvent& event);
    void historyLost();
    void becomeLive();
    void reportGap();
    void streamClosed(ErrorCode code, const QString& detail, int retryAfterMs);
    void expire(const Error& error);
    void fail(const Error& error, int retryAfterMs);
    void refuse(const Error& error);
    void setLatency(int ms);

    Backend& m_backend;
    Store& m_store;
    Tokens& m_tokens;
    State m_state = State::Offline;
    Error m_error;
    Backoff m_backoff;
    QTimer m_retry;
    QTimer m_patience; ///< ends a stage that takes too long
    QTimer m_quiet;    ///< runs out when what was missed has come
    QTimer m_ping;
    QElapsedTimer m_away;
    QElapsedTimer m_snapshotMs;
    std::unique_ptr<GapWatch> m_gap;
    quint64 m_snapshotCall = 0;
    int m_latencyMs = -1;
    bool m_wantsSnapshot = false;
    bool m_isPartial = false;
    bool m_expired = false; ///< the stream was refused with this token already
};

} // namespace signalbox::console
