// SPDX-License-Identifier: GPL-3.0-or-later
#include "amqp/amqpconnection.h"

#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>

#include <openssl/ssl.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

namespace signalbox {

namespace {

constexpr int kFrameBytes = 131'072;

timeval timevalOf(int ms)
{
    return {ms / 1000, (ms % 1000) * 1000};
}

QString textOfStatus(int status)
{
    return QString::fromUtf8(amqp_error_string2(status));
}

QString textOfReply(int code, const amqp_bytes_t& text)
{
    constexpr qsizetype kLongest = 300;
    return QString::number(code) + QLatin1Char(' ') + QString::fromUtf8(viewOf(text).toByteArray().left(kLongest));
}

amqp_table_entry_t entry(const char* key, const char* value)
{
    amqp_table_entry_t made{};
    made.key = amqp_cstring_bytes(key);
    made.value.kind = AMQP_FIELD_KIND_UTF8;
    made.value.value.bytes = amqp_cstring_bytes(value);
    return made;
}

/// A peer that takes nothing any more does not hold a write up for ever.
void limitWrites(int fd, int heartbeatSeconds)
{
    const unsigned int ms = static_cast<unsigned int>(heartbeatSeconds) * 2000;
    ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof ms);
}

} // namespace

void AmqpBreaker::setSocket(int fd)
{
    const std::lock_guard lock(m_mutex);
    m_fd = fd;
    if (m_isBroken && m_fd >= 0)
        ::shutdown(m_fd, SHUT_RDWR);
}

void AmqpBreaker::breakOff()
{
    const std::lock_guard lock(m_mutex);
    m_isBroken = true;
    if (m_fd >= 0)
        ::shutdown(m_fd, SHUT_RDWR);
}

void AmqpMessageDeleter::operator()(amqp_envelope_t* message) const
{
    amqp_destroy_envelope(message);
    delete message;
}

AmqpConnection::AmqpConnection(AmqpBreaker& breaker)
    : m_breaker(breaker)
    , m_state(amqp_new_connection())
{
}

AmqpConnection::~AmqpConnection()
{
    if (!m_state)
        return;
    if (m_isOpen)
        amqp_connection_close(m_state, AMQP_REPLY_SUCCESS);
    m_breaker.setSocket(-1);
    amqp_destroy_connection(m_state);
}

Result<std::unique_ptr<AmqpConnection>> AmqpConnection::open(const Options& options, AmqpBreaker& breaker)
{
    std::unique_ptr<AmqpConnection> connection(new AmqpConnection(breaker));
    if (!connection->m_state)
        return Error(ErrorCode::Unavailable, QStringLiteral("There is no memory for a connection."));
    if (const auto connected = connection->connectTo(options); !connected)
        return connected.error();
    if (const auto loggedIn = connection->logIn(options); !loggedIn)
        return loggedIn.error();
    return connection;
}

Result<void> AmqpConnection::connectTo(const Options& options)
{
    const RabbitMqAddress& address = options.address;
    amqp_socket_t* socket = address.isTls ? amqp_ssl_socket_new(m_state) : amqp_tcp_socket_new(m_state);
    if (!socket)
        return Error(ErrorCode::Unavailable, QStringLiteral("There is no memory for a socket."));
    if (address.isTls) {
        amqp_ssl_socket_set_verify_peer(socket, 1);
        amqp_ssl_socket_set_verify_hostname(socket, 1);
        int status = AMQP_STATUS_OK;
        if (!options.caFile.isEmpty())
            status = amqp_ssl_socket_set_cacert(socket, options.caFile.constData());
        else
            SSL_CTX_set_default_verify_paths(static_cast<SSL_CTX*>(amqp_ssl_socket_get_context(socket)));
        if (status != AMQP_STATUS_OK)
            return Error(ErrorCode::Unavailable,
                         QStringLiteral("There is no certificate in ") + QString::fromUtf8(options.caFile));
    }
    const timeval timeout = timevalOf(options.timeoutMs);
    amqp_set_rpc_timeout(m_state, &timeout);
    amqp_set_handshake_timeout(m_state, &timeout);
    const int status = amqp_socket_open_noblock(socket, address.host.constData(), address.port, &timeout);
    if (status != AMQP_STATUS_OK)
        return Error(ErrorCode::Unavailable, QStringLiteral("RabbitMQ cannot be reached: ") + textOfStatus(status));
    m_breaker.setSocket(amqp_get_sockfd(m_state));
    limitWrites(amqp_get_sockfd(m_state), options.heartbeatSeconds);
    return {};
}

Result<void> AmqpConnection::logIn(const Options& options)
{
    // RabbitMQ then tells when a queue that is consumed has gone.
    amqp_table_entry_t capability{};
    capability.key = amqp_cstring_bytes("consumer_cancel_notify");
    capability.value.kind = AMQP_FIELD_KIND_BOOLEAN;
    capability.value.value.boolean = 1;
    amqp_table_entry_t entries[2]{};
    entries[0].key = amqp_cstring_bytes("capabilities");
    entries[0].value.kind = AMQP_FIELD_KIND_TABLE;
    entries[0].value.value.table = {1, &capability};
    entries[1] = entry("connection_name", options.name.constData());
    const amqp_table_t properties{2, entries};
    const RabbitMqAddress& address = options.address;
    const amqp_rpc_reply_t reply = amqp_login_with_properties(
        m_state, address.vhost.constData(), 0, kFrameBytes, options.heartbeatSeconds, &properties,
        AMQP_SASL_METHOD_PLAIN, address.username.constData(), address.password.constData());
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) {
        m_isOpen = true;
        return {};
    }
    if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION && reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD) {
        const auto* close = static_cast<const amqp_connection_close_t*>(reply.reply.decoded);
        return Error(ErrorCode::Unavailable, QStringLiteral("RabbitMQ refused the login: ") +
                                                 textOfReply(close->reply_code, close->reply_text));
    }
    return Error(ErrorCode::Unavailable,
                 QStringLiteral("RabbitMQ did not finish the login: ") + textOfStatus(reply.library_error));
}

Error AmqpConnection::broken(int status)
{
    m_isOpen = false;
    return {ErrorCode::Unavailable, QStringLiteral("The connection to RabbitMQ broke: ") + textOfStatus(status)};
}

Error AmqpConnection::closedByServer(const amqp_connection_close_t& close)
{
    amqp_connection_close_ok_t answer{};
    amqp_send_method(m_state, 0, AMQP_CONNECTION_CLOSE_OK_METHOD, &answer);
    m_isOpen = false;
    return {ErrorCode::Unavailable,
            QStringLiteral("RabbitMQ closed the connection: ") + textOfReply(close.reply_code, close.reply_text)};
}

Error AmqpConnection::closedByServer(amqp_channel_t channel, const amqp_channel_close_t& close)
{
    amqp_channel_close_ok_t answer{};
    amqp_send_method(m_state, channel, AMQP_CHANNEL_CLOSE_OK_METHOD, &answer);
    const QString text = textOfReply(close.reply_code, close.reply_text);
    switch (close.reply_code) {
    case AMQP_ACCESS_REFUSED:
        return {ErrorCode::Forbidden, text};
    case AMQP_NOT_FOUND:
        return {ErrorCode::NotFound, text};
    default:
        return {ErrorCode::Conflict, text};
    }
}

/// Of the last request.
Result<void> AmqpConnection::answered()
{
    const amqp_rpc_reply_t reply = amqp_get_rpc_reply(m_state);
    if (reply.reply_type == AMQP_RESPONSE_NORMAL)
        return {};
    if (reply.reply_type != AMQP_RESPONSE_SERVER_EXCEPTION)
        return broken(reply.library_error);
    if (reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD)
        return closedByServer(*static_cast<const amqp_connection_close_t*>(reply.reply.decoded));
    // The channel of the request: these are made one at a time.
    return closedByServer(m_asking, *static_cast<const amqp_channel_close_t*>(reply.reply.decoded));
}

Result<void> AmqpConnection::openChannel(amqp_channel_t channel)
{
    m_asking = channel;
    amqp_channel_open(m_state, channel);
    return answered();
}

void AmqpConnection::closeChannel(amqp_channel_t channel)
{
    const amqp_rpc_reply_t reply = amqp_channel_close(m_state, channel, AMQP_REPLY_SUCCESS);
    if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION)
        m_isOpen = false;
}

Result<void> AmqpConnection::declareQueue(amqp_channel_t channel, const QByteArray& name, bool isPassive)
{
    m_asking = channel;
    amqp_queue_declare(m_state, channel, amqpBytes(name), isPassive, 1, 0, 0, amqp_empty_table);
    return answered();
}

Result<void> AmqpConnection::declareTopicExchange(amqp_channel_t channel, const QByteArray& name)
{
    m_asking = channel;
    amqp_exchange_declare(m_state, channel, amqpBytes(name), amqp_cstring_bytes("topic"), 0, 1, 0, 0, amqp_empty_table);
    return answered();
}

Result<void> AmqpConnection::bindQueue(amqp_channel_t channel, const QByteArray& queue, const RabbitMqBinding& binding)
{
    m_asking = channel;
    amqp_queue_bind(m_state, channel, amqpBytes(queue), amqpBytes(binding.exchange), amqpBytes(binding.routingKey),
                    amqp_empty_table);
    return answered();
}

Result<void> AmqpConnection::consume(amqp_channel_t channel, const QByteArray& queue, int prefetch)
{
    m_asking = channel;
    amqp_basic_qos(m_state, channel, 0, static_cast<uint16_t>(prefetch), 0);
    if (auto limited = answered(); !limited)
        return limited;
    amqp_basic_consume(m_state, channel, amqpBytes(queue), amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
    return answered();
}

Result<void> AmqpConnection::confirmPublishes(amqp_channel_t channel)
{
    m_asking = channel;
    amqp_confirm_select(m_state, channel);
    return answered();
}

Result<void> AmqpConnection::acknowledge(amqp_channel_t channel, quint64 tag, bool multiple)
{
    const int status = amqp_basic_ack(m_state, channel, tag, multiple);
    return status == AMQP_STATUS_OK ? Result<void>() : broken(status);
}

Result<void> AmqpConnection::publish(amqp_channel_t channel, const RabbitMqBinding& to,
                                     const amqp_basic_properties_t& properties, amqp_bytes_t body)
{
    const int status =
        amqp_basic_publish(m_state, channel, amqpBytes(to.exchange), amqpBytes(to.routingKey), 1, 0, &properties, body);
    if (status == AMQP_STATUS_TABLE_TOO_BIG)
        return Error(ErrorCode::PayloadTooLarge); // nothing has been sent
    return status == AMQP_STATUS_OK ? Result<void>() : broken(status);
}

Result<AmqpConnection::Received> AmqpConnection::receive()
{
    const timeval now{0, 0};
    Received received;
    AmqpMessage message(new amqp_envelope_t{});
    const amqp_rpc_reply_t reply = amqp_consume_message(m_state, message.get(), &now, 0);
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) {
        received.message = std::move(message);
        return received;
    }
    delete message.release(); // the library has freed what was in it
    if (reply.library_error == AMQP_STATUS_TIMEOUT)
        return received;
    if (reply.library_error != AMQP_STATUS_UNEXPECTED_STATE)
        return broken(reply.library_error);
    amqp_frame_t frame{};
    const int status = amqp_simple_wait_frame_noblock(m_state, &frame, &now);
    if (status != AMQP_STATUS_OK)
        return broken(status);
    if (frame.frame_type == AMQP_FRAME_METHOD)
        received.frame = frame;
    return received;
}

Result<void> AmqpConnection::skipContent(amqp_channel_t channel)
{
    amqp_message_t message{};
    const amqp_rpc_reply_t reply = amqp_read_message(m_state, channel, &message, 0);
    if (reply.reply_type != AMQP_RESPONSE_NORMAL)
        return broken(reply.library_error);
    amqp_destroy_message(&message);
    return {};
}

} // namespace signalbox
