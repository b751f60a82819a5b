// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection.h"
#include "dialect.h"

#include <string>
#include <vector>

namespace signalbox::bench {

class Publisher;

class PublisherListener
{
public:
    virtual ~PublisherListener() = default;
    // An answer came, or will never come because the connection is gone (then `good` is false).
    virtual void onAnswered(Publisher& publisher, bool good) = 0;
};

// One keep-alive connection that publishes over HTTP, with any number of requests under way (pipelining). It serves
// the channels index, index + publishers, index + 2 × publishers …, or all of them when there are fewer channels than
// publishers, in turn. A lost connection is opened again with the next publish, at most 100 times.
class Publisher final : public Connection
{
public:
    Publisher(Loop& loop, Dialect& dialect, PublisherListener& listener, const Options& options, size_t index);

    // Queues one publish to the next channel; `send` puts what is queued on its way.
    void publish(int64_t sentNs);
    void send();

    size_t outstanding() const { return m_outstanding; }
    size_t lastChannel() const { return m_lastChannel; }
    size_t index() const { return m_index; }

    // How many events this publisher sent to a channel so far.
    uint64_t published(size_t channel) const { return m_counts[channel]; }

private:
    void onConnected() override {}
    void onBytes(std::string_view bytes) override;
    void onClosed() override;

    size_t nextChannel();
    bool readAnswer(std::string_view bytes, size_t& used);
    void fail();

    Dialect& m_dialect;
    PublisherListener& m_listener;
    const Options& m_options;
    const size_t m_index;
    const size_t m_step;
    size_t m_next;
    size_t m_lastChannel = 0;
    size_t m_outstanding = 0;
    int m_opened = 0;
    std::vector<uint64_t> m_counts;
    std::string m_out;
    std::string m_in;
};

} // namespace signalbox::bench
