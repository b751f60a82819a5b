// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/demobackend.h"

#include "console/client/demodesk.h"
#include "console/store/feedplace.h"

#include <QElapsedTimer>
#include <QPointer>

namespace signalbox::console {

using namespace Qt::StringLiterals;

namespace {

constexpr int kTickMs = 100;

} // namespace

DemoBackend::DemoBackend(quint32 seed, QObject* parent)
    : Backend(parent)
    , m_desk(std::make_unique<DemoDesk>(seed, kMorningMs))
{
    m_tick.setInterval(kTickMs);
    connect(&m_tick, &QTimer::timeout, this, &DemoBackend::tick);
    m_tick.start();
    m_real.start();
}

DemoBackend::~DemoBackend() = default;

qint64 DemoBackend::nowMs() const
{
    return m_desk->nowMs();
}

void DemoBackend::setSpeed(double speed)
{
    m_speed = std::clamp(speed, 0.0, 1000.0);
}

void DemoBackend::setCallDelay(int ms)
{
    m_delayMs = std::max(0, ms);
}

void DemoBackend::tick()
{
    const auto real = static_cast<double>(m_real.restart());
    m_desk->advanceTo(m_desk->nowMs() + static_cast<qint64>(real * m_speed));
    flushEvents();
}

void DemoBackend::advance(qint64 ms)
{
    m_desk->advanceTo(m_desk->nowMs() + ms);
    flushEvents();
}

bool DemoBackend::isHeard(const QString& channel) const
{
    return channel.isEmpty() || m_channels.contains(channel);
}

void DemoBackend::flushEvents()
{
    if (!m_isOpen)
        return;
    const std::deque<DemoDesk::Event> events = m_desk->events();
    for (const DemoDesk::Event& event : events) {
        if (event.number <= m_sent)
            continue;
        m_sent = event.number;
        if (isHeard(event.channel))
            emit eventReceived(event.json);
        if (!m_isOpen)
            return;
    }
}

quint64 DemoBackend::call(Call call, QObject* context, CallHandler handler)
{
    const quint64 number = ++m_lastNumber;
    m_calls.insert(number);
    const QPointer<QObject> receiver(context);
    // Half the way there, half the way back, as with a real one: events come before the answer that tells of them.
    QTimer::singleShot(m_delayMs / 2, this, [=, this, call = std::move(call), handler = std::move(handler)] {
        if (!m_calls.contains(number))
            return;
        const CallResult result = answer(call);
        flushEvents();
        QTimer::singleShot(m_delayMs - m_delayMs / 2, this, [=, this] {
            if (m_calls.remove(number) && receiver && handler)
                handler(result);
        });
    });
    return number;
}

CallResult DemoBackend::answer(const Call& call)
{
    if (!m_isConnected)
        return CallError{.error = Error(ErrorCode::Unavailable, tr("The practice network is unplugged."))};
    return m_desk->call(call);
}

void DemoBackend::cancel(quint64 number)
{
    m_calls.remove(number);
}

void DemoBackend::openStream(const QString& since)
{
    m_isOpen = false;
    const quint64 turn = ++m_turn;
    QTimer::singleShot(m_delayMs, this, [this, since, turn] {
        if (turn == m_turn)
            opened(since);
    });
}

void DemoBackend::opened(const QString& since)
{
    if (!m_isConnected) {
        emit streamClosed(ErrorCode::Unavailable, tr("The practice network is unplugged."), 0);
        return;
    }
    const auto place = FeedPlace::parse(since);
    const bool isRecovered = since.isEmpty() || (place && m_desk->hasHistoryFrom(place->offset));
    m_sent = place && isRecovered ? place->offset : m_desk->lastEvent();
    m_isOpen = true;
    emit streamOpened();
    emit eventReceived("{\"type\":\"connection.established\",\"data\":{\"client_id\":\"demo\"},\"recovered\":" +
                       QByteArray(isRecovered ? "true" : "false") + '}');
    flushEvents();
}

void DemoBackend::closeStream()
{
    m_isOpen = false;
    ++m_turn;
}

void DemoBackend::setConnected(bool connected)
{
    m_isConnected = connected;
    if (connected || !m_isOpen)
        return;
    closeStream();
    emit streamClosed(ErrorCode::GoingAway, tr("The practice network is unplugged."), 0);
}

void DemoBackend::setChannels(const QStringList& channels)
{
    m_channels = channels;
}

void DemoBackend::ping()
{
    QTimer::singleShot(m_delayMs, this, [this] {
        if (m_isOpen)
            emit latencyMeasured(m_delayMs);
    });
}

void DemoBackend::loseNextTake()
{
    m_desk->loseNextTakeTo(u"2"_s);
}

} // namespace signalbox::console
