// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes in any split: the decoder says the same as for the whole, and never breaks its own promises.
// links: server_net
#include "net/utf8validator.h"
#include "net/websocketdecoder.h"

#include <QByteArrayList>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>

using namespace signalbox;

namespace {

constexpr WsLimits kLimits{512, 6};

void require(bool condition)
{
    if (!condition)
        std::abort();
}

/// Writes the calls down and checks each. Destroys the decoder at the call of number `noAt`.
class Witness : public WsSink
{
public:
    explicit Witness(qsizetype noAt)
        : m_decoder(std::in_place, kLimits)
        , m_noAt(noAt)
    {
    }

    bool wsMessage(WsOpcode opcode, QByteArray payload) override
    {
        require(opcode == WsOpcode::Text || opcode == WsOpcode::Binary);
        require(payload.size() <= kLimits.maxMessageBytes);
        require(opcode == WsOpcode::Binary || payload.isValidUtf8());
        return note('m', static_cast<int>(opcode), payload);
    }
    bool wsPing(QByteArrayView payload) override { return note('i', 0, control(payload)); }
    bool wsPong(QByteArrayView payload) override { return note('o', 0, control(payload)); }
    bool wsClose(int code, QByteArrayView reason) override
    {
        require(code == kWsNoCloseCode ? reason.isEmpty() : isValidCloseCode(code));
        require(reason.size() <= kWsMaxControlBytes - 2 && reason.isValidUtf8());
        m_ended = true;
        return note('c', code, reason);
    }
    void wsError(int code, const char* reason) override
    {
        require(code == 1002 || code == 1007 || code == 1008 || code == 1009);
        require(reason[0] != '\0');
        m_ended = true;
        note('e', code, reason);
    }

    /// Feeds a copy in a buffer of exactly its size, so that reading beyond it is seen.
    void feed(const uint8_t* data, size_t size)
    {
        if (!m_decoder)
            return;
        const std::unique_ptr<char[]> copy(new char[size]);
        if (size > 0)
            std::memcpy(copy.get(), data, size);
        m_decoder->feed(copy.get(), static_cast<qsizetype>(size), *this);
        require(!m_decoder || m_decoder->isFinished() == m_ended);
    }

    const QByteArrayList& calls() const { return m_calls; }

private:
    static QByteArrayView control(QByteArrayView payload)
    {
        require(payload.size() <= kWsMaxControlBytes);
        return payload;
    }

    bool note(char kind, int number, QByteArrayView payload)
    {
        require(m_decoder.has_value() && !m_over);
        m_over = m_ended;
        m_calls.append(QByteArray(1, kind) + QByteArray::number(number) + ' ' + payload.toByteArray());
        if (m_calls.size() != m_noAt)
            return true;
        m_decoder.reset();
        return false;
    }

    std::optional<WebSocketDecoder> m_decoder;
    QByteArrayList m_calls;
    qsizetype m_noAt;
    bool m_ended = false; ///< the last call has come
    bool m_over = false;  ///< … and was noted
};

/// Pieces of 0 to 16 bytes, their sizes drawn from a seed.
QByteArrayList decodeInPieces(const uint8_t* data, size_t size, uint32_t seed, qsizetype noAt)
{
    Witness witness(noAt);
    for (size_t at = 0; at < size;) {
        seed = seed * 1664525U + 1013904223U;
        const size_t piece = qMin<size_t>(size - at, (seed >> 24) % 17);
        witness.feed(data + at, piece);
        at += piece;
    }
    return witness.calls();
}

} // namespace

/// The first byte seeds the split, the second tells at which call the sink destroys the decoder; the rest is fed.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size < 2)
        return 0;
    const uint32_t seed = data[0];
    const qsizetype noAt = data[1] % 16;
    data += 2;
    size -= 2;

    Witness whole(noAt);
    whole.feed(data, size);
    require(decodeInPieces(data, size, seed, noAt) == whole.calls());

    Witness single(noAt);
    for (size_t i = 0; i < size; ++i)
        single.feed(data + i, 1);
    require(single.calls() == whole.calls());

    const QByteArrayView bytes(data, static_cast<qsizetype>(size));
    Utf8Validator utf8;
    require((utf8.feed(bytes) && utf8.complete()) == bytes.isValidUtf8());
    return 0;
}
