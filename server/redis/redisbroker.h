// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/volatilebroker.h"
#include "redis/redisfeed.h"

#include <QSet>
#include <QTimer>

#include <deque>

namespace signalbox {

/// The broker of several servers on one Redis, which behave as one: positions, cursors and idempotency keys hold on
/// each of them. Published, numbered and kept in one script; a server listens to the channels that it has a subscriber
/// of.
///
/// Without Redis publishing and replaying are Unavailable at once. What was missed while the connection was away is
/// delivered when it is back, before anything newer; BrokerSink::channelLost() when the history does not reach that far
/// or Redis has lost it. A publish whose connection ended before its answer is Unavailable and may have been carried
/// out; with an idempotency key it can be repeated.
///
/// Needs Redis 6 or later. Keys: see resources/lua/log.lua.
class RedisBroker final : public QObject, public VolatileBroker
{
    Q_OBJECT

public:
    struct Limits
    {
        int eventsPerChannel = 1000;
        qint64 ageMs = 24LL * 3600 * 1000;
        qint64 idempotencyMs = 10LL * 60 * 1000;
    };
    struct State
    {
        bool isUp = false;       ///< publishing and listening work, as far as is known
        bool isRefusing = false; ///< up, but Redis refused the last publish: full, read-only, wrong type of key
        QString message;         ///< what is wrong; holds no password

        bool operator==(const State&) const = default;
    };

    /// `prefix`: what keys and Pub/Sub channels begin with; holds a hash tag.
    RedisBroker(const Clock& clock, const RedisAddress& address, QByteArray prefix, Limits limits,
                RedisFeed::Settings feed);
    ~RedisBroker() override;

    /// Begins to connect; stateChanged() tells how that goes.
    void start();
    const State& state() const { return m_state; }
    /// For what else lives on this Redis; gone before the broker is.
    RedisLink& commands() { return m_commands; }
    RedisLink& listening() { return m_listening; }
    RedisScripts& scripts() { return m_scripts; }
    void setLimits(Limits limits);

    void setSink(BrokerSink* sink) override { m_sink = sink; }
    using Broker::publish;
    void publish(std::vector<Publication> events, PublishDone done) override;
    void subscribe(const QByteArray& channel) override { m_feed.subscribe(channel); }
    void unsubscribe(const QByteArray& channel) override { m_feed.unsubscribe(channel); }
    void replay(const std::vector<QByteArray>& channels, const std::optional<Position>& since,
                ReplayDone done) override;

    void setJournal(Position top) override
    {
        m_given = top.offset;
        m_journal = std::move(top);
    }
    void deliver(const std::shared_ptr<Event>& event, const std::vector<QByteArray>& channels,
                 Delivered delivered) override;
    /// Redis knows, but not at once: a stream of channels of both kinds resumes by its cursor.
    std::optional<LogCursor> cursorOf(const Position&) const override { return std::nullopt; }
    Result<std::optional<EventPtr>> repeated(const Publication&) const override { return std::optional<EventPtr>(); }
    void rememberKey(const QByteArray&, const Event&, QByteArray) override {}
    Position logTop() const override;
    bool hasRoomFor(const std::vector<Publication>&) const override { return m_isGreeted; }
    void expire() override {} // Redis does

    qsizetype channelCount() const { return m_feed.channelCount(); }
    quint64 malformed() const { return m_feed.malformed(); }

signals:
    void stateChanged();
    /// A message in one of this deployment's own channels was no event.
    void dropped(const QByteArray& channel, const QString& reason);

private:
    /// A replay on its way, and the event that was delivered first after it was asked for.
    struct Asked
    {
        std::vector<QByteArray> channels;
        bool hasSince = false;
        ReplayDone done;
        quint64 firstRecent = 0;
    };

    /// An event of the journal's on its way to the sink, behind those before it.
    struct Gated
    {
        std::shared_ptr<Event> event;
        bool isReady = false; ///< nothing of Redis need be awaited
        bool isEmitted = false;
        std::optional<Result<EventPtr>> answer;
        Delivered delivered;
    };
    using GatedPtr = std::shared_ptr<Gated>;

    /// What a script is asked to publish; it gives the event its places.
    struct Draft
    {
        std::shared_ptr<Event> event;
        std::vector<QByteArray> channels;
        QByteArray key;
        QByteArray fingerprint; ///< in hexadecimal; empty without a key
    };

    void send(std::vector<Draft> drafts, PublishDone done);
    void placed(const GatedPtr& gated, const Result<std::vector<Published>>& places);
    bool mustHold(const Event& event) const;
    void hold(const std::shared_ptr<Event>& event);
    void releaseHeld(const GatedPtr& gated);
    void takeHeld();
    void giveUpHolding();
    void openGate(const Gated* upTo);
    void giveUpWaiting();
    void tellSink(const std::shared_ptr<Event>& event);
    void greet();
    void greeted(const RedisReply& reply);
    void commandsLost();
    void updateState();
    void refused(const QByteArray& reason);
    std::shared_ptr<Event> eventOf(Publication&& publication);
    Result<std::vector<Published>> answered(const std::vector<Draft>& drafts, const RedisReply& reply);
    void ask(const std::shared_ptr<Asked>& asked, const std::optional<Position>& since);
    void replayed(Asked& asked, const Result<RedisReply>& reply);
    void addRecent(const Asked& asked, Replay& replay) const;
    void forgetRecent();
    void take(const std::shared_ptr<Event>& event);
    void noteLog(const Position& log);
    void noteEvent(const Event& event);

    const Clock& m_clock;
    Limits m_limits;
    BrokerSink* m_sink = nullptr;
    const QByteArray m_instance; ///< random, the stem of ids
    quint64 m_idCounter = 0;
    State m_state;
    bool m_isGreeted = false;
    QByteArray m_refusal;
    Position m_journal; ///< its top, as delivered; no epoch: there is none
    Position m_highest; ///< that was seen of the log
    /// The last event that was seen of that log: whether Redis still knows it.
    struct Witness
    {
        QByteArray channel; ///< empty: there is none
        Position place;     ///< there
        quint64 number = 0; ///< in the log
        qint64 timestampMs = 0;
        QByteArray id;
    };
    Witness m_witness;
    RedisLink m_commands;
    RedisLink m_listening;
    RedisScripts m_scripts;
    RedisFeed m_feed;
    std::deque<GatedPtr> m_gate;
    QHash<QByteArray, GatedPtr> m_awaited;     ///< by id: in Redis, and to be met there
    quint64 m_given = 0;                       ///< up to where the journal has been given
    std::deque<std::shared_ptr<Event>> m_held; ///< the first is the journal's, which has not got there here
    QSet<QByteArray> m_skipped;                ///< ids: no longer awaited from the journal for their channels here
    QTimer m_holdTimer;
    std::deque<std::shared_ptr<Asked>> m_asked; ///< sent, in order
    std::deque<EventPtr> m_recent;              ///< delivered since the first of them was sent
    quint64 m_recentBegin = 0;                  ///< number of the first of m_recent
};

} // namespace signalbox
