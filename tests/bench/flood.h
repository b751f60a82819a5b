// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection.h"
#include "histogram.h"
#include "options.h"

#include <atomic>
#include <map>
#include <string>

namespace signalbox::bench {

// One connection attempt after another: connect and close; ask with a false token; subscribe and vanish.
class Attempt final : public Connection
{
public:
    struct Tally
    {
        uint64_t connected = 0;
        uint64_t lost = 0; // ended by the server without an answer, or never connected
        uint64_t timedOut = 0;
        std::map<int, uint64_t> answers; // by status
    };

    Attempt(Loop& loop, const Options& options, Tally& tally);

    // Begins attempt number `number`; call again when isBusy() is false.
    void begin(uint64_t number);
    bool isBusy() const { return m_busy; }
    // Gives up an attempt that takes too long.
    void expire(int64_t nowNs);

private:
    void onConnected() override;
    void onBytes(std::string_view bytes) override;
    void onClosed() override;

    const Options& m_options;
    Tally& m_tally;
    uint64_t m_number = 0;
    int64_t m_beganNs = 0;
    bool m_busy = false;
};

// Sends a request head a byte at a time and counts it when the server has had enough.
class SlowHead final : public Connection
{
public:
    SlowHead(Loop& loop, uint64_t& cut);
    void sendByte();

private:
    void onConnected() override {}
    void onBytes(std::string_view) override {}
    void onClosed() override { ++m_cut; }

    uint64_t& m_cut;
    size_t m_at = 0;
};

// Asks for the health page again and again, in turn on a kept connection and on a fresh one, on its own thread.
class HealthProbe
{
public:
    explicit HealthProbe(const Options& options);
    void run(const std::atomic<bool>& stop);

    Histogram kept;
    Histogram fresh;
    uint64_t failures = 0;

private:
    class Request;
    void probe(Request& request, bool kept);

    const Options& m_options;
    Loop m_loop;
};

} // namespace signalbox::bench
