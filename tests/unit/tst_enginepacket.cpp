// SPDX-License-Identifier: GPL-3.0-or-later
// Engine.IO v4 packets and long-polling bodies, docs of the protocol: one packet a message, bodies joined by 0x1E.
// links: server_socketio
#include "socketio/enginepacket.h"

#include "net/websocketframe.h"

#include <QTest>

using namespace signalbox;

namespace {

EnginePacket text(EngineType type, const QByteArray& data = {})
{
    return {type, false, data};
}

EnginePacket binary(const QByteArray& data)
{
    return {EngineType::Message, true, data};
}

} // namespace

class TestEnginePacket : public QObject
{
    Q_OBJECT

private slots:
    void aTextMessageIsATypeAndItsData_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<int>("type");
        QTest::addColumn<QByteArray>("data");
        QTest::newRow("open") << QByteArray("0{\"sid\":\"x\"}") << 0 << QByteArray("{\"sid\":\"x\"}");
        QTest::newRow("close") << QByteArray("1") << 1 << QByteArray();
        QTest::newRow("probe") << QByteArray("2probe") << 2 << QByteArray("probe");
        QTest::newRow("pong") << QByteArray("3") << 3 << QByteArray();
        QTest::newRow("message") << QByteArray("4h\xc3\xa9") << 4 << QByteArray("h\xc3\xa9");
        QTest::newRow("upgrade") << QByteArray("5") << 5 << QByteArray();
        QTest::newRow("noop") << QByteArray("6") << 6 << QByteArray();
    }
    void aTextMessageIsATypeAndItsData()
    {
        QFETCH(QByteArray, message);
        QFETCH(int, type);
        QFETCH(QByteArray, data);
        const auto packet = decodeEngineText(message);
        QVERIFY(packet.has_value());
        QCOMPARE(static_cast<int>(packet->type), type);
        QCOMPARE(packet->data, data);
        QVERIFY(!packet->isBinary);
    }

    void whatHasNoTypeIsNoPacket_data()
    {
        QTest::addColumn<QByteArray>("message");
        for (const char* message : {"", "7", "9x", "a", "b", " 4", "{}", "\x1e"})
            QTest::newRow(message) << QByteArray(message);
    }
    void whatHasNoTypeIsNoPacket()
    {
        QFETCH(QByteArray, message);
        QVERIFY(!decodeEngineText(message).has_value());
    }

    void aBodyHoldsPacketsInTheirOrder()
    {
        const EnginePayload payload = decodeEnginePayload("4a\x1e"
                                                          "2\x1e"
                                                          "bAQID\x1e"
                                                          "4");
        QVERIFY(!payload.isBroken);
        const std::vector<EnginePacket> expected{text(EngineType::Message, "a"), text(EngineType::Ping),
                                                 binary("\x01\x02\x03"), text(EngineType::Message)};
        QVERIFY(payload.packets == expected);
    }

    void aBodyIsReadUpToWhatIsNoPacket_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("packets");
        QTest::newRow("empty") << QByteArray() << 0;
        QTest::newRow("unknown type") << QByteArray("4a\x1e"
                                                    "9\x1e"
                                                    "4b")
                                      << 1;
        QTest::newRow("nothing behind a separator") << QByteArray("4a\x1e") << 1;
        QTest::newRow("nothing before it") << QByteArray("\x1e"
                                                         "4a")
                                           << 0;
        QTest::newRow("only separators") << QByteArray("\x1e\x1e\x1e") << 0;
        QTest::newRow("no UTF-8") << QByteArray("4a\x1e"
                                                "4\xff")
                                  << 1;
        QTest::newRow("half a character") << QByteArray("4\xd0") << 0;
        QTest::newRow("the length of version 3") << QByteArray("2:4a") << 1; // a ping with data there
    }
    void aBodyIsReadUpToWhatIsNoPacket()
    {
        QFETCH(QByteArray, body);
        QFETCH(int, packets);
        const EnginePayload payload = decodeEnginePayload(body);
        QCOMPARE(static_cast<int>(payload.packets.size()), packets);
        QCOMPARE(payload.isBroken, packets == 0 || body != "2:4a");
    }

    void base64IsReadAsNodeReadsIt_data()
    {
        QTest::addColumn<QByteArray>("packet");
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("padded") << QByteArray("bAQIDBA==") << QByteArray("\x01\x02\x03\x04");
        QTest::newRow("unpadded") << QByteArray("bAQIDBA") << QByteArray("\x01\x02\x03\x04");
        QTest::newRow("nothing") << QByteArray("b") << QByteArray();
        QTest::newRow("foreign characters") << QByteArray("bAQ!I\nD") << QByteArray("\x01\x02\x03");
    }
    void base64IsReadAsNodeReadsIt()
    {
        QFETCH(QByteArray, packet);
        QFETCH(QByteArray, bytes);
        const EnginePayload payload = decodeEnginePayload(packet);
        QVERIFY(!payload.isBroken);
        QVERIFY(payload.packets.front() == binary(bytes));
    }

    void whatIsEncodedForPollingIsABodyWithoutItsFirstByte()
    {
        const std::vector<EnginePacket> packets{text(EngineType::Open, "{}"), binary("\x00\xff\x1e"),
                                                text(EngineType::Message, "\xd0\xbf"), text(EngineType::Noop)};
        QByteArray queue;
        for (const EnginePacket& packet : packets)
            queue += encodeEnginePacket(packet, Framing::Polling);
        const EnginePayload payload = decodeEnginePayload(queue.sliced(1));
        QVERIFY(!payload.isBroken);
        QVERIFY(payload.packets == packets);
    }

    void aWebSocketCarriesTextWithItsTypeAndBytesAsTheyAre()
    {
        QCOMPARE(encodeEnginePacket(text(EngineType::Pong, "probe"), Framing::WebSocket),
                 encodeWsFrame(WsOpcode::Text, "3probe"));
        QCOMPARE(encodeEnginePacket(binary("\x01\x02"), Framing::WebSocket),
                 encodeWsFrame(WsOpcode::Binary, "\x01\x02"));
    }

    void whatWaitedForAPollLeavesOnTheWebSocket()
    {
        for (const EnginePacket& packet :
             {text(EngineType::Message, "2[\"a\"]"), binary("\x00\x1e"), text(EngineType::Ping)}) {
            QCOMPARE(polledToWebSocket(encodeEnginePacket(packet, Framing::Polling)),
                     encodeEnginePacket(packet, Framing::WebSocket));
        }
        QVERIFY(polledToWebSocket({}).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestEnginePacket)
#include "tst_enginepacket.moc"
