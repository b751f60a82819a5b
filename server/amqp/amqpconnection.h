// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/rabbitmqurl.h"

#include <amqp.h>

#include <memory>
#include <mutex>

namespace signalbox {

/// Lets another thread end what a connection waits for: rabbitmq-c has no other way. Any thread.
class AmqpBreaker
{
public:
    void setSocket(int fd); ///< -1: there is none; by the connection alone
    void breakOff();        ///< for good: sockets that come later are broken at once

private:
    std::mutex m_mutex;
    int m_fd = -1;
    bool m_isBroken = false;
};

/// A delivery with its body and properties.
struct AmqpMessageDeleter
{
    void operator()(amqp_envelope_t* message) const;
};
using AmqpMessage = std::unique_ptr<amqp_envelope_t, AmqpMessageDeleter>;

/// The bytes, unowned.
inline QByteArrayView viewOf(const amqp_bytes_t& bytes)
{
    return {static_cast<const char*>(bytes.bytes), static_cast<qsizetype>(bytes.len)};
}
inline amqp_bytes_t amqpBytes(QByteArrayView bytes)
{
    return {static_cast<size_t>(bytes.size()), const_cast<char*>(bytes.data())};
}

/// One connection to RabbitMQ on rabbitmq-c; belongs to the thread that made it. Calls block, at most for the timeout
/// or two heartbeats. What the server refuses on a channel is an Error of that channel alone, which is closed then:
/// Forbidden (403), NotFound (404), Conflict (405, 406); any other Error is Unavailable and ends the connection. The
/// texts hold no password.
class AmqpConnection
{
public:
    struct Options
    {
        RabbitMqAddress address;
        QByteArray caFile; ///< empty: the system's authorities
        QByteArray name;   ///< for RabbitMQ's lists of connections
        int heartbeatSeconds = 20;
        int timeoutMs = 10'000; ///< of connecting and of each request
    };

    /// Connects and logs in. The breaker outlives the connection.
    static Result<std::unique_ptr<AmqpConnection>> open(const Options& options, AmqpBreaker& breaker);
    ~AmqpConnection();
    AmqpConnection(const AmqpConnection&) = delete;
    AmqpConnection& operator=(const AmqpConnection&) = delete;

    Result<void> openChannel(amqp_channel_t channel);
    /// Of a channel that the server has not closed.
    void closeChannel(amqp_channel_t channel);
    /// Durable, without arguments; `isPassive`: it must be there, whatever its arguments are.
    Result<void> declareQueue(amqp_channel_t channel, const QByteArray& name, bool isPassive);
    Result<void> declareTopicExchange(amqp_channel_t channel, const QByteArray& name);
    Result<void> bindQueue(amqp_channel_t channel, const QByteArray& queue, const RabbitMqBinding& binding);
    Result<void> consume(amqp_channel_t channel, const QByteArray& queue, int prefetch);
    Result<void> confirmPublishes(amqp_channel_t channel);
    Result<void> acknowledge(amqp_channel_t channel, quint64 tag, bool multiple);
    /// May be returned: `mandatory`.
    Result<void> publish(amqp_channel_t channel, const RabbitMqBinding& to, const amqp_basic_properties_t& properties,
                         amqp_bytes_t body);

    /// What has come, without waiting for more: a message, or a frame of another kind, or neither.
    struct Received
    {
        AmqpMessage message;
        std::optional<amqp_frame_t> frame; ///< a method; until the next call
    };
    Result<Received> receive();
    /// Reads over the content that follows Basic.Return.
    Result<void> skipContent(amqp_channel_t channel);
    /// Answers a Channel.Close and tells what it said.
    Error closedByServer(amqp_channel_t channel, const amqp_channel_close_t& close);
    Error closedByServer(const amqp_connection_close_t& close);
    /// Memory of frames that have been dealt with; call now and then.
    void releaseBuffers() { amqp_maybe_release_buffers(m_state); }

    int socket() const { return amqp_get_sockfd(m_state); }
    /// receive() has something without reading the socket.
    bool hasBuffered() const { return amqp_frames_enqueued(m_state) || amqp_data_in_buffer(m_state); }

private:
    explicit AmqpConnection(AmqpBreaker& breaker);
    Result<void> connectTo(const Options& options);
    Result<void> logIn(const Options& options);
    Result<void> answered();
    Error broken(int status);

    AmqpBreaker& m_breaker;
    const amqp_connection_state_t m_state;
    amqp_channel_t m_asking = 0; ///< of the last request
    bool m_isOpen = false;       ///< logged in and not known to be broken
};

} // namespace signalbox
