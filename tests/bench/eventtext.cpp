// SPDX-License-Identifier: GPL-3.0-or-later
#include "eventtext.h"

#include <charconv>
#include <cstring>

namespace signalbox::bench {

namespace {

template <typename Number> bool readNumber(std::string_view text, Number& number)
{
    return std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc();
}

} // namespace

void appendNumber(std::string& out, uint64_t number)
{
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, end);
}

std::string_view FieldFinder::after(std::string_view text)
{
    if (text.size() > m_hint + m_key.size() && std::memcmp(text.data() + m_hint, m_key.data(), m_key.size()) == 0)
        return text.substr(m_hint + m_key.size());
    const void* found = memmem(text.data(), text.size(), m_key.data(), m_key.size());
    if (!found)
        return {};
    m_hint = static_cast<size_t>(static_cast<const char*>(found) - text.data());
    return text.substr(m_hint + m_key.size());
}

void EventText::append(std::string& out, const EventNumbers& numbers) const
{
    const size_t start = out.size();
    out += R"({"id":)";
    appendNumber(out, numbers.seq);
    out += R"(,"sender_type":"client","created_at":"2025-11-08T10:30:11+03:00","pub":)";
    appendNumber(out, numbers.publisher);
    out += R"(,"seq":)";
    appendNumber(out, numbers.seq);
    out += R"(,"sent":)";
    appendNumber(out, static_cast<uint64_t>(numbers.sentNs));
    out += R"(,"body":")";
    const size_t written = out.size() - start + 2;
    out.append(m_payload > written ? m_payload - written : 1, 'x');
    out += R"("})";
}

bool EventText::read(std::string_view text, EventNumbers& numbers)
{
    return readNumber(m_seq.after(text), numbers.seq) && readNumber(m_publisher.after(text), numbers.publisher) &&
           readNumber(m_sent.after(text), numbers.sentNs);
}

} // namespace signalbox::bench
