// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <QByteArray>
#include <QSet>
#include <QString>

#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace signalbox {

enum class PartState : quint8 { Ok, Degraded, Down, Disabled };
const char* partStateName(PartState state); ///< "ok", "degraded", "down", "disabled"

/// How one part of the server is. The message is for people, holds no secret, and is shown to whoever asks.
struct PartHealth
{
    PartState state = PartState::Ok;
    QString message;

    bool operator==(const PartHealth&) const = default;
};

/// The answer to a probe.
struct HealthReport
{
    /// "starting", "draining", "down" (a required part is), "degraded" (any other trouble), "ok".
    QByteArray status;
    int httpStatus = 503; ///< 200 for "ok" and "degraded"
    /// `{"status","version","uptime_seconds","parts":{"core":{"status":"ok"},"redis":{"status":"down","message":"…"}}}`
    QByteArray body;
    std::map<QByteArray, PartHealth> parts;
};

/// How the server is, in parts: `core`, `redis`, … Told by the parts on the core thread; asked from any thread.
class Health
{
public:
    enum class Phase : quint8 { Starting, Serving, Draining };
    /// A part has gone from one state to another (its first state included, as a change from Disabled); a new message
    /// alone is no change. Called on the core thread, when report() shows it already.
    using Changed = std::function<void(const QByteArray& part, const PartHealth& before, const PartHealth& now)>;

    /// Begins in Phase::Starting, without parts. Without its `required` parts the server can do nothing: while one of
    /// them is Down probes get 503. A required part that never reported holds nobody up.
    Health(const Clock& clock, QByteArray version, QSet<QByteArray> required, Changed changed);

    void setPhase(Phase phase);
    void setPart(const QByteArray& name, PartState state, const QString& message = {});

    /// Consistent, made for the caller; any thread.
    HealthReport report() const;

private:
    struct Snapshot;
    using SnapshotPtr = std::shared_ptr<const Snapshot>;

    SnapshotPtr current() const;
    void replace(SnapshotPtr next);
    SnapshotPtr snapshotOf(Phase phase, std::map<QByteArray, PartHealth> parts) const;
    const char* statusOf(Phase phase, const std::map<QByteArray, PartHealth>& parts) const;

    const Clock& m_clock;
    const qint64 m_startMs;
    const QByteArray m_version;
    const QSet<QByteArray> m_required;
    const Changed m_changed;
    mutable std::mutex m_mutex;
    SnapshotPtr m_snapshot; ///< under m_mutex; never null
};

} // namespace signalbox
