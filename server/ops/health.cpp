// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/health.h"

#include "shared/errors.h"

#include <utility>

namespace signalbox {

const char* partStateName(PartState state)
{
    switch (state) {
    case PartState::Ok:
        return "ok";
    case PartState::Degraded:
        return "degraded";
    case PartState::Down:
        return "down";
    case PartState::Disabled:
        return "disabled";
    }
    return "down";
}

/// Everything but the time, rendered once per change.
struct Health::Snapshot
{
    Phase phase = Phase::Starting;
    std::map<QByteArray, PartHealth> parts;
    QByteArray status;
    QByteArray partsJson;
};

namespace {

QByteArray partsToJson(const std::map<QByteArray, PartHealth>& parts)
{
    QByteArray json("{");
    for (const auto& [name, part] : parts) {
        if (json.size() > 1)
            json += ',';
        json += jsonString(name) + ":{\"status\":\"" + partStateName(part.state) + '"';
        if (!part.message.isEmpty())
            json += ",\"message\":" + jsonString(part.message);
        json += '}';
    }
    return json + '}';
}

} // namespace

Health::Health(const Clock& clock, QByteArray version, QSet<QByteArray> required, Changed changed)
    : m_clock(clock)
    , m_startMs(clock.steadyMs())
    , m_version(std::move(version))
    , m_required(std::move(required))
    , m_changed(std::move(changed))
    , m_snapshot(snapshotOf(Phase::Starting, {}))
{
}

const char* Health::statusOf(Phase phase, const std::map<QByteArray, PartHealth>& parts) const
{
    if (phase == Phase::Draining)
        return "draining";
    bool trouble = false;
    for (const auto& [name, part] : parts) {
        if (part.state == PartState::Down && m_required.contains(name))
            return "down";
        trouble = trouble || part.state == PartState::Down || part.state == PartState::Degraded;
    }
    if (phase == Phase::Starting)
        return "starting";
    return trouble ? "degraded" : "ok";
}

Health::SnapshotPtr Health::snapshotOf(Phase phase, std::map<QByteArray, PartHealth> parts) const
{
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->phase = phase;
    snapshot->status = statusOf(phase, parts);
    snapshot->partsJson = partsToJson(parts);
    snapshot->parts = std::move(parts);
    return snapshot;
}

Health::SnapshotPtr Health::current() const
{
    const std::lock_guard lock(m_mutex);
    return m_snapshot;
}

void Health::replace(SnapshotPtr next)
{
    const std::lock_guard lock(m_mutex);
    m_snapshot.swap(next);
}

void Health::setPhase(Phase phase)
{
    replace(snapshotOf(phase, current()->parts));
}

void Health::setPart(const QByteArray& name, PartState state, const QString& message)
{
    const SnapshotPtr old = current();
    std::map<QByteArray, PartHealth> parts = old->parts;
    const PartHealth now{state, message};
    const auto found = parts.find(name);
    if (found != parts.end() && found->second == now)
        return;
    const PartHealth before = found != parts.end() ? found->second : PartHealth{PartState::Disabled, {}};
    parts[name] = now;
    replace(snapshotOf(old->phase, std::move(parts)));
    if (m_changed && before.state != state)
        m_changed(name, before, now);
}

HealthReport Health::report() const
{
    const SnapshotPtr snapshot = current();
    const qint64 uptime = (m_clock.steadyMs() - m_startMs) / 1000;
    HealthReport report;
    report.status = snapshot->status;
    report.httpStatus = snapshot->status == "ok" || snapshot->status == "degraded" ? 200 : 503;
    report.body = "{\"status\":\"" + snapshot->status + "\",\"version\":" + jsonString(m_version) +
                  ",\"uptime_seconds\":" + QByteArray::number(uptime) + ",\"parts\":" + snapshot->partsJson + '}';
    report.parts = snapshot->parts;
    return report;
}

} // namespace signalbox
