// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace signalbox::bench {

struct HubSettings
{
    uint16_t port = 0;
    bool batch = false;
    size_t history = 0;
    uint64_t dropEvery = 0, doubleEvery = 0, swapEvery = 0;
};

struct Channel;

struct Client
{
    enum class Kind : uint8_t { Http, WebSocket, Sse };

    int fd = -1;
    Kind kind = Kind::Http;
    Channel* channel = nullptr;
    size_t place = 0; // in the channel's list
    std::string in;
    std::string backlog; // what the socket did not take
    std::string held;    // a frame that is sent after its successor (--swap-every)
};

struct Channel
{
    std::string name;
    uint64_t offset = 0;
    std::vector<Client*> clients;
    std::deque<std::pair<uint64_t, std::string>> history; // offset, message
    std::string pendingWs, pendingSse;                    // --batch
};

// The yardstick: the least that a fan-out can do. One thread, one epoll set; an event is encoded once and goes out by
// one send() per subscriber at once (`batch`: all frames of one turn of the loop by one send() per subscriber).
// No tokens, no limits, no checks. History and the faults (`dropEvery` …) are for testing the checker.
class Hub
{
public:
    explicit Hub(const HubSettings& settings)
        : m_settings(settings)
    {
    }

    // Listens on 127.0.0.1 and prints `listening PORT`; false, with errno, when that is not possible.
    bool listen();
    void run(); // for ever

private:
    void acceptAll();
    void serve(Client& client, uint32_t events);
    void read(Client& client);
    size_t handleRequest(Client& client, std::string_view in);
    void subscribe(Client& client, std::string_view head);
    void replay(Client& client, std::string_view cursor);
    void publish(Client& client, std::string_view body);
    void fanOut(Channel& channel, const std::string& message, const std::string& id);
    void deliver(Client& client, const std::string& bytes);
    void send(Client& client, std::string_view bytes);
    void flush(Client& client);
    void flushBatches();
    void drop(Client& client);
    Channel& channel(std::string_view name);

    const HubSettings m_settings;
    int m_epoll = -1;
    int m_listener = -1;
    uint64_t m_deliveries = 0;
    std::unordered_map<int, std::unique_ptr<Client>> m_clients;
    std::unordered_map<std::string, Channel> m_channels;
    std::vector<Channel*> m_pending;
    std::vector<std::unique_ptr<Client>> m_dead; // until the end of the turn
    std::vector<char> m_buffer = std::vector<char>(256 * 1024);
};

} // namespace signalbox::bench
