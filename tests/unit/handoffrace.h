// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/storethread.h"
#include "unit/handoffdesk.h"

#include <QTest>

#include <algorithm>
#include <future>
#include <random>
#include <thread>

// Fifty operators take one dialog at once, again and again, through the stores of one or more servers on one database.

namespace signalbox::test {

constexpr int kOperators = 50;
constexpr int kPressers = 8; ///< threads
constexpr int kRounds = 6;

inline QByteArray operatorId(int number)
{
    return "op" + QByteArray::number(number);
}

/// The store threads of a few servers on one database.
class Servers
{
public:
    Servers(const QByteArray& url, size_t count)
    {
        const auto open = [url] { return openSqlStore(url, Store::Access::Write); };
        for (size_t i = 0; i < count; ++i) {
            auto server = std::make_unique<StoreThread>(m_clock, Store::Access::Write, StoreThread::Limits{}, open);
            m_started = server->start().ok() && m_started;
            m_servers.push_back(std::move(server));
        }
    }
    bool started() const { return m_started; }

    template <typename T> std::future<Result<T>> post(size_t server, std::function<Result<T>(DeskTransaction&)> command)
    {
        struct Call
        {
            std::promise<Result<T>> promise;
            std::optional<Result<T>> outcome;
        };
        const auto call = std::make_shared<Call>();
        auto future = call->promise.get_future();
        m_servers[server % m_servers.size()]->post(
            [call, command = std::move(command)](DeskTransaction& transaction) -> Result<void> {
                call->outcome.emplace(command(transaction));
                return call->outcome->ok() ? Result<void>() : Result<void>(call->outcome->error());
            },
            [call](const Result<void>& committed) {
                call->promise.set_value(committed ? std::move(*call->outcome) : Result<T>(committed.error()));
            });
        return future;
    }

private:
    SystemClock m_clock;
    bool m_started = true;
    std::vector<std::unique_ptr<StoreThread>> m_servers;
};

inline std::future<Result<HandoffOutcome>> press(Servers& servers, size_t server, qint64 dialogId, int presser)
{
    return servers.post<HandoffOutcome>(server, [dialogId, presser](DeskTransaction& transaction) {
        return startHandoff(transaction, person(Role::Operator, operatorId(presser)),
                            HandoffStart{dialogId, {}, {}, false, 60'000});
    });
}

/// Everybody presses at once, in random order from several threads; the outcome of each operator.
inline std::vector<Result<HandoffOutcome>> raceFor(Servers& servers, qint64 dialogId, std::mt19937& random)
{
    std::vector<int> order(kOperators);
    for (int i = 0; i < kOperators; ++i)
        order[static_cast<size_t>(i)] = i;
    std::shuffle(order.begin(), order.end(), random);
    std::vector<std::future<Result<HandoffOutcome>>> pending(kOperators);
    std::promise<void> go;
    const std::shared_future<void> started = go.get_future().share();
    std::vector<std::thread> pressers;
    for (size_t first = 0; first < kPressers; ++first) {
        pressers.emplace_back([&, first] {
            started.wait();
            for (size_t i = first; i < kOperators; i += kPressers)
                pending[static_cast<size_t>(order[i])] = press(servers, i, dialogId, order[i]);
        });
    }
    go.set_value();
    for (std::thread& presser : pressers)
        presser.join();
    std::vector<Result<HandoffOutcome>> outcomes;
    for (auto& future : pending)
        outcomes.push_back(future.get());
    return outcomes;
}

inline qint64 prepare(Servers& servers)
{
    return servers
        .post<qint64>(0,
                      [](DeskTransaction& transaction) -> Result<qint64> {
                          for (int i = 0; i < kOperators; ++i)
                              insertOperator(transaction, operatorId(i));
                          return insertDialog(transaction);
                      })
        .get()
        .value();
}

inline void race(Servers& servers)
{
    const auto seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    const qint64 dialogId = prepare(servers);
    for (int round = 1; round <= kRounds; ++round) {
        if (round % 2 == 1) {
            auto asked = servers.post<HandoffOutcome>(1, [dialogId](DeskTransaction& transaction) {
                return requestHandoff(transaction, guestOf(dialogId), HandoffRequest{dialogId, {}, 0, {}});
            });
            QVERIFY(asked.get().ok());
        }
        const auto outcomes = raceFor(servers, dialogId, random);
        QByteArray winner;
        for (int i = 0; i < kOperators; ++i) {
            const auto& outcome = outcomes[static_cast<size_t>(i)];
            if (!outcome)
                continue;
            QVERIFY2(winner.isEmpty(), "two winners");
            winner = operatorId(i);
            QCOMPARE(outcome->handoff.fencing, static_cast<quint64>(round));
        }
        QVERIFY(!winner.isEmpty());
        for (const auto& outcome : outcomes) {
            if (outcome)
                continue;
            QCOMPARE(outcome.error().name(), "handoff_taken");
            QVERIFY(outcome.error().extra.contains(QByteArray("\"id\":\"" + winner + '"')));
        }
        const auto released =
            servers
                .post<HandoffOutcome>(static_cast<size_t>(round),
                                      [dialogId, winner](DeskTransaction& transaction) {
                                          return releaseHandoff(transaction, person(Role::Operator, winner),
                                                                HandoffRelease{dialogId, {}, {}, true, {}});
                                      })
                .get();
        QVERIFY(released.ok());
    }
    const QByteArray channel = "dialog:" + QByteArray::number(dialogId);
    const auto events = servers
                            .post<std::vector<JournalEvent>>(
                                0,
                                [channel](DeskTransaction& transaction) -> Result<std::vector<JournalEvent>> {
                                    return transaction.journal().after({channel}, 0, 100'000);
                                })
                            .get()
                            .value();
    quint64 offset = 0;
    for (const JournalEvent& event : events) {
        const auto place = std::find_if(event.placements.begin(), event.placements.end(),
                                        [&](const Placement& each) { return each.channel == channel; });
        QVERIFY(place != event.placements.end());
        QCOMPARE(place->position.offset, ++offset);
    }
    // A claim has four events in the dialog, its end has three, half of them were asked for with two.
    QCOMPARE(offset, static_cast<quint64>(kRounds * 7 + kRounds / 2 * 2));
}

} // namespace signalbox::test
