// SPDX-License-Identifier: GPL-3.0-or-later
// What the decoder makes of a client's bytes: every border, every refusal, every split (RFC 6455 5 and 7).
// links: server_net
#include "net/websocketdecoder.h"

#include <QTest>

#include <algorithm>
#include <memory>
#include <optional>
#include <type_traits>

using namespace signalbox;

namespace {

constexpr int kFin = 0x80;

/// A frame as a client sends it; `first` is the whole first byte.
QByteArray clientFrame(int first, const QByteArray& payload, WsMaskKey key = {0x37, 0xfa, 0x21, 0x3d})
{
    QByteArray frame = wsFrameHeader(WsOpcode::Text, payload.size());
    frame[0] = static_cast<char>(first);
    frame[1] = static_cast<char>(frame[1] | 0x80);
    frame.append(reinterpret_cast<const char*>(key.data()), 4);
    QByteArray masked = payload;
    applyWsMask(masked.data(), masked.size(), key, 0);
    return frame + masked;
}

/// The head of a client's frame with the key 0, written without regard to what is allowed.
QByteArray rawHead(int first, int form, const QByteArray& lengthHex)
{
    return QByteArray(1, static_cast<char>(first)) + static_cast<char>(0x80 | form) + QByteArray::fromHex(lengthHex) +
           QByteArray(4, '\0');
}

/// Writes down every call, one line each. Says no at the call of number `noAt` and destroys the decoder there.
class Recorder : public WsSink
{
public:
    explicit Recorder(const WsLimits& limits = kDefaultLimits)
        : m_decoder(std::in_place, limits)
    {
    }

    bool wsMessage(WsOpcode opcode, QByteArray payload) override
    {
        return note((opcode == WsOpcode::Text ? "text " : "binary ") + payload);
    }
    bool wsPing(QByteArrayView payload) override { return note("ping " + payload.toByteArray()); }
    bool wsPong(QByteArrayView payload) override { return note("pong " + payload.toByteArray()); }
    bool wsClose(int code, QByteArrayView reason) override
    {
        return note("close " + QByteArray::number(code) + ' ' + reason.toByteArray());
    }
    void wsError(int code, const char*) override { note("error " + QByteArray::number(code)); }

    /// Feeds pieces of `step` bytes, each from a buffer of exactly its size.
    Recorder& feed(const QByteArray& bytes, qsizetype step)
    {
        for (qsizetype at = 0; at < bytes.size() && m_decoder; at += step) {
            const qsizetype size = qMin(step, bytes.size() - at);
            const std::unique_ptr<char[]> buffer(new char[static_cast<size_t>(size)]);
            std::copy_n(bytes.data() + at, size, buffer.get());
            m_decoder->feed(buffer.get(), size, *this);
        }
        return *this;
    }
    Recorder& feed(const QByteArray& bytes) { return feed(bytes, qMax<qsizetype>(bytes.size(), 1)); }

    void refuseAt(int call) { m_noAt = call; }
    const QByteArrayList& calls() const { return m_calls; }
    bool isFinished() const { return m_decoder->isFinished(); }

private:
    bool note(QByteArray call)
    {
        m_calls.append(std::move(call));
        if (m_calls.size() != m_noAt)
            return true;
        m_decoder.reset();
        return false;
    }

    static inline const WsLimits kDefaultLimits;
    std::optional<WebSocketDecoder> m_decoder;
    QByteArrayList m_calls;
    int m_noAt = 0;
};

/// Keeps the array it was given, not a copy of its bytes.
class LastMessage : public WsSink
{
public:
    QByteArray payload;

    bool wsMessage(WsOpcode, QByteArray bytes) override
    {
        payload = std::move(bytes);
        return true;
    }
    bool wsPing(QByteArrayView) override { return true; }
    bool wsPong(QByteArrayView) override { return true; }
    bool wsClose(int, QByteArrayView) override { return true; }
    void wsError(int, const char*) override {}
};

/// Whole, byte by byte and in small pieces: all must say the same.
void compareForAllSteps(const QByteArray& bytes, const QByteArrayList& expected, const WsLimits& limits = {})
{
    for (qsizetype step : {qsizetype(0), qsizetype(1), qsizetype(2), qsizetype(3), qsizetype(7), qsizetype(13)}) {
        Recorder recorder(limits);
        recorder.feed(bytes, step == 0 ? qMax<qsizetype>(bytes.size(), 1) : step);
        QCOMPARE(recorder.calls(), expected);
    }
}

const QByteArray kMixed = QByteArrayLiteral("\xCE\xBA\xD0\x96\xE2\x82\xAC\xF0\x9F\x98\x80");

/// Two messages, the second in fragments cut inside characters with controls between, then a close.
QByteArray longSample()
{
    return clientFrame(kFin | 0x1, "first") + clientFrame(0x1, kMixed.left(1)) + clientFrame(kFin | 0x9, "p1") +
           clientFrame(0x0, kMixed.mid(1, 5)) + clientFrame(kFin | 0xA, "") + clientFrame(0x0, "") +
           clientFrame(kFin | 0x9, QByteArray(125, 'q')) + clientFrame(kFin | 0x0, kMixed.mid(6)) +
           clientFrame(kFin | 0x2, QByteArray(300, '\xFF')) + clientFrame(kFin | 0x8, "\x03\xE8" + kMixed) +
           clientFrame(kFin | 0x1, "too late");
}

QByteArrayList longSampleCalls()
{
    return {"text first",
            "ping p1",
            "pong ",
            "ping " + QByteArray(125, 'q'),
            "text " + kMixed,
            "binary " + QByteArray(300, '\xFF'),
            "close 1000 " + kMixed};
}

} // namespace

class TestWebSocketDecoder : public QObject
{
    Q_OBJECT

private slots:
    void rfcExamples();
    void lengths_data();
    void lengths();
    void controlLengths_data();
    void controlLengths();
    void everySplitInTwo();
    void everyStep();
    void everyMaskAlignment();
    void refusals_data();
    void refusals();
    void refusedByTheHeadAlone_data();
    void refusedByTheHeadAlone();
    void utf8FailsAsSoonAsSeen_data();
    void utf8FailsAsSoonAsSeen();
    void binaryNeedNotBeUtf8();
    void closes_data();
    void closes();
    void messageLimit_data();
    void messageLimit();
    void controlsDoNotCountAsMessage();
    void fragmentLimit_data();
    void fragmentLimit();
    void limitsStartAnewWithEachMessage();
    void announcedLengthIsNotAllocated();
    void nothingAfterTheEnd_data();
    void nothingAfterTheEnd();
    void sinkMayDestroyTheDecoder_data();
    void sinkMayDestroyTheDecoder();
    void payloadIsTheSinksOwn();
    void movedInsideAMessage();
    void limitsMustOutliveTheDecoder();
};

void TestWebSocketDecoder::rfcExamples()
{
    // RFC 6455 5.7, with the examples' own key
    compareForAllSteps(QByteArray::fromHex("818537fa213d7f9f4d5158"), {"text Hello"});
    compareForAllSteps(QByteArray::fromHex("8a8537fa213d7f9f4d5158"), {"pong Hello"});
    compareForAllSteps(clientFrame(0x1, "Hel") + clientFrame(kFin, "lo"), {"text Hello"});
}

void TestWebSocketDecoder::lengths_data()
{
    QTest::addColumn<int>("size");
    for (int size : {0, 1, 2, 124, 125, 126, 127, 128, 255, 256, 65535, 65536})
        QTest::addRow("%d", size) << size;
}

void TestWebSocketDecoder::lengths()
{
    QFETCH(int, size);
    const QByteArray payload(size, 'x');
    compareForAllSteps(clientFrame(kFin | 0x2, payload) + clientFrame(kFin | 0x9, ""), {"binary " + payload, "ping "});
    compareForAllSteps(clientFrame(0x1, payload) + clientFrame(kFin, ""), {"text " + payload});
    compareForAllSteps(clientFrame(0x1, "") + clientFrame(kFin, payload), {"text " + payload});
}

void TestWebSocketDecoder::controlLengths_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<bool>("allowed");
    for (int size : {0, 1, 2, 124, 125})
        QTest::addRow("%d", size) << size << true;
    for (int size : {126, 127, 65535, 65536})
        QTest::addRow("%d", size) << size << false;
}

void TestWebSocketDecoder::controlLengths()
{
    QFETCH(int, size);
    QFETCH(bool, allowed);
    const QByteArray payload(size, '\xFE');
    for (const auto& [opcode, name] : {std::pair(0x9, "ping "), std::pair(0xA, "pong ")}) {
        const QByteArray expected = allowed ? name + payload : QByteArrayLiteral("error 1002");
        compareForAllSteps(clientFrame(kFin | opcode, payload), {expected});
    }
}

void TestWebSocketDecoder::everySplitInTwo()
{
    const QByteArray bytes = longSample();
    for (qsizetype split = 0; split <= bytes.size(); ++split) {
        Recorder recorder;
        recorder.feed(bytes.first(split)).feed(bytes.sliced(split));
        QCOMPARE(recorder.calls(), longSampleCalls());
    }
}

void TestWebSocketDecoder::everyStep()
{
    const QByteArray bytes = longSample();
    for (qsizetype step = 1; step <= bytes.size(); ++step)
        QCOMPARE(Recorder().feed(bytes, step).calls(), longSampleCalls());
}

void TestWebSocketDecoder::everyMaskAlignment()
{
    QByteArray payload;
    for (int i = 0; i < 67; ++i)
        payload += static_cast<char>(i * 37);
    for (const WsMaskKey key : {WsMaskKey{1, 2, 3, 4}, WsMaskKey{0, 0, 0, 0}, WsMaskKey{255, 0, 128, 127}}) {
        const QByteArray frame = clientFrame(kFin | 0x2, payload, key);
        for (qsizetype step = 1; step <= frame.size(); ++step)
            QCOMPARE(Recorder().feed(frame, step).calls(), QByteArrayList{"binary " + payload});
    }
}

void TestWebSocketDecoder::refusals_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArrayList>("calls");
    const QByteArrayList protocolError{"error 1002"};
    for (int bit : {0x40, 0x20, 0x10})
        QTest::addRow("RSV bit %02x", bit) << clientFrame(kFin | bit | 0x1, "x") << protocolError;
    QTest::newRow("RSV bit on a control") << clientFrame(kFin | 0x40 | 0x9, "") << protocolError;
    QTest::newRow("RSV bit on a continuation")
        << QByteArray(clientFrame(0x1, "a") + clientFrame(kFin | 0x40, "b")) << protocolError;
    for (int opcode : {0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF})
        QTest::addRow("opcode %x", opcode) << clientFrame(kFin | opcode, "") << protocolError;
    QTest::newRow("unmasked text") << encodeWsFrame(WsOpcode::Text, "x") << protocolError;
    QTest::newRow("unmasked ping") << encodeWsFrame(WsOpcode::Ping, {}) << protocolError;
    for (int opcode : {0x8, 0x9, 0xA})
        QTest::addRow("fragmented control %x", opcode) << clientFrame(opcode, "") << protocolError;
    QTest::newRow("continuation of nothing") << clientFrame(kFin, "x") << protocolError;
    QTest::newRow("unfinished continuation of nothing") << clientFrame(0, "x") << protocolError;
    QTest::newRow("continuation after an end")
        << QByteArray(clientFrame(0x1, "a") + clientFrame(kFin, "b") + clientFrame(kFin, "c"))
        << QByteArrayList{"text ab", "error 1002"};
    QTest::newRow("text inside a message")
        << QByteArray(clientFrame(0x1, "a") + clientFrame(kFin | 0x1, "b")) << protocolError;
    QTest::newRow("binary inside an empty beginning")
        << QByteArray(clientFrame(0x1, "") + clientFrame(0x2, "b")) << protocolError;
    QTest::newRow("16-bit form of 125") << rawHead(kFin | 0x2, 126, "007d") << protocolError;
    QTest::newRow("16-bit form of 0") << rawHead(kFin | 0x2, 126, "0000") << protocolError;
    QTest::newRow("64-bit form of 65535") << rawHead(kFin | 0x2, 127, "000000000000ffff") << protocolError;
    QTest::newRow("64-bit form of 0") << rawHead(kFin | 0x2, 127, "0000000000000000") << protocolError;
    QTest::newRow("top bit of the length") << rawHead(kFin | 0x2, 127, "8000000000000000") << protocolError;
    QTest::newRow("all bits of the length") << rawHead(kFin | 0x2, 127, "ffffffffffffffff") << protocolError;
    QTest::newRow("greatest length") << rawHead(kFin | 0x2, 127, "7fffffffffffffff") << QByteArrayList{"error 1009"};
}

void TestWebSocketDecoder::refusals()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArrayList, calls);
    compareForAllSteps(bytes, calls);
    compareForAllSteps(clientFrame(kFin | 0x9, "ok") + bytes, QByteArrayList{"ping ok"} + calls);
}

void TestWebSocketDecoder::refusedByTheHeadAlone_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<QByteArray>("call");
    QTest::newRow("RSV") << QByteArray::fromHex("c185") << QByteArrayLiteral("error 1002");
    QTest::newRow("opcode") << QByteArray::fromHex("8385") << QByteArrayLiteral("error 1002");
    QTest::newRow("mask") << QByteArray::fromHex("8105") << QByteArrayLiteral("error 1002");
    QTest::newRow("control length") << QByteArray::fromHex("89fe") << QByteArrayLiteral("error 1002");
    QTest::newRow("too big") << rawHead(kFin | 0x1, 127, "0000000000010001") << QByteArrayLiteral("error 1009");
}

void TestWebSocketDecoder::refusedByTheHeadAlone()
{
    QFETCH(QByteArray, head);
    QFETCH(QByteArray, call);
    compareForAllSteps(head, {call});
}

void TestWebSocketDecoder::utf8FailsAsSoonAsSeen_data()
{
    QTest::addColumn<QByteArray>("before"); // nothing may be said up to here
    QTest::addColumn<QByteArray>("after");  // 1007 with this
    const QByteArray frame = clientFrame(kFin | 0x1, QByteArray("abc\xF4\x90\x80\x80xyz"));
    const qsizetype head = frame.size() - 10;
    QTest::newRow("inside an unfinished frame") << frame.first(head + 4) << frame.sliced(head + 4, 1);
    QTest::newRow("impossible first byte")
        << clientFrame(kFin | 0x1, "\xFFzzz").first(6) << clientFrame(kFin | 0x1, "\xFFzzz").sliced(6, 1);
    QTest::newRow("across fragments") << clientFrame(0x1, "\xF4") << clientFrame(0x0, "\x90").first(7);
    QTest::newRow("across fragments and a ping's place")
        << QByteArray(clientFrame(0x1, "\xED") + clientFrame(0x0, "")) << clientFrame(0x0, "\xA0more").first(7);
    const QByteArray unfinished = clientFrame(kFin | 0x1, "a\xE2\x82");
    QTest::newRow("unfinished character at the end") << unfinished.chopped(1) << unfinished.right(1);
    QTest::newRow("unfinished character, empty last fragment")
        << QByteArray(clientFrame(0x1, "a\xE2\x82") + clientFrame(kFin, "").chopped(1))
        << clientFrame(kFin, "").right(1);
}

void TestWebSocketDecoder::utf8FailsAsSoonAsSeen()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    Recorder recorder;
    recorder.feed(before);
    QCOMPARE(recorder.calls(), QByteArrayList());
    recorder.feed(after);
    QCOMPARE(recorder.calls(), QByteArrayList{"error 1007"});
    compareForAllSteps(before + after, {"error 1007"});
}

void TestWebSocketDecoder::binaryNeedNotBeUtf8()
{
    compareForAllSteps(clientFrame(kFin | 0x2, "\xFF\xFE"), {"binary \xFF\xFE"});
    compareForAllSteps(clientFrame(0x2, "\xFF") + clientFrame(kFin, "\xE2"), {"binary \xFF\xE2"});
}

void TestWebSocketDecoder::closes_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArray>("call");
    QTest::newRow("empty") << QByteArray() << QByteArrayLiteral("close 1005 ");
    QTest::newRow("one byte") << QByteArrayLiteral("\x03") << QByteArrayLiteral("error 1002");
    QTest::newRow("code only") << QByteArray::fromHex("03e8") << QByteArrayLiteral("close 1000 ");
    QTest::newRow("reason") << QByteArray("\x03\xE9 bye") << QByteArrayLiteral("close 1001  bye");
    QTest::newRow("longest reason") << QByteArray("\x03\xE8" + QByteArray(123, 'r'))
                                    << QByteArray("close 1000 " + QByteArray(123, 'r'));
    QTest::newRow("too long") << QByteArray("\x03\xE8" + QByteArray(124, 'r')) << QByteArrayLiteral("error 1002");
    QTest::newRow("reason not UTF-8") << QByteArray("\x03\xE8\xCE\xBA\xED\xA0\x80") << QByteArrayLiteral("error 1007");
    QTest::newRow("reason cut") << QByteArray("\x03\xE8\xE2\x82") << QByteArrayLiteral("error 1007");
    for (int code : {3000, 4999, 1011}) {
        const QByteArray wire = QByteArray(1, static_cast<char>(code >> 8)) + static_cast<char>(code);
        QTest::addRow("%d", code) << wire << QByteArray("close " + QByteArray::number(code) + ' ');
    }
    for (int code : {0, 999, 1004, 1005, 1006, 1016, 1100, 2999, 5000, 65535}) {
        const QByteArray wire = QByteArray(1, static_cast<char>(code >> 8)) + static_cast<char>(code);
        QTest::addRow("%d", code) << wire << QByteArrayLiteral("error 1002");
    }
}

void TestWebSocketDecoder::closes()
{
    QFETCH(QByteArray, payload);
    QFETCH(QByteArray, call);
    compareForAllSteps(clientFrame(kFin | 0x8, payload), {call});
    compareForAllSteps(clientFrame(0x1, "begun") + clientFrame(kFin | 0x8, payload), {call});
}

void TestWebSocketDecoder::messageLimit_data()
{
    QTest::addColumn<QList<int>>("fragments");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("at the limit") << QList<int>{200} << true;
    QTest::newRow("beyond it") << QList<int>{201} << false;
    QTest::newRow("fragments at the limit") << QList<int>{100, 0, 99, 1} << true;
    QTest::newRow("fragments beyond it") << QList<int>{100, 100, 1} << false;
    QTest::newRow("empty fragment at the limit") << QList<int>{200, 0} << true;
}

void TestWebSocketDecoder::messageLimit()
{
    QFETCH(QList<int>, fragments);
    QFETCH(bool, allowed);
    QByteArray bytes;
    QByteArray whole;
    for (qsizetype i = 0; i < fragments.size(); ++i) {
        const QByteArray payload(fragments[i], 'x');
        bytes += clientFrame((i + 1 == fragments.size() ? kFin : 0) | (i == 0 ? 0x1 : 0x0), payload);
        whole += payload;
    }
    const QByteArrayList expected{allowed ? "text " + whole : QByteArrayLiteral("error 1009")};
    compareForAllSteps(bytes, expected, WsLimits{200, 1024});
}

void TestWebSocketDecoder::controlsDoNotCountAsMessage()
{
    const QByteArray ping(50, 'p');
    const QByteArray bytes = clientFrame(0x1, "ab") + clientFrame(kFin | 0x9, ping) + clientFrame(kFin, "cd");
    compareForAllSteps(bytes, {"ping " + ping, "text abcd"}, WsLimits{4, 2});
}

void TestWebSocketDecoder::fragmentLimit_data()
{
    QTest::addColumn<int>("limit");
    QTest::addColumn<int>("count");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("1 of 1") << 1 << 1 << true;
    QTest::newRow("2 of 1") << 1 << 2 << false;
    QTest::newRow("3 of 3") << 3 << 3 << true;
    QTest::newRow("4 of 3") << 3 << 4 << false;
}

void TestWebSocketDecoder::fragmentLimit()
{
    QFETCH(int, limit);
    QFETCH(int, count);
    QFETCH(bool, allowed);
    QByteArray bytes;
    for (int i = 0; i < count; ++i)
        bytes += clientFrame((i + 1 == count ? kFin : 0) | (i == 0 ? 0x2 : 0x0), "");
    const QByteArrayList expected{allowed ? QByteArrayLiteral("binary ") : QByteArrayLiteral("error 1008")};
    compareForAllSteps(bytes, expected, WsLimits{10, limit});
}

void TestWebSocketDecoder::limitsStartAnewWithEachMessage()
{
    const QByteArray message = clientFrame(0x1, "abc") + clientFrame(kFin, "def");
    compareForAllSteps(message + message + clientFrame(kFin | 0x1, "abcdef"),
                       {"text abcdef", "text abcdef", "text abcdef"}, WsLimits{6, 2});
}

void TestWebSocketDecoder::announcedLengthIsNotAllocated()
{
    // An allocation of what is announced could not succeed on any machine.
    const WsLimits limits{qint64(1) << 62, 10};
    Recorder recorder(limits);
    recorder.feed(rawHead(0x2, 127, "0fffffffffffffff") + "abc");
    QCOMPARE(recorder.calls(), QByteArrayList());
    QVERIFY(!recorder.isFinished());
}

void TestWebSocketDecoder::nothingAfterTheEnd_data()
{
    QTest::addColumn<QByteArray>("end");
    QTest::newRow("close") << clientFrame(kFin | 0x8, "");
    QTest::newRow("error") << clientFrame(0x8, "");
}

void TestWebSocketDecoder::nothingAfterTheEnd()
{
    QFETCH(QByteArray, end);
    Recorder recorder;
    QVERIFY(!recorder.isFinished());
    recorder.feed(end + clientFrame(kFin | 0x1, "same read"));
    QCOMPARE(recorder.calls().size(), 1);
    QVERIFY(recorder.isFinished());
    recorder.feed(clientFrame(kFin | 0x1, "later") + clientFrame(kFin | 0x8, ""));
    QCOMPARE(recorder.calls().size(), 1);
}

void TestWebSocketDecoder::sinkMayDestroyTheDecoder_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("call");
    for (int call = 1; call <= longSampleCalls().size(); ++call)
        QTest::addRow("call %d", call) << longSample() << call;
    QTest::newRow("error in a head") << clientFrame(kFin | 0x3, "x") << 1;
    QTest::newRow("error in a message") << QByteArray(clientFrame(0x1, "a") + clientFrame(0x0, "\xFFzz")) << 1;
}

void TestWebSocketDecoder::sinkMayDestroyTheDecoder()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, call);
    for (qsizetype step : {bytes.size(), qsizetype(1), qsizetype(5)}) {
        Recorder recorder;
        recorder.refuseAt(call);
        recorder.feed(bytes, step);
        QCOMPARE(recorder.calls().size(), call);
    }
}

void TestWebSocketDecoder::payloadIsTheSinksOwn()
{
    QByteArray buffer = clientFrame(kFin | 0x1, "Hello");
    LastMessage sink;
    const WsLimits limits;
    WebSocketDecoder decoder(limits);
    decoder.feed(buffer.data(), buffer.size(), sink);
    buffer.fill('?');
    QCOMPARE(sink.payload, QByteArrayLiteral("Hello"));
}

void TestWebSocketDecoder::movedInsideAMessage()
{
    LastMessage sink;
    const WsLimits limits;
    QByteArray bytes = clientFrame(0x1, "Hel") + clientFrame(kFin, "lo");
    WebSocketDecoder first(limits);
    first.feed(bytes.data(), 12, sink);
    WebSocketDecoder second(std::move(first));
    second.feed(bytes.data() + 12, bytes.size() - 12, sink);
    QCOMPARE(sink.payload, QByteArrayLiteral("Hello"));
}

void TestWebSocketDecoder::limitsMustOutliveTheDecoder()
{
    // A temporary is refused by the compiler.
    QVERIFY((std::is_constructible_v<WebSocketDecoder, const WsLimits&>));
    QVERIFY((!std::is_constructible_v<WebSocketDecoder, WsLimits>));
}

QTEST_APPLESS_MAIN(TestWebSocketDecoder)
#include "tst_websocketdecoder.moc"
