// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/handoffexpiry.h"
#include "desk/handoffs.h"
#include "desk/supervision.h"
#include "support/deskpeople.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace signalbox::test {

inline void insertOperator(DeskTransaction& transaction, const QByteArray& id, int capacity = 5,
                           OperatorStatus presence = OperatorStatus::Online)
{
    Operator person;
    person.id = id;
    person.name = QStringLiteral("Operator %1").arg(QString::fromUtf8(id));
    person.capacity = capacity;
    person.presence = presence;
    person.createdMs = transaction.nowMs();
    transaction.operators().insert(person);
}

inline qint64 insertDialog(DeskTransaction& transaction)
{
    Dialog dialog;
    dialog.createdMs = transaction.nowMs();
    dialog.updatedMs = transaction.nowMs();
    transaction.dialogs().insert(dialog);
    return dialog.id;
}

/// A desk for tests of the handoff: every call is one command in a transaction of its own.
class HandoffDesk
{
public:
    static constexpr qint64 kLeaseMs = 60'000;
    static constexpr qint64 kAnswerMs = 120'000;

    ManualClock& clock() { return m_database.clock(); }

    /// Runs anything that cannot fail.
    template <typename Work> auto with(Work work)
    {
        using T = std::invoke_result_t<Work, DeskTransaction&>;
        return std::move(
                   m_database.run<T>([&](DeskTransaction& transaction) -> Result<T> { return work(transaction); }))
            .value();
    }
    bool addOperator(const QByteArray& id, int capacity = 5, OperatorStatus presence = OperatorStatus::Online)
    {
        return with([&](DeskTransaction& transaction) {
            insertOperator(transaction, id, capacity, presence);
            return true;
        });
    }
    bool change(const QByteArray& operatorId, const std::function<void(Operator&)>& edit)
    {
        return with([&](DeskTransaction& transaction) {
            Operator person = transaction.operators().find(operatorId).value();
            edit(person);
            transaction.operators().update(person);
            return true;
        });
    }
    qint64 addDialog() { return with(insertDialog); }
    Dialog dialog(qint64 id)
    {
        return with([id](DeskTransaction& transaction) { return transaction.dialogs().find(id).value(); });
    }
    std::optional<Handoff> open(qint64 id)
    {
        return with([id](DeskTransaction& transaction) { return transaction.handoffs().open(id); });
    }
    std::vector<Message> messages(qint64 id)
    {
        return with([id](DeskTransaction& transaction) { return transaction.messages().before(id, 0, 100); });
    }
    /// The dialogs that wait, in order.
    std::vector<qint64> queue()
    {
        return with([](DeskTransaction& transaction) {
            std::vector<qint64> dialogs;
            for (const Handoff& handoff : transaction.handoffs().queue(1000))
                dialogs.push_back(handoff.dialogId);
            return dialogs;
        });
    }

    Result<HandoffOutcome> request(const Identity& who, qint64 id, int priority = 0)
    {
        return run(requestHandoff, who, HandoffRequest{id, QStringLiteral("please"), priority, {}});
    }
    Result<HandoffOutcome> start(const Identity& who, qint64 id, const QByteArray& operatorId = {}, bool force = false)
    {
        return run(startHandoff, who, HandoffStart{id, operatorId, {}, force, kLeaseMs});
    }
    Result<HandoffOutcome> renew(const Identity& who, qint64 id, quint64 fencing)
    {
        return run(renewHandoff, who, HandoffRenewal{id, fencing, kLeaseMs});
    }
    Result<HandoffOutcome> release(const Identity& who, qint64 id, bool returnsToAi = true,
                                   std::optional<quint64> fencing = {})
    {
        return run(releaseHandoff, who, HandoffRelease{id, fencing, QStringLiteral("done"), returnsToAi, {}});
    }
    Result<HandoffOutcome> cancel(const Identity& who, qint64 id, const QByteArray& type = {})
    {
        return run(cancelHandoff, who, HandoffCancel{id, type, {}});
    }
    Result<HandoffOutcome> transfer(const Identity& who, qint64 id, const QByteArray& operatorId = {},
                                    const QString& note = {}, std::optional<quint64> fencing = {})
    {
        return run(transferHandoff, who, HandoffTransfer{id, fencing, operatorId, note, kAnswerMs});
    }
    Result<HandoffOutcome> takeOver(const Identity& who, qint64 id)
    {
        return run(takeOverHandoff, who, TakeOver{id, {}, kLeaseMs});
    }
    Result<Operator> whisper(const Identity& who, qint64 id)
    {
        return run(whisperToHolder, who, Whisper{id, QStringLiteral("offer a discount")});
    }
    HandoffExpiry expire()
    {
        return with([](DeskTransaction& transaction) { return expireHandoffs(transaction, kAnswerMs).value(); });
    }

    std::vector<JournalEvent> takeEvents() { return m_database.takeEvents(); }
    /// Their names, in order; forgets the events.
    QByteArrayList takeNames()
    {
        QByteArrayList names;
        for (const JournalEvent& event : takeEvents())
            names.append(event.name);
        return names;
    }

private:
    template <typename Body, typename Outcome>
    Result<Outcome> run(Result<Outcome> (*command)(DeskTransaction&, const Identity&, const Body&), const Identity& who,
                        const Body& body)
    {
        return m_database.run<Outcome>([&](DeskTransaction& transaction) { return command(transaction, who, body); });
    }

    DeskDatabase m_database;
};

inline QJsonObject dataOf(const JournalEvent& event)
{
    return QJsonDocument::fromJson(event.data).object();
}

} // namespace signalbox::test
