// SPDX-License-Identifier: GPL-3.0-or-later
#include "options.h"

#include <charconv>
#include <functional>

namespace signalbox::bench {

namespace {

using Setter = std::function<bool(const std::string&)>;

struct Option
{
    const char* name;
    const char* help;
    bool hasValue;
    Setter set;
};

template <typename Number> Setter number(Number& field, Number least, Number most)
{
    return [&field, least, most](const std::string& text) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), field);
        return error == std::errc() && end == text.data() + text.size() && field >= least && field <= most;
    };
}

Setter text(std::string& field)
{
    return [&field](const std::string& value) {
        field = value;
        return true;
    };
}

template <typename Enum> Setter choice(Enum& field, std::vector<std::pair<const char*, Enum>> choices)
{
    return [&field, choices](const std::string& value) {
        for (const auto& [name, choice] : choices) {
            if (value == name) {
                field = choice;
                return true;
            }
        }
        return false;
    };
}

Setter flag(bool& field)
{
    return [&field](const std::string&) { return field = true; };
}

std::vector<Option> generalOptions(Options& o)
{
    return {
        {"scenario", "load (default), soak or flood", true,
         choice<Scenario>(o.scenario,
                          {{"load", Scenario::Load}, {"soak", Scenario::Soak}, {"flood", Scenario::Flood}})},
        {"target", "signalbox (default), bare, nchan, socketio or signalbox-socketio", true,
         choice<Target>(o.target, {{"signalbox", Target::Signalbox},
                                   {"bare", Target::Bare},
                                   {"nchan", Target::Nchan},
                                   {"socketio", Target::SocketIo},
                                   {"signalbox-socketio", Target::SignalboxSocketIo}})},
        {"host", "loopback address of the server", true, text(o.host)},
        {"port", "its port (5009)", true, number(o.port, 1L, 65535L)},
        {"second-port", "load: another server's, for every other subscriber and publisher (none)", true,
         number(o.secondPort, 0L, 65535L)},
        {"pid", "its process id, for processor time and memory", true, number(o.pid, 1L, 1L << 30)},
        {"token", "WEBHOOK_TOKEN of the server", true, text(o.token)},
        {"session-secret", "SESSION_SECRET of the server", true, text(o.sessionSecret)},
        {"channels", "channels that clients are spread over (1)", true, number(o.channels, 1L, 100'000L)},
        {"first-channel", "number of the first dialog (1)", true, number(o.firstChannel, 1L, 1'000'000'000L)},
        {"connect-window", "connection attempts at a time, per thread (128)", true, number(o.connectWindow, 1L, 4096L)},
        {"publishers", "publishing connections (1)", true, number(o.publishers, 1L, 256L)},
        {"rate", "publishes per second in all: open loop", true, number(o.rate, 0.0, 1'000'000.0)},
        {"payload", "bytes of an event's data (200)", true, number(o.payload, 0L, 60'000L)},
        {"duration", "seconds of publishing (5)", true, number(o.duration, 0.0, 3600.0)},
        {"quiet", "seconds without news until missing events are given up (4)", true, number(o.quiet, 0.1, 60.0)},
        {"seed", "of the random choices (1)", true, number(o.seed, 0L, 1L << 30)},
    };
}

std::vector<Option> scenarioOptions(Options& o)
{
    return {
        {"transport", "load: ws (default) or sse", true,
         choice<Transport>(o.transport, {{"ws", Transport::WebSocket}, {"sse", Transport::Sse}})},
        {"subscribers", "load: subscribing connections (100)", true, number(o.subscribers, 0L, 1'000'000L)},
        {"window", "load: publishes under way per publisher in the closed loop (1)", true, number(o.window, 1L, 1024L)},
        {"warmup", "load: seconds of publishing before the measurement (1)", true, number(o.warmup, 0.0, 600.0)},
        {"settle", "load: seconds of silence after the last connect (0.3)", true, number(o.settle, 0.0, 60.0)},
        {"idle", "load: connect and measure memory, publish nothing", false, flag(o.idle)},
        {"threads", "load: threads (1)", true, number(o.threads, 1L, 64L)},
        {"ws", "soak: WebSocket clients (50)", true, number(o.wsClients, 0L, 100'000L)},
        {"sse", "soak: SSE clients (50)", true, number(o.sseClients, 0L, 100'000L)},
        {"churn", "soak: mean seconds until a client drops its connection (10); 0: never", true,
         number(o.churn, 0.0, 3600.0)},
        {"withhold", "soak: the checker loses the n-th event on purpose", true, number(o.withhold, 1L, 1L << 40)},
        {"allow-reset", "soak: a reset message is no violation", false, flag(o.allowReset)},
        {"attempts", "flood: connection attempts (20000)", true, number(o.attempts, 0L, 1'000'000L)},
        {"slow-heads", "flood: connections that send a byte a second (1000)", true, number(o.slowHeads, 0L, 100'000L)},
        {"health-path", "flood: what is probed (/health)", true, text(o.healthPath)},
        {"health-limit-ms", "flood: fail when a probe took longer", true, number(o.healthLimitMs, 1L, 600'000L)},
    };
}

std::vector<Option> allOptions(Options& o)
{
    std::vector<Option> options = generalOptions(o);
    for (Option& option : scenarioOptions(o))
        options.push_back(std::move(option));
    return options;
}

std::string applyOne(const std::vector<Option>& table, const std::vector<std::string>& arguments, size_t& at)
{
    const std::string& name = arguments[at];
    for (const Option& option : table) {
        if (name != std::string("--") + option.name)
            continue;
        if (option.hasValue && ++at >= arguments.size())
            return name + " needs a value";
        return option.set(option.hasValue ? arguments[at] : std::string()) ? "" : "bad value for " + name;
    }
    return name == "--help" ? "help" : "unknown option " + name;
}

} // namespace

std::string parseOptions(const std::vector<std::string>& arguments, Options& options)
{
    const std::vector<Option> table = allOptions(options);
    for (size_t at = 0; at < arguments.size(); ++at) {
        if (const std::string error = applyOne(table, arguments, at); !error.empty())
            return error;
    }
    const auto endpoint = Endpoint::loopback(options.host, static_cast<uint16_t>(options.port));
    if (!endpoint)
        return "only loopback addresses are allowed as a target, not " + options.host;
    const bool speaksSocketIo = options.target == Target::SocketIo || options.target == Target::SignalboxSocketIo;
    if (speaksSocketIo && options.transport == Transport::Sse)
        return "Socket.IO has no SSE";
    options.endpoint = *endpoint;
    if (options.secondPort > 0)
        options.secondEndpoint = *Endpoint::loopback(options.host, static_cast<uint16_t>(options.secondPort));
    return {};
}

std::string usage()
{
    Options defaults;
    std::string out = "usage: loadgen [options]\n";
    for (const Option& option : allOptions(defaults)) {
        std::string name = std::string("  --") + option.name + (option.hasValue ? " VALUE" : "");
        name.resize(26, ' ');
        out += name + option.help + "\n";
    }
    return out;
}

const char* nameOf(Target target)
{
    static constexpr const char* kNames[] = {"signalbox", "bare", "nchan", "socketio", "signalbox-socketio"};
    return kNames[static_cast<int>(target)];
}

const char* nameOf(Transport transport)
{
    return transport == Transport::WebSocket ? "ws" : "sse";
}

} // namespace signalbox::bench
