// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/amqpclient.h"
#include "support/exposition.h"
#include "support/rabbitserver.h"
#include "support/serverprocess.h"
#include "support/wsclient.h"
#include "support/wswire.h"

#include <QTest>

#include <memory>

namespace signalbox::test {

/// For what may be slow on a loaded machine.
inline constexpr int kRabbitPatienceMs = 60'000;

inline const QByteArrayList& defaultQueues()
{
    static const QByteArrayList names{"chat.message.sent", "chat.session.updated",   "crm.domain",
                                      "tasks.events",      "notifications.internal", "payments.status"};
    return names;
}

inline QByteArray queuedChat(int id, const QByteArray& session = "x17")
{
    return R"({"type":"chat.message","session_id":")" + session + R"(","data":{"id":)" + QByteArray::number(id) +
           R"(,"sender_type":"client","body":"hello","created_at":"2025-11-08T10:30:11+03:00"}})";
}

/// CloudEvents' form.
inline QByteArray cloudEvent(const QByteArray& type, const QByteArray& data, const QByteArray& id = {})
{
    return R"({"specversion":"1.0",)" + (id.isEmpty() ? QByteArray() : R"("id":")" + id + "\",") +
           R"("source":"/crm","type":")" + type + R"(","time":"2025-11-08T10:30:11Z","data":)" + data + '}';
}

inline QByteArray queuedDeal(int number)
{
    return cloudEvent("deal.updated", R"({"deal_id":"d1","changes":{"status":"issuing"},"updated_at":"t","version":)" +
                                          QByteArray::number(number) + '}');
}

/// A server that consumes from a RabbitMQ.
class RabbitHouse
{
public:
    explicit RabbitHouse(RabbitServer& rabbit)
        : m_rabbit(rabbit)
    {
        m_variables = {{"RABBITMQ_URL", rabbit.url()},
                       {"DATABASE_URL", "none"},
                       {"SIGNALBOX_DRAIN_SECONDS", "0"},
                       {"SIGNALBOX_HEARTBEAT_SOURCE_WARNING_MS", "200"}};
    }

    void set(const QByteArray& name, const QByteArray& value) { m_variables.insert(name, value); }
    /// True when the part `rabbitmq` is in this state.
    bool start(const QByteArray& state = "ok", const QByteArrayList& arguments = {})
    {
        return m_server.start(m_variables, arguments) && waitForState(state);
    }
    bool waitForState(const QByteArray& state, const QByteArray& partOfMessage = {})
    {
        return QTest::qWaitFor(
            [&] {
                m_part = json(get(m_server.managementPort(), "/health/ready").body)
                             .value(QStringLiteral("parts"))
                             .toObject()
                             .value(QStringLiteral("rabbitmq"))
                             .toObject();
                return text(m_part, "status") == state && text(m_part, "message").contains(partOfMessage);
            },
            kRabbitPatienceMs);
    }
    /// Streams of channels that lie in Redis are refused before.
    bool waitForRedis()
    {
        return QTest::qWaitFor(
            [&] { return get(m_server.managementPort(), "/health/ready").body.contains(R"("redis":{"status":"ok")"); },
            kRabbitPatienceMs);
    }
    /// Of the health, when it was last asked.
    QByteArray message() const { return text(m_part, "message"); }
    ServerProcess& server() { return m_server; }
    double dropped(const QByteArray& reason)
    {
        const Exposition metrics(get(m_server.managementPort(), "/metrics").body);
        return metrics.value("dispatch_errors", {{"reason", reason}}).value_or(0);
    }
    /// Of an operator, through `/api/v1/streams/…`.
    std::unique_ptr<SseClient> stream(const QByteArray& name)
    {
        auto client = std::make_unique<SseClient>(
            m_server.port(), "/api/v1/streams/" + name,
            Headers{{"Accept", "text/event-stream"},
                    {"Authorization", "Bearer " + ServerProcess::jwt(Role::Operator, "anna", {}, {"stream:" + name})}});
        return client->status() == 200 ? std::move(client) : nullptr;
    }
    std::unique_ptr<WsWire> guest(const QByteArray& dialog = "x17")
    {
        auto socket = std::make_unique<WsWire>(m_server.port(), "/channel/ws?session=" + dialog +
                                                                    "&token=" + ServerProcess::sessionToken(dialog));
        return socket->isEstablished() ? std::move(socket) : nullptr;
    }

private:
    RabbitServer& m_rabbit;
    ServerProcess::Variables m_variables;
    ServerProcess m_server;
    QJsonObject m_part;
};

inline bool waitForText(SseClient& client, const QByteArray& part)
{
    return client.connection().waitForText(part, kRabbitPatienceMs);
}

/// Waits for the next dead letter and takes it.
inline bool takeDead(AmqpClient& amqp, AmqpClient::Message* message)
{
    return QTest::qWaitFor([&] { return amqp.take("signalbox.dead", message); }, kRabbitPatienceMs);
}

/// Nothing waits to be delivered.
inline bool waitUntilEmpty(AmqpClient& amqp, const QByteArray& queue)
{
    return QTest::qWaitFor([&] { return amqp.count(queue) <= 0; }, kRabbitPatienceMs);
}

} // namespace signalbox::test
