// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub.h"

#include "wsframe.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace signalbox::bench {

namespace {

constexpr size_t kMaxBacklog = 8 * 1024 * 1024;
constexpr size_t kMaxRequest = 1024 * 1024;

std::string_view between(std::string_view text, std::string_view start, std::string_view ends)
{
    const size_t at = text.find(start);
    if (at == std::string_view::npos)
        return {};
    const std::string_view rest = text.substr(at + start.size());
    return rest.substr(0, rest.find_first_of(ends));
}

std::string acceptKey(std::string_view key)
{
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    std::array<unsigned char, 32> encoded{};
    EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(digest.size()));
    return reinterpret_cast<const char*>(encoded.data());
}

std::string encoded(Client::Kind kind, std::string_view message, std::string_view id)
{
    std::string out;
    if (kind == Client::Kind::WebSocket) {
        appendServerFrame(out, opcode::kText, message);
    } else {
        if (!id.empty())
            out.append("id: ").append(id).append("\n");
        out.append("data: ").append(message).append("\n\n");
    }
    return out;
}

} // namespace

bool Hub::listen()
{
    m_epoll = epoll_create1(EPOLL_CLOEXEC);
    m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(m_listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(m_settings.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(m_listener, reinterpret_cast<sockaddr*>(&address), size) < 0 || ::listen(m_listener, 4096) < 0)
        return false;
    getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &size);
    epoll_event event{};
    event.events = EPOLLIN;
    epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_listener, &event);
    std::printf("listening %d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    return true;
}

void Hub::run()
{
    std::array<epoll_event, 512> events;
    for (;;) {
        const int count = epoll_wait(m_epoll, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < count; ++i) {
            const epoll_event& event = events[static_cast<size_t>(i)];
            if (!event.data.ptr)
                acceptAll();
            else
                serve(*static_cast<Client*>(event.data.ptr), event.events);
        }
        flushBatches();
        m_dead.clear();
    }
}

void Hub::acceptAll()
{
    for (;;) {
        const int fd = ::accept4(m_listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0)
            return;
        const int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        auto client = std::make_unique<Client>();
        client->fd = fd;
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = client.get();
        epoll_ctl(m_epoll, EPOLL_CTL_ADD, fd, &event);
        m_clients[fd] = std::move(client);
    }
}

void Hub::drop(Client& client)
{
    if (client.fd < 0)
        return;
    if (client.channel) {
        std::vector<Client*>& others = client.channel->clients;
        others.back()->place = client.place;
        others[client.place] = others.back();
        others.pop_back();
    }
    const auto found = m_clients.find(client.fd);
    m_dead.push_back(std::move(found->second));
    m_clients.erase(found);
    ::close(client.fd);
    client.fd = -1;
}

void Hub::serve(Client& client, uint32_t events)
{
    if (client.fd >= 0 && (events & EPOLLOUT))
        flush(client);
    if (client.fd >= 0 && (events & (EPOLLIN | EPOLLERR | EPOLLHUP)))
        read(client);
}

void Hub::read(Client& client)
{
    const ssize_t got = ::recv(client.fd, m_buffer.data(), m_buffer.size(), 0);
    if (got == 0 || (got < 0 && errno != EAGAIN)) {
        drop(client);
        return;
    }
    if (got < 0 || client.kind != Client::Kind::Http)
        return; // a subscriber has nothing to say here
    const std::string_view fresh(m_buffer.data(), static_cast<size_t>(got));
    const bool direct = client.in.empty();
    if (!direct)
        client.in += fresh;
    const std::string_view rest = direct ? fresh : std::string_view(client.in);
    size_t used = 0;
    while (client.fd >= 0 && used < rest.size()) {
        const size_t taken = handleRequest(client, rest.substr(used));
        if (taken == 0)
            break;
        used += taken;
    }
    if (client.fd < 0)
        return;
    client.in = std::string(rest.substr(used));
    if (client.in.size() > kMaxRequest)
        drop(client);
}

size_t Hub::handleRequest(Client& client, std::string_view in)
{
    const size_t end = in.find("\r\n\r\n");
    if (end == std::string_view::npos)
        return 0;
    const std::string_view head = in.substr(0, end + 2);
    if (head.starts_with("POST /api/v1/publish ")) {
        const std::string length(between(head, "Content-Length: ", "\r"));
        const size_t body = std::strtoul(length.c_str(), nullptr, 10);
        if (in.size() < end + 4 + body)
            return 0;
        publish(client, in.substr(end + 4, body));
        return end + 4 + body;
    }
    if (head.starts_with("GET /channel/"))
        subscribe(client, head);
    else if (head.starts_with("GET /health "))
        send(client, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    else
        send(client, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    return end + 4;
}

Channel& Hub::channel(std::string_view name)
{
    Channel& found = m_channels[std::string(name)];
    if (found.name.empty())
        found.name = name;
    return found;
}

void Hub::subscribe(Client& client, std::string_view head)
{
    client.kind = head.starts_with("GET /channel/ws") ? Client::Kind::WebSocket : Client::Kind::Sse;
    if (client.kind == Client::Kind::WebSocket) {
        send(client, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Accept: " +
                         acceptKey(between(head, "Sec-WebSocket-Key: ", "\r")) + "\r\n\r\n");
    } else {
        send(client, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n\r\n");
    }
    Channel& wanted = channel("dialog:" + std::string(between(head, "session=", "& \r")));
    client.channel = &wanted;
    client.place = wanted.clients.size();
    wanted.clients.push_back(&client);
    send(client, encoded(client.kind, R"({"type":"connection.established","data":{"client_id":"bare"}})", {}));
    const std::string_view cursor = client.kind == Client::Kind::WebSocket ? between(head, "position=", "& \r")
                                                                           : between(head, "Last-Event-ID: ", "\r");
    if (!cursor.empty())
        replay(client, cursor);
}

void Hub::replay(Client& client, std::string_view cursor)
{
    const uint64_t after = std::strtoull(std::string(cursor.substr(cursor.find(':') + 1)).c_str(), nullptr, 10);
    for (const auto& [offset, message] : client.channel->history) {
        if (offset > after)
            send(client, encoded(client.kind, message, "b:" + std::to_string(offset)));
    }
}

void Hub::publish(Client& client, std::string_view body)
{
    const std::string_view name = between(body, R"("channels":[")", "\"");
    const size_t data = body.find(R"("data":)");
    if (name.empty() || data == std::string_view::npos) {
        send(client, "HTTP/1.1 422 Unprocessable Content\r\nContent-Length: 0\r\n\r\n");
        return;
    }
    Channel& to = channel(name);
    const std::string id = "b:" + std::to_string(++to.offset);
    std::string message = R"({"type":"chat.message","session_id":)" + to.name.substr(to.name.find(':') + 1);
    message.append(R"(,"data":)").append(body.substr(data + 7, body.size() - data - 8));
    message.append(R"(,"channel":")").append(to.name).append(R"(","position":")").append(id).append("\"}");
    fanOut(to, message, id);
    if (m_settings.history > 0) {
        to.history.emplace_back(to.offset, message);
        if (to.history.size() > m_settings.history)
            to.history.pop_front();
    }
    const std::string answer = R"({"positions":{")" + to.name + "\":\"" + id + R"("},"id":")" + id + "\"}";
    send(client, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                     std::to_string(answer.size()) + "\r\n\r\n" + answer);
}

void Hub::fanOut(Channel& to, const std::string& message, const std::string& id)
{
    const std::string ws = encoded(Client::Kind::WebSocket, message, {});
    const std::string sse = encoded(Client::Kind::Sse, message, id);
    if (m_settings.batch) {
        if (to.pendingWs.empty())
            m_pending.push_back(&to);
        to.pendingWs += ws;
        to.pendingSse += sse;
        return;
    }
    for (size_t i = to.clients.size(); i-- > 0;) { // backwards: a send may drop its client
        Client& client = *to.clients[i];
        deliver(client, client.kind == Client::Kind::WebSocket ? ws : sse);
    }
}

void Hub::deliver(Client& client, const std::string& bytes)
{
    const auto hits = [this](uint64_t every) { return every > 0 && m_deliveries % every == 0; };
    ++m_deliveries;
    if (hits(m_settings.dropEvery))
        return;
    if (hits(m_settings.swapEvery) && client.held.empty()) {
        client.held = bytes;
        return;
    }
    send(client, bytes);
    if (hits(m_settings.doubleEvery))
        send(client, bytes);
    if (!client.held.empty())
        send(client, std::exchange(client.held, std::string()));
}

void Hub::send(Client& client, std::string_view bytes)
{
    if (client.fd < 0)
        return;
    if (client.backlog.empty()) {
        const ssize_t sent = ::send(client.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent == static_cast<ssize_t>(bytes.size()))
            return;
        if (sent < 0 && errno != EAGAIN) {
            drop(client);
            return;
        }
        bytes.remove_prefix(sent > 0 ? static_cast<size_t>(sent) : 0);
        epoll_event event{};
        event.events = EPOLLIN | EPOLLOUT;
        event.data.ptr = &client;
        epoll_ctl(m_epoll, EPOLL_CTL_MOD, client.fd, &event);
    }
    client.backlog += bytes;
    if (client.backlog.size() > kMaxBacklog)
        drop(client);
}

void Hub::flush(Client& client)
{
    const ssize_t sent = ::send(client.fd, client.backlog.data(), client.backlog.size(), MSG_NOSIGNAL);
    if (sent > 0)
        client.backlog.erase(0, static_cast<size_t>(sent));
    if (!client.backlog.empty())
        return;
    client.backlog.shrink_to_fit();
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &client;
    epoll_ctl(m_epoll, EPOLL_CTL_MOD, client.fd, &event);
}

void Hub::flushBatches()
{
    for (Channel* channel : m_pending) {
        for (size_t i = channel->clients.size(); i-- > 0;) {
            Client& client = *channel->clients[i];
            send(client, client.kind == Client::Kind::WebSocket ? channel->pendingWs : channel->pendingSse);
        }
        channel->pendingWs.clear();
        channel->pendingSse.clear();
    }
    m_pending.clear();
}

} // namespace signalbox::bench
