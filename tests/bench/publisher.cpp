// SPDX-License-Identifier: GPL-3.0-or-later
#include "publisher.h"

#include "http.h"

#include <algorithm>
#include <utility>

namespace signalbox::bench {

namespace {

constexpr int kMaxOpened = 100;
constexpr size_t kMaxAnswer = 1024 * 1024;

} // namespace

Publisher::Publisher(Loop& loop, Dialect& dialect, PublisherListener& listener, const Options& options, size_t index)
    : Connection(loop)
    , m_dialect(dialect)
    , m_listener(listener)
    , m_options(options)
    , m_index(index)
    , m_step(options.channels >= options.publishers ? static_cast<size_t>(options.publishers) : 1)
    , m_next(index % static_cast<size_t>(options.channels))
    , m_counts(static_cast<size_t>(options.channels))
{
}

size_t Publisher::nextChannel()
{
    const size_t channel = m_next;
    m_next += m_step;
    if (m_next >= m_counts.size())
        m_next = m_step == 1 ? 0 : m_index;
    return channel;
}

void Publisher::publish(int64_t sentNs)
{
    m_lastChannel = nextChannel();
    EventNumbers numbers;
    numbers.publisher = m_index;
    numbers.seq = ++m_counts[m_lastChannel];
    numbers.sentNs = sentNs;
    m_dialect.appendPublish(m_out, m_options.firstChannel + static_cast<long>(m_lastChannel), numbers);
    ++m_outstanding;
}

void Publisher::send()
{
    if (m_out.empty())
        return;
    if (!isOpen() && (++m_opened > kMaxOpened || !open(m_options.endpointOf(m_index)))) {
        fail();
        return;
    }
    write(m_out);
    m_out.clear();
}

void Publisher::fail()
{
    m_out.clear();
    m_in.clear();
    for (size_t lost = std::exchange(m_outstanding, 0); lost > 0; --lost)
        m_listener.onAnswered(*this, false);
}

void Publisher::onClosed()
{
    fail();
}

void Publisher::onBytes(std::string_view bytes)
{
    const bool direct = m_in.empty();
    if (!direct)
        m_in += bytes;
    const std::string_view in = direct ? bytes : std::string_view(m_in);
    size_t used = 0;
    while (used < in.size() && readAnswer(in.substr(used), used)) {
    }
    if (!isOpen())
        return;
    if (direct)
        m_in = in.substr(used);
    else
        m_in.erase(0, used);
    send();
}

bool Publisher::readAnswer(std::string_view bytes, size_t& used)
{
    ResponseHead head;
    const Parse result = parseResponseHead(bytes, head);
    const bool known = head.contentLength >= 0 || head.status == 204 || head.status == 304;
    if (result == Parse::Bad || (result == Parse::Ok && !known) || bytes.size() > kMaxAnswer || m_outstanding == 0) {
        close();
        fail();
        return false;
    }
    const size_t size = head.size + static_cast<size_t>(std::max<int64_t>(head.contentLength, 0));
    if (result == Parse::Incomplete || bytes.size() < size)
        return false;
    used += size;
    --m_outstanding;
    m_listener.onAnswered(*this, head.status / 100 == 2);
    return true;
}

} // namespace signalbox::bench
