// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "endpoint.h"

#include <string>
#include <vector>

namespace signalbox::bench {

enum class Target { Signalbox, Bare, Nchan, SocketIo, SignalboxSocketIo };
enum class Transport { WebSocket, Sse };
enum class Scenario { Load, Soak, Flood };

// What the command line asked for. Every count has a bound that is checked when it is read.
struct Options
{
    Scenario scenario = Scenario::Load;
    Target target = Target::Signalbox;
    Endpoint endpoint;
    std::string host = "127.0.0.1";
    long port = 5009;
    long secondPort = 0; // of another server, for every other subscriber and publisher; 0: there is none
    Endpoint secondEndpoint;
    long pid = 0; // of the server, for its processor time and memory; 0: not measured

    std::string token = "bench"; // WEBHOOK_TOKEN
    std::string sessionSecret = "bench";

    Transport transport = Transport::WebSocket;
    long subscribers = 100;
    long channels = 1;
    long firstChannel = 1;
    long connectWindow = 128; // connection attempts under way at a time, per thread

    long publishers = 1;
    long window = 1;    // closed loop: publishes on their way per publisher
    double rate = 0;    // open loop: publishes per second in all; 0: closed loop
    long payload = 200; // bytes of an event's data
    double warmup = 1;
    double duration = 5;
    double settle = 0.3; // seconds of silence between the last connect and the first publish
    bool idle = false;   // connect, measure, publish nothing
    double quiet = 4;    // seconds without news after which missing events are given up
    long threads = 1;
    long seed = 1;

    long wsClients = 50; // soak
    long sseClients = 50;
    double churn = 10; // mean seconds that a client stays connected; 0: for ever
    long withhold = 0; // the checker loses its n-th event on purpose
    bool allowReset = false;

    long attempts = 20000; // flood
    long slowHeads = 1000;
    long healthLimitMs = 0; // fail when a health probe took longer; 0: only report
    std::string healthPath = "/health";

    const Endpoint& endpointOf(size_t client) const
    {
        return secondPort > 0 && client % 2 == 1 ? secondEndpoint : endpoint;
    }
};

// Fills `options`, or returns what is wrong with the arguments. "help" means that the usage was asked for.
std::string parseOptions(const std::vector<std::string>& arguments, Options& options);

std::string usage();

const char* nameOf(Target target);
const char* nameOf(Transport transport);

} // namespace signalbox::bench
