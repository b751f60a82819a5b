// SPDX-License-Identifier: GPL-3.0-or-later
// How many messages a second a real server takes for good: CLIENTS connections, each posting to a dialog of its own and
// waiting for the 201. Prints one JSON line. posts.sh starts the server; README.md tells how to read it.
// Usage: bench_posts PORT WEBHOOK_TOKEN CLIENTS SECONDS
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void giveUp(const std::string& why)
{
    std::fprintf(stderr, "bench_posts: %s\n", why.c_str());
    std::exit(1);
}

/// One keep-alive connection, one request at a time.
class Connection
{
public:
    Connection(int port, std::string token)
        : m_token(std::move(token))
        , m_fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int on = 1;
        ::setsockopt(m_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (::connect(m_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            giveUp("no connection");
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() { ::close(m_fd); }

    /// The body of the 201; anything else ends the program.
    std::string post(const std::string& path, const std::string& body)
    {
        send("POST " + path + " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + m_token +
             "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
             body);
        std::string answer;
        size_t end = std::string::npos;
        while (end == std::string::npos || answer.size() < end + lengthIn(answer)) {
            receive(answer);
            end = answer.find("\r\n\r\n");
            end = end == std::string::npos ? end : end + 4;
        }
        if (!answer.starts_with("HTTP/1.1 201"))
            giveUp(answer);
        return answer.substr(end);
    }

private:
    static size_t lengthIn(const std::string& answer)
    {
        const std::string name = "Content-Length: ";
        const size_t at = answer.find(name);
        return at == std::string::npos ? 0 : std::stoul(answer.substr(at + name.size()));
    }
    void send(const std::string& bytes) const
    {
        if (::send(m_fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
            giveUp("the request was not taken");
    }
    void receive(std::string& answer) const
    {
        char buffer[8192];
        const ssize_t got = ::recv(m_fd, buffer, sizeof buffer, 0);
        if (got <= 0)
            giveUp("the connection ended");
        answer.append(buffer, static_cast<size_t>(got));
    }

    const std::string m_token;
    const int m_fd;
};

/// Posts until the time is up; how long each took, in microseconds.
std::vector<double> postUntil(int port, const std::string& token, Clock::time_point end)
{
    Connection connection(port, token);
    const std::string opened = connection.post("/chat/session", "{}");
    const std::string path =
        "/api/dialogs/" + std::to_string(std::stol(opened.substr(opened.find(':') + 1))) + "/messages";
    const std::string text(200, 'x');
    std::vector<double> times;
    while (Clock::now() < end) {
        const auto sent = Clock::now();
        connection.post(path,
                        "{\"text\":\"" + text + "\",\"client_message_id\":\"" + std::to_string(times.size()) + "\"}");
        times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - sent).count());
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
    const auto clients = static_cast<size_t>(std::atoi(argv[3]));
    const double seconds = std::atof(argv[4]);
    const auto begin = Clock::now();
    const auto end = begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    std::vector<std::vector<double>> perClient(clients);
    std::vector<std::thread> threads;
    for (std::vector<double>& times : perClient)
        threads.emplace_back([&times, &token, port, end] { times = postUntil(port, token, end); });
    for (std::thread& thread : threads)
        thread.join();
    const double took = std::chrono::duration<double>(Clock::now() - begin).count();
    std::vector<double> all;
    for (const std::vector<double>& times : perClient)
        all.insert(all.end(), times.begin(), times.end());
    if (all.empty())
        giveUp("nothing was posted");
    std::sort(all.begin(), all.end());
    std::printf("{\"clients\":%zu,\"posts\":%zu,\"posts_per_s\":%.0f,\"p50_ms\":%.2f,\"p99_ms\":%.2f}\n", clients,
                all.size(), static_cast<double>(all.size()) / took, percentile(all, 0.5) / 1000,
                percentile(all, 0.99) / 1000);
    return 0;
}
