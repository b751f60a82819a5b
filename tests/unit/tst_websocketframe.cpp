// SPDX-License-Identifier: GPL-3.0-or-later
// Frames as the server writes them, close codes and the mask (RFC 6455 5.2, 5.3, 7.4).
// links: server_net
#include "net/websocketframe.h"

#include <QTest>

using namespace signalbox;

class TestWebSocketFrame : public QObject
{
    Q_OBJECT

private slots:
    void rfcExamples();
    void lengthUsesTheShortestForm_data();
    void lengthUsesTheShortestForm();
    void headerAloneMatchesTheFrame_data() { lengthUsesTheShortestForm_data(); }
    void headerAloneMatchesTheFrame();
    void headerOfMoreThanFourGigabytes();
    void controlOpcodes();
    void closeCarriesCodeAndReason();
    void closeWithoutACodeIsEmpty_data();
    void closeWithoutACodeIsEmpty();
    void closeReasonIsCutAtACharacter_data();
    void closeReasonIsCutAtACharacter();
    void closeCodes_data();
    void closeCodes();
    void maskMatchesTheDefinition_data();
    void maskMatchesTheDefinition();
};

void TestWebSocketFrame::rfcExamples()
{
    // RFC 6455 5.7
    QCOMPARE(encodeWsFrame(WsOpcode::Text, "Hello"), QByteArray::fromHex("810548656c6c6f"));
    QCOMPARE(encodeWsFrame(WsOpcode::Ping, "Hello"), QByteArray::fromHex("890548656c6c6f"));
    QCOMPARE(wsFrameHeader(WsOpcode::Binary, 256), QByteArray::fromHex("827e0100"));
    QCOMPARE(wsFrameHeader(WsOpcode::Binary, 65536), QByteArray::fromHex("827f0000000000010000"));
    QByteArray masked = QByteArray::fromHex("7f9f4d5158");
    applyWsMask(masked.data(), masked.size(), {0x37, 0xfa, 0x21, 0x3d}, 0);
    QCOMPARE(masked, QByteArrayLiteral("Hello"));
}

void TestWebSocketFrame::lengthUsesTheShortestForm_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<QByteArray>("header");
    QTest::newRow("0") << 0 << QByteArray::fromHex("8200");
    QTest::newRow("1") << 1 << QByteArray::fromHex("8201");
    QTest::newRow("125") << 125 << QByteArray::fromHex("827d");
    QTest::newRow("126") << 126 << QByteArray::fromHex("827e007e");
    QTest::newRow("127") << 127 << QByteArray::fromHex("827e007f");
    QTest::newRow("65535") << 65535 << QByteArray::fromHex("827effff");
    QTest::newRow("65536") << 65536 << QByteArray::fromHex("827f0000000000010000");
}

void TestWebSocketFrame::lengthUsesTheShortestForm()
{
    QFETCH(int, size);
    QFETCH(QByteArray, header);
    const QByteArray payload(size, 'x');
    QCOMPARE(encodeWsFrame(WsOpcode::Binary, payload), QByteArray(header + payload));
}

void TestWebSocketFrame::headerAloneMatchesTheFrame()
{
    QFETCH(int, size);
    QFETCH(QByteArray, header);
    QCOMPARE(wsFrameHeader(WsOpcode::Binary, size), header);
}

void TestWebSocketFrame::headerOfMoreThanFourGigabytes()
{
    QCOMPARE(wsFrameHeader(WsOpcode::Text, 0x123456789aLL), QByteArray::fromHex("817f000000123456789a"));
}

void TestWebSocketFrame::controlOpcodes()
{
    for (WsOpcode opcode : {WsOpcode::Close, WsOpcode::Ping, WsOpcode::Pong})
        QVERIFY(isWsControl(opcode));
    for (WsOpcode opcode : {WsOpcode::Continuation, WsOpcode::Text, WsOpcode::Binary})
        QVERIFY(!isWsControl(opcode));
}

void TestWebSocketFrame::closeCarriesCodeAndReason()
{
    QCOMPARE(encodeWsClose(1000, {}), QByteArray::fromHex("880203e8"));
    QCOMPARE(encodeWsClose(4401, "bye"), QByteArray(QByteArray::fromHex("88051131") + "bye"));
}

void TestWebSocketFrame::closeWithoutACodeIsEmpty_data()
{
    QTest::addColumn<int>("code");
    for (int code : {1005, 1006, 1015})
        QTest::addRow("%d", code) << code;
}

void TestWebSocketFrame::closeWithoutACodeIsEmpty()
{
    QFETCH(int, code);
    QCOMPARE(encodeWsClose(code, "reason"), QByteArray::fromHex("8800"));
}

void TestWebSocketFrame::closeReasonIsCutAtACharacter_data()
{
    QTest::addColumn<QByteArray>("reason");
    QTest::addColumn<int>("kept");
    const auto text = [](int ascii, const char* rest) { return QByteArray(QByteArray(ascii, 'a') + rest); };
    QTest::newRow("fits") << text(123, "") << 123;
    QTest::newRow("one too many") << text(124, "") << 123;
    QTest::newRow("two bytes end at the border") << text(121, "\xD0\x96") << 123;
    QTest::newRow("two bytes across the border") << text(122, "\xD0\x96") << 122;
    QTest::newRow("two bytes behind the border") << text(123, "\xD0\x96") << 123;
    QTest::newRow("three bytes, two inside") << text(121, "\xE2\x82\xAC") << 121;
    QTest::newRow("four bytes, three inside") << text(120, "\xF0\x9F\x98\x80") << 120;
    QTest::newRow("four bytes, one inside") << text(122, "\xF0\x9F\x98\x80") << 122;
    QTest::newRow("not a character at all") << QByteArray(300, '\x80') << 0;
}

void TestWebSocketFrame::closeReasonIsCutAtACharacter()
{
    QFETCH(QByteArray, reason);
    QFETCH(int, kept);
    const QByteArray frame = encodeWsClose(1000, reason);
    QCOMPARE(static_cast<int>(frame[1]), kept + 2);
    QCOMPARE(frame.mid(4), reason.left(kept));
}

void TestWebSocketFrame::closeCodes_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<bool>("valid");
    for (int code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999})
        QTest::addRow("%d", code) << code << true;
    for (int code : {-1, 0, 999, 1004, 1005, 1006, 1012, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
        QTest::addRow("%d", code) << code << false;
}

void TestWebSocketFrame::closeCodes()
{
    QFETCH(int, code);
    QFETCH(bool, valid);
    QCOMPARE(isValidCloseCode(code), valid);
}

void TestWebSocketFrame::maskMatchesTheDefinition_data()
{
    QTest::addColumn<int>("alignment");
    QTest::addColumn<qint64>("offset");
    for (int alignment = 0; alignment < 8; ++alignment) {
        for (qint64 offset : {qint64(0), qint64(1), qint64(2), qint64(3), qint64(4), qint64(0x100000003)})
            QTest::addRow("alignment %d offset %lld", alignment, offset) << alignment << offset;
    }
}

void TestWebSocketFrame::maskMatchesTheDefinition()
{
    QFETCH(int, alignment);
    QFETCH(qint64, offset);
    const WsMaskKey key{0x12, 0x34, 0x56, 0x78};
    for (int size = 0; size <= 40; ++size) {
        QByteArray buffer(alignment + size + 8, '\x5A');
        QByteArray expected = buffer;
        for (int i = 0; i < size; ++i)
            expected[alignment + i] = static_cast<char>(0x5A ^ key[static_cast<size_t>((offset + i) % 4)]);
        applyWsMask(buffer.data() + alignment, size, key, offset);
        QCOMPARE(buffer, expected); // neighbours included
    }
}

QTEST_APPLESS_MAIN(TestWebSocketFrame)
#include "tst_websocketframe.moc"
