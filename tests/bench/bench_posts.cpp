// SPDX-License-Identifier: GPL-3.0-or-later
// How many messages a second a real server takes for good: CLIENTS connections, each posting to a dialog of its own and
// waiting for the 201. Prints one JSON line. posts.sh starts the server; README.md tells how to read it.
// Usage: bench_posts PORT WEBHOOK_TOKEN CLIENTS SECONDS
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void giveUp(const std::string& why)
{
    std::fprintf(stderr, "bench_posts: %s\n", why.c_str());
    std::exit(1);
}

/// One keep-alive connection, one request at a time. Cheap, because it shares its processors with the server.
class Client
{
public:
    Client(int port, const std::string& token)
        : m_fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
        , m_head(" HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + token +
                 "\r\nContent-Type: application/json\r\nContent-Length: ")
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int on = 1;
        ::setsockopt(m_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (::connect(m_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            giveUp("no connection");
        ask("/chat/session", "{}");
        while (!hasAnswer())
            ;
        m_path = "/api/dialogs/" + std::to_string(std::stol(m_answer.substr(m_answer.find("\"session_id\":") + 13))) +
                 "/messages";
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() { ::close(m_fd); }

    int fd() const { return m_fd; }
    void post()
    {
        ask(m_path,
            "{\"text\":\"" + std::string(200, 'x') + "\",\"client_message_id\":\"" + std::to_string(++m_posts) + "\"}");
    }
    /// Reads once; true when the answer to the last request is whole. Anything but a 201 ends the program.
    bool hasAnswer()
    {
        char buffer[8192];
        const ssize_t got = ::recv(m_fd, buffer, sizeof buffer, 0);
        if (got <= 0)
            giveUp("the connection ended");
        m_answer.append(buffer, static_cast<size_t>(got));
        const size_t end = m_answer.find("\r\n\r\n");
        if (end == std::string::npos || m_answer.size() < end + 4 + contentLength())
            return false;
        if (!m_answer.starts_with("HTTP/1.1 201"))
            giveUp(m_answer);
        return true;
    }
    double microsecondsSinceAsked() const
    {
        return std::chrono::duration<double, std::micro>(Clock::now() - m_asked).count();
    }

private:
    void ask(const std::string& path, const std::string& body)
    {
        m_answer.clear();
        m_asked = Clock::now();
        const std::string request = "POST " + path + m_head + std::to_string(body.size()) + "\r\n\r\n" + body;
        if (::send(m_fd, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
            giveUp("the request was not taken");
    }
    size_t contentLength() const
    {
        const std::string name = "Content-Length: ";
        const size_t at = m_answer.find(name);
        return at == std::string::npos ? 0 : std::stoul(m_answer.substr(at + name.size()));
    }

    const int m_fd;
    const std::string m_head;
    std::string m_path;
    std::string m_answer;
    Clock::time_point m_asked;
    int m_posts = 0;
};

/// All clients post until the time is up; how long each post took, in microseconds.
std::vector<double> postUntil(std::vector<std::unique_ptr<Client>>& clients, Clock::time_point end)
{
    std::vector<pollfd> waiting;
    for (const auto& client : clients) {
        client->post();
        waiting.push_back({client->fd(), POLLIN, 0});
    }
    std::vector<double> times;
    for (size_t open = clients.size(); open > 0;) {
        ::poll(waiting.data(), waiting.size(), -1);
        for (size_t i = 0; i < waiting.size(); ++i) {
            if (waiting[i].revents == 0 || !clients[i]->hasAnswer())
                continue;
            times.push_back(clients[i]->microsecondsSinceAsked());
            if (Clock::now() < end) {
                clients[i]->post();
            } else {
                waiting[i].fd = -1;
                --open;
            }
        }
    }
    return times;
}

double percentile(const std::vector<double>& sorted, double share)
{
    return sorted[std::min(sorted.size() - 1, static_cast<size_t>(share * static_cast<double>(sorted.size())))];
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 5)
        giveUp("usage: bench_posts PORT WEBHOOK_TOKEN CLIENTS SECONDS");
    const int port = std::atoi(argv[1]);
    const std::string token = argv[2];
    const double seconds = std::atof(argv[4]);
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < std::atoi(argv[3]); ++i)
        clients.push_back(std::make_unique<Client>(port, token));
    const auto begin = Clock::now();
    const auto end = begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    std::vector<double> all = postUntil(clients, end);
    const double took = std::chrono::duration<double>(Clock::now() - begin).count();
    if (all.empty())
        giveUp("nothing was posted");
    std::sort(all.begin(), all.end());
    std::printf("{\"clients\":%zu,\"posts\":%zu,\"posts_per_s\":%.0f,\"p50_ms\":%.2f,\"p99_ms\":%.2f}\n",
                clients.size(), all.size(), static_cast<double>(all.size()) / took, percentile(all, 0.5) / 1000,
                percentile(all, 0.99) / 1000);
    return 0;
}
