// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/event.h"
#include "redis/redischannels.h"
#include "redis/redisscripts.h"

#include <QTimer>

#include <deque>
#include <functional>
#include <set>

namespace signalbox {

/// The live events of the channels that this server listens to: each once, in the order of the log, without a hole.
/// What a lost connection or a lost message has taken is read from the streams before anything newer is delivered; when
/// it is not there any more, the channel is told to be lost. Core thread.
class RedisFeed final : public QObject
{
    Q_OBJECT

public:
    struct Settings
    {
        qint64 lingerMs = 5000;      ///< a channel is kept this long after its last subscriber
        qint64 probeMs = 10'000;     ///< how often the connection and some channels' places are checked
        size_t maxWaiting = 100'000; ///< messages that may wait for a gap to be filled, and calls for a subscription
    };
    using Deliver = std::function<void(const std::shared_ptr<Event>&)>;
    using Lost = std::function<void(const QByteArray& channel)>;

    RedisFeed(RedisLink& link, RedisScripts& scripts, Settings settings, Deliver deliver, Lost lost);
    ~RedisFeed() override;

    void subscribe(const QByteArray& channel);
    void unsubscribe(const QByteArray& channel);
    bool isSubscribed(const QByteArray& channel) const { return m_channels.contains(channel); }
    qsizetype channelCount() const { return m_channels.size(); }

    /// Calls back when every message of those of the channels that are subscribed comes (true), or when the connection
    /// is down or too many wait (false).
    void whenListening(const std::vector<QByteArray>& channels, std::function<void(bool)> done);

    /// Scripts can be run again, and the log is there.
    void commandsUp(const Position& log);
    void commandsDown() { m_hasCommands = false; }

    /// Everything of the subscribed channels up to here has been delivered.
    const Position& delivered() const { return m_delivered; }
    bool isLive() const { return m_state == State::Live; }
    /// Messages that were no events, since the start.
    quint64 malformed() const { return m_malformed; }

signals:
    void stateChanged();
    /// A message was no event.
    void dropped(const QByteArray& channel, const QString& reason);

private:
    enum class State : quint8 { Down, Behind, Live };
    struct Channel
    {
        int subscriptions = 0;
        qint64 endsMs = 0;             ///< steady, when nobody subscribes
        std::optional<Position> place; ///< of the last event delivered, as far as it is known
    };
    struct Message
    {
        QByteArray name; ///< of the Pub/Sub channel
        QByteArray text;
    };
    struct Waiter
    {
        std::vector<QByteArray> channels;
        std::function<void(bool)> done;
    };
    struct Healing;

    QByteArray pubSubName(const QByteArray& channel) const;
    void listening();
    void linkLost();
    void answerWaiters(bool isUp);
    bool isListening(const std::vector<QByteArray>& channels) const;
    void take(const QByteArray& name, const QByteArray& text);
    void drain();
    bool takeEvent(const Message& message);
    bool takeProbe(const Message& message);
    bool isNext(const Event& event) const;
    void deliver(const std::shared_ptr<Event>& event);
    void heal();
    void healed(const std::shared_ptr<Healing>& healing);
    void takeTops(const Healing& healing, const Position& upTo);
    void probe();
    void dropIdle();
    void setState(State state);
    void drop(const Message& message, const QString& reason);

    RedisScripts& m_scripts;
    RedisLink& m_link;
    const Settings m_settings;
    const Deliver m_deliver;
    const Lost m_lost;
    const QByteArray m_service; ///< a Pub/Sub channel of this server alone
    RedisChannels m_pubSub;
    State m_state = State::Down;
    bool m_hasCommands = false;
    Position m_delivered;
    QHash<QByteArray, Channel> m_channels;
    std::set<QByteArray> m_order; ///< of the probes
    QByteArray m_lastProbed;
    std::deque<QByteArray> m_idle;
    std::deque<Message> m_inbox;
    qint64 m_inboxBytes = 0;
    std::vector<Waiter> m_waiters;
    std::shared_ptr<Healing> m_healing; ///< null: none is on its way
    bool m_isProbeDue = false;
    quint64 m_malformed = 0;
    QTimer m_probeTimer;
    QTimer m_idleTimer;
    QTimer m_againTimer;
};

} // namespace signalbox
