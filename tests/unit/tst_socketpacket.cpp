// SPDX-License-Identifier: GPL-3.0-or-later
// Socket.IO v5 packets: what the official decoder takes, and what makes it close the connection.
// links: server_socketio
#include "socketio/socketpacket.h"

#include <QTest>

using namespace signalbox;

namespace {

using Outcome = SocketPacketDecoder::Outcome;
constexpr int kDepth = 32;
constexpr qint64 kAttachedBytes = 1000;

SocketPacket decoded(const QByteArray& text, const QByteArrayList& attachments = {})
{
    SocketPacketDecoder decoder(kDepth, kAttachedBytes);
    Outcome outcome = decoder.feedText(text);
    for (const QByteArray& bytes : attachments) {
        if (outcome != Outcome::Awaiting)
            qFatal("%s does not wait for bytes", text.constData());
        outcome = decoder.feedBinary(bytes);
    }
    if (outcome != Outcome::Complete)
        qFatal("%s is not complete", text.constData());
    return decoder.take();
}

} // namespace

class TestSocketPacket : public QObject
{
    Q_OBJECT

private slots:
    void aConnectNamesItsNamespaceAndHasAnObject()
    {
        const SocketPacket plain = decoded("0");
        QVERIFY(plain.type == SocketType::Connect);
        QCOMPARE(plain.nsp, QByteArray("/"));
        QVERIFY(plain.object.isEmpty());
        const SocketPacket admin = decoded("0/admin,{\"token\":\"x\"}");
        QCOMPARE(admin.nsp, QByteArray("/admin"));
        QCOMPARE(admin.object.value(QLatin1String("token")).toString(), QStringLiteral("x"));
        QCOMPARE(decoded("0/adm").nsp, QByteArray("/adm"));
        QCOMPARE(decoded("0/adm?x=1").nsp, QByteArray("/adm?x=1"));
        QVERIFY(decoded("1/custom").type == SocketType::Disconnect);
    }

    void anEventHasANameArgumentsAndPerhapsAnAckId()
    {
        const SocketPacket event = decoded("2[\"foo\",1,{\"a\":[null]}]");
        QCOMPARE(event.eventName(), QByteArray("foo"));
        QCOMPARE(jsonText(event.args), QByteArray("[\"foo\",1,{\"a\":[null]}]"));
        QVERIFY(event.ackId.isEmpty());
        QCOMPARE(decoded("212[\"foo\"]").ackId, QByteArray("12"));
        QCOMPARE(decoded("2/adm,007[\"foo\"]").ackId, QByteArray("7"));
        QCOMPARE(decoded("2/adm,0[\"foo\"]").ackId, QByteArray("0"));
        QCOMPARE(decoded("2[1,2]").eventName(), QByteArray("1"));
        QVERIFY(decoded("2").eventName().isEmpty());
        QCOMPARE(decoded("2[\"a\",123456789012345678901234567890]").args.at(1).toDouble(),
                 123456789012345678901234567890.0);
        QCOMPARE(decoded("2[\"a\",{\"b\":1,\"b\":2}]").args.at(1).toObject().value(QLatin1String("b")).toInt(), 2);
    }

    void anAckHasValues()
    {
        const SocketPacket ack = decoded("3/admin,13[\"bar\"]");
        QVERIFY(ack.type == SocketType::Ack);
        QCOMPARE(ack.ackId, QByteArray("13"));
        QCOMPARE(jsonText(ack.args), QByteArray("[\"bar\"]"));
        QVERIFY(decoded("37[]").args.isEmpty());
    }

    void bytesFollowABinaryPacket()
    {
        const SocketPacket event =
            decoded("52-/adm,3[\"baz\",{\"_placeholder\":true,\"num\":0},{\"in\":{\"_placeholder\":true,\"num\":1}}]",
                    {"\x01", "\x02"});
        QVERIFY(event.type == SocketType::Event);
        QCOMPARE(event.nsp, QByteArray("/adm"));
        QCOMPARE(event.ackId, QByteArray("3"));
        QCOMPARE(event.attachments, (QByteArrayList{"\x01", "\x02"}));
        QVERIFY(decoded("61-15[{\"_placeholder\":true,\"num\":0}]", {"\x01"}).type == SocketType::Ack);
        decoded("51-", {"x"}); // no payload: tolerated like a bare event
    }

    void packetsFollowEachOther()
    {
        SocketPacketDecoder decoder(kDepth, kAttachedBytes);
        QVERIFY(decoder.feedText("51-[\"a\",{\"_placeholder\":true,\"num\":0}]") == Outcome::Awaiting);
        QVERIFY(decoder.feedBinary("x") == Outcome::Complete);
        QCOMPARE(decoder.take().attachments.size(), 1);
        QVERIFY(decoder.feedText("2[\"b\"]") == Outcome::Complete);
        QVERIFY(decoder.take().attachments.isEmpty());
    }

    void tenAttachmentsAreTheMost()
    {
        SocketPacketDecoder decoder(kDepth, kAttachedBytes);
        QVERIFY(decoder.feedText("510-[\"a\"]") == Outcome::Awaiting);
        for (int i = 1; i < 10; ++i)
            QVERIFY(decoder.feedBinary("x") == Outcome::Awaiting);
        QVERIFY(decoder.feedBinary("x") == Outcome::Complete);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        const char* const texts[] = {
            "",
            "7",
            "x",
            "-1",
            "2[\"a\"]x",
            "2[\"a\"",
            "2{}",
            "2[]",
            "2\"a\"",
            "2[null]",
            "2[true]",
            "2[{}]",
            "2[[\"a\"]]",
            "2null",
            "2[\"connect\"]",
            "2[\"connect_error\"]",
            "2[\"disconnect\"]",
            "2[\"disconnecting\"]",
            "2[\"newListener\"]",
            "2[\"removeListener\"]",
            "2[\"\\x\"]",
            "2[\"a\",01]",
            "2[\"a\",NaN]",
            "2['a']",
            "2[\"a\",]",
            "2/adm,x[\"a\"]",
            "21.5[\"a\"]",
            "0[]",
            "0\"x\"",
            "0null",
            "0{",
            "1{}",
            "1[]",
            "1\"x\"",
            "3{}",
            "3\"a\"",
            "3null",
            "5[\"a\"]",
            "50-[\"a\"]",
            "511-[\"a\"]",
            "5-[\"a\"]",
            "51",
            "5-1-[\"a\"]",
            "51.5-[\"a\"]",
            "599999999999999999999-[\"a\"]",
            "60-[]",
            "611-[]",
            "51-[\"a\",{\"_placeholder\":true,\"num\":1}]",
            "51-[\"a\",{\"_placeholder\":true,\"num\":-1}]",
            "51-[\"a\",{\"_placeholder\":true,\"num\":\"0\"}]",
            "51-[\"a\",{\"_placeholder\":true}]",
            "51-[\"a\",[{\"_placeholder\":true,\"num\":0.5}]]",
            "51-[\"connect\"]",
            "51-{}",
        };
        for (const char* text : texts)
            QTest::newRow(*text ? text : "nothing") << QByteArray(text);
        QTest::newRow("too deep") << QByteArray("2[\"a\"," + QByteArray(40, '[') + QByteArray(40, ']') + ']');
        QTest::newRow("NUL") << QByteArray("2[\"a\0\"]", 7);
    }
    void refuses()
    {
        QFETCH(QByteArray, text);
        SocketPacketDecoder decoder(kDepth, kAttachedBytes);
        QVERIFY(decoder.feedText(text) == Outcome::Broken);
        QVERIFY(decoder.feedText("2[\"a\"]") == Outcome::Broken); // for good
    }

    void textAndBytesComeInTheirOrder()
    {
        SocketPacketDecoder early(kDepth, kAttachedBytes);
        QVERIFY(early.feedBinary("x") == Outcome::Broken);
        SocketPacketDecoder late(kDepth, kAttachedBytes);
        QVERIFY(late.feedText("51-[\"a\"]") == Outcome::Awaiting);
        QVERIFY(late.feedText("2[\"a\"]") == Outcome::Broken);
        SocketPacketDecoder many(kDepth, kAttachedBytes);
        QVERIFY(many.feedText("51-[\"a\"]") == Outcome::Awaiting);
        QVERIFY(many.feedBinary("x") == Outcome::Complete);
        QVERIFY(many.feedBinary("y") == Outcome::Broken);
    }

    void theBytesOfAPacketAreBoundedTogether()
    {
        SocketPacketDecoder decoder(kDepth, kAttachedBytes);
        for (int round = 0; round < 2; ++round) { // each packet anew
            QVERIFY(decoder.feedText("52-[\"a\"]") == Outcome::Awaiting);
            QVERIFY(decoder.feedBinary(QByteArray(kAttachedBytes - 1, 'x')) == Outcome::Awaiting);
            QVERIFY(decoder.feedBinary("x") == Outcome::Complete);
            decoder.take();
        }
        QVERIFY(decoder.feedText("52-[\"a\"]") == Outcome::Awaiting);
        QVERIFY(decoder.feedBinary(QByteArray(kAttachedBytes, 'x')) == Outcome::Awaiting);
        QVERIFY(decoder.feedBinary("x") == Outcome::Broken);
    }

    void writesWhatItReads()
    {
        QCOMPARE(encodeSocketText({.type = SocketType::Connect, .json = "{\"sid\":\"x\"}"}),
                 QByteArray("0{\"sid\":\"x\"}"));
        QCOMPARE(encodeSocketText({.type = SocketType::Disconnect, .nsp = "/adm"}), QByteArray("1/adm,"));
        QCOMPARE(encodeSocketText({.ackId = "12", .json = "[\"foo\"]"}), QByteArray("212[\"foo\"]"));
        QCOMPARE(encodeSocketText({.type = SocketType::Ack, .nsp = "/a", .ackId = "7", .json = "[]"}),
                 QByteArray("3/a,7[]"));
        QCOMPARE(encodeSocketText({.type = SocketType::Ack, .ackId = "7", .json = "[]", .attachments = 2}),
                 QByteArray("62-7[]"));
        QCOMPARE(encodeSocketText({.json = "[\"foo\"]", .attachments = 1}), QByteArray("51-[\"foo\"]"));
    }
};

QTEST_GUILESS_MAIN(TestSocketPacket)
#include "tst_socketpacket.moc"
