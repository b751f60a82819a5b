// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <amqp.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>

#include <QByteArray>
#include <QList>
#include <QMap>

namespace signalbox::test {

/// What a test says to RabbitMQ beside the server: a plain client on rabbitmq-c, blocking. A call that fails is said in
/// failed().
class AmqpClient
{
public:
    struct Message
    {
        QByteArray body;
        QByteArray id;
        QByteArray type;
        QMap<QByteArray, QByteArray> headers; ///< the texts among them
        bool redelivered = false;
    };

    explicit AmqpClient(quint16 port, const char* user = "guest", const char* password = "guest")
        : m_state(amqp_new_connection())
    {
        amqp_socket_t* socket = amqp_tcp_socket_new(m_state);
        m_failed = amqp_socket_open(socket, "127.0.0.1", port) != AMQP_STATUS_OK ||
                   amqp_login(m_state, "/", 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, user, password).reply_type !=
                       AMQP_RESPONSE_NORMAL;
        open();
    }
    ~AmqpClient() { amqp_destroy_connection(m_state); }
    AmqpClient(const AmqpClient&) = delete;
    AmqpClient& operator=(const AmqpClient&) = delete;

    bool failed() const { return m_failed; }

    /// By the default exchange, or by another one with a routing key.
    void send(const QByteArray& queue, const Message& message, const QByteArray& exchange = {})
    {
        amqp_basic_properties_t properties{};
        properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_CONTENT_TYPE_FLAG;
        properties.delivery_mode = 2;
        properties.content_type = amqp_cstring_bytes("application/json");
        if (!message.id.isEmpty()) {
            properties._flags |= AMQP_BASIC_MESSAGE_ID_FLAG;
            properties.message_id = bytes(message.id);
        }
        if (!message.type.isEmpty()) {
            properties._flags |= AMQP_BASIC_TYPE_FLAG;
            properties.type = bytes(message.type);
        }
        QList<amqp_table_entry_t> headers;
        for (auto it = message.headers.cbegin(); it != message.headers.cend(); ++it) {
            amqp_table_entry_t entry{};
            entry.key = bytes(it.key());
            entry.value.kind = AMQP_FIELD_KIND_UTF8;
            entry.value.value.bytes = bytes(it.value());
            headers.append(entry);
        }
        if (!headers.isEmpty()) {
            properties._flags |= AMQP_BASIC_HEADERS_FLAG;
            properties.headers = {static_cast<int>(headers.size()), headers.data()};
        }
        m_failed = amqp_basic_publish(m_state, 1, bytes(exchange), bytes(queue), 0, 0, &properties,
                                      bytes(message.body)) != AMQP_STATUS_OK ||
                   m_failed;
    }
    void send(const QByteArray& queue, const QByteArray& body, const QByteArray& id = {})
    {
        send(queue, Message{body, id, {}, {}, false});
    }
    /// Until RabbitMQ has taken everything before.
    void settle() { count("signalbox.test.none"); }

    /// Durable, without arguments, or with a TTL that makes it another one.
    void declare(const QByteArray& queue, bool hasArguments = false)
    {
        amqp_table_entry_t ttl{};
        ttl.key = amqp_cstring_bytes("x-message-ttl");
        ttl.value.kind = AMQP_FIELD_KIND_I32;
        ttl.value.value.i32 = 100'000'000;
        amqp_queue_declare(m_state, 1, bytes(queue), 0, 1, 0, 0,
                           hasArguments ? amqp_table_t{1, &ttl} : amqp_empty_table);
        check();
    }
    /// Counts the deliveries of its messages.
    void declareQuorum(const QByteArray& queue)
    {
        amqp_table_entry_t kind{};
        kind.key = amqp_cstring_bytes("x-queue-type");
        kind.value.kind = AMQP_FIELD_KIND_UTF8;
        kind.value.value.bytes = amqp_cstring_bytes("quorum");
        amqp_queue_declare(m_state, 1, bytes(queue), 0, 1, 0, 0, amqp_table_t{1, &kind});
        check();
    }
    void bind(const QByteArray& queue, const QByteArray& exchange, const QByteArray& routingKey)
    {
        amqp_queue_bind(m_state, 1, bytes(queue), bytes(exchange), bytes(routingKey), amqp_empty_table);
        check();
    }
    void declareExchange(const QByteArray& name)
    {
        amqp_exchange_declare(m_state, 1, bytes(name), amqp_cstring_bytes("topic"), 0, 1, 0, 0, amqp_empty_table);
        check();
    }
    void remove(const QByteArray& queue)
    {
        amqp_queue_delete(m_state, 1, bytes(queue), 0, 0);
        check();
    }
    /// Messages that are ready in the queue; -1 when there is none of that name.
    int count(const QByteArray& queue)
    {
        const auto* declared = amqp_queue_declare(m_state, 1, bytes(queue), 1, 0, 0, 0, amqp_empty_table);
        if (!declared) {
            reopen();
            return -1;
        }
        const int ready = static_cast<int>(declared->message_count);
        amqp_maybe_release_buffers(m_state);
        return ready;
    }
    /// Takes the first message, and acknowledges it.
    bool take(const QByteArray& queue, Message* message)
    {
        const amqp_rpc_reply_t reply = amqp_basic_get(m_state, 1, bytes(queue), 1);
        if (reply.reply_type != AMQP_RESPONSE_NORMAL) {
            reopen();
            return false;
        }
        if (reply.reply.id != AMQP_BASIC_GET_OK_METHOD)
            return false;
        message->redelivered = static_cast<amqp_basic_get_ok_t*>(reply.reply.decoded)->redelivered;
        amqp_message_t got{};
        if (amqp_read_message(m_state, 1, &got, 0).reply_type != AMQP_RESPONSE_NORMAL)
            return false;
        message->body = text(got.body);
        message->id = got.properties._flags & AMQP_BASIC_MESSAGE_ID_FLAG ? text(got.properties.message_id) : "";
        message->headers.clear();
        const int headers = got.properties._flags & AMQP_BASIC_HEADERS_FLAG ? got.properties.headers.num_entries : 0;
        for (int i = 0; i < headers; ++i) {
            const amqp_table_entry_t& entry = got.properties.headers.entries[i];
            if (entry.value.kind == AMQP_FIELD_KIND_UTF8)
                message->headers.insert(text(entry.key), text(entry.value.value.bytes));
        }
        amqp_destroy_message(&got);
        amqp_maybe_release_buffers(m_state);
        return true;
    }

private:
    static amqp_bytes_t bytes(const QByteArray& text)
    {
        return {static_cast<size_t>(text.size()), const_cast<char*>(text.constData())};
    }
    static QByteArray text(const amqp_bytes_t& bytes)
    {
        return {static_cast<const char*>(bytes.bytes), static_cast<qsizetype>(bytes.len)};
    }
    void open()
    {
        if (m_failed)
            return;
        amqp_channel_open(m_state, 1);
        check();
    }
    /// A refusal closes the channel.
    void reopen()
    {
        amqp_channel_close_ok_t answer{};
        amqp_send_method(m_state, 1, AMQP_CHANNEL_CLOSE_OK_METHOD, &answer);
        open();
    }
    void check() { m_failed = amqp_get_rpc_reply(m_state).reply_type != AMQP_RESPONSE_NORMAL || m_failed; }

    amqp_connection_state_t m_state;
    bool m_failed = false;
};

} // namespace signalbox::test
