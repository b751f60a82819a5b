// SPDX-License-Identifier: GPL-3.0-or-later
// Messages of python-socketio's manager, as 5.18 wrote them, and wrong ones.
// links: server_cluster
#include "cluster/pythonmessage.h"

#include <QTest>

using namespace signalbox;

namespace {

const MsgPackLimits kLimits;
using Method = PythonMessage::Method;

/// The field, or the code's name.
QByteArray reason(const QByteArray& bytes)
{
    const auto message = decodePythonMessage(bytes, kLimits);
    if (message)
        return "understood";
    return message.error().field.isEmpty() ? QByteArray(message.error().name()) : message.error().field;
}

} // namespace

class TestPythonMessage final : public QObject
{
    Q_OBJECT

private slots:
    void emits();
    void bytes();
    void others();
    void wrong_data();
    void wrong();
    void eventOfTheBus();
    void callback();
};

void TestPythonMessage::emits()
{
    const auto one = decodePythonMessage(
        R"({"method": "emit", "event": "ev", "data": [{"a": 1}, 2], "binary": false, "namespace": "/", "room": "r", )"
        R"("skip_sid": "S", "callback": null, "host_id": "6a1b"})",
        kLimits);
    QVERIFY(one);
    QCOMPARE(one->method, Method::Emit);
    QCOMPARE(one->host, QByteArray("6a1b"));
    QVERIFY((one->broadcast == SocketBroadcast{{{"r"}, {"S"}}, {R"(["ev",{"a":1},2])", {}}, false}));
    QVERIFY(one->callback.isNull());
    // Everybody; several rooms; data that is no list, as others write it.
    const auto all = decodePythonMessage(R"({"method":"emit","event":"ev","data":{"a":1},"room":null})", kLimits);
    QVERIFY(all);
    QVERIFY((all->broadcast == SocketBroadcast{{}, {R"(["ev",{"a":1}])", {}}, false}));
    const auto some =
        decodePythonMessage(R"({"method":"emit","event":"ev","room":["a",7],"skip_sid":["b","c"]})", kLimits);
    QVERIFY(some);
    QVERIFY((some->broadcast == SocketBroadcast{{{"a", "7"}, {"b", "c"}}, {R"(["ev"])", {}}, false}));
}

void TestPythonMessage::bytes()
{
    const auto message = decodePythonMessage(
        R"({"method":"emit","event":"ev","binary":true,"data":[[{"_placeholder":true,"num":0},1],"aGk="]})", kLimits);
    QVERIFY(message);
    QCOMPARE(message->broadcast.event.json, QByteArray(R"(["ev",{"_placeholder":true,"num":0},1])"));
    QCOMPARE(message->broadcast.event.attachments, QByteArrayList{"hi"});
}

void TestPythonMessage::others()
{
    const auto enter =
        decodePythonMessage(R"({"method":"enter_room","sid":"S","room":"r","namespace":"/","host_id":"h"})", kLimits);
    QVERIFY(enter && enter->method == Method::EnterRoom && enter->room == "r");
    QVERIFY(enter->who.rooms == std::vector<QByteArray>{"S"});
    const auto leave = decodePythonMessage(R"({"method":"leave_room","sid":"S","room":7})", kLimits);
    QVERIFY(leave && leave->method == Method::LeaveRoom && leave->room == "7");
    const auto closed = decodePythonMessage(R"({"method":"close_room","room":"r"})", kLimits);
    QVERIFY(closed && closed->method == Method::CloseRoom);
    QVERIFY(closed->who.rooms == std::vector<QByteArray>{"r"});
    const auto gone = decodePythonMessage(R"({"method":"disconnect","sid":"S","namespace":"/x"})", kLimits);
    QVERIFY(gone && gone->method == Method::Disconnect && gone->nsp == "/x");
    QVERIFY(decodePythonMessage(R"({"method":"callback","host_id":"h","sid":"S","id":1,"args":[]})", kLimits));
}

void TestPythonMessage::wrong_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("why");
    const auto row = [](const char* json, const char* why) {
        QTest::newRow(json) << QByteArray(json) << QByteArray(why);
    };
    QTest::newRow("pickle") << QByteArray("\x80\x04\x95junk") << QByteArray("bad_request");
    QTest::newRow("nothing") << QByteArray() << QByteArray("bad_json");
    row("[", "bad_json");
    row("[]", "method");
    row("{}", "method");
    row(R"({"method":"emitted"})", "method");
    row(R"({"method":7})", "method");
    row(R"({"method":"emit"})", "event");
    row(R"({"method":"emit","event":7})", "event");
    row(R"({"method":"emit","event":"connect"})", "event");
    row(R"({"method":"emit","event":"e","namespace":7})", "namespace");
    row(R"({"method":"emit","event":"e","room":{}})", "room");
    row(R"({"method":"emit","event":"e","skip_sid":[{}]})", "skip_sid");
    row(R"({"method":"emit","event":"e","callback":"c","host_id":"h"})", "callback");
    row(R"({"method":"emit","event":"e","callback":[1,2],"host_id":"h"})", "callback");
    row(R"({"method":"emit","event":"e","callback":["r","/",1]})", "callback");
    row(R"({"method":"emit","event":"e","binary":true,"data":{}})", "data");
    row(R"({"method":"emit","event":"e","binary":true,"data":["x"]})", "data");
    row(R"({"method":"emit","event":"e","binary":true,"data":[[],7]})", "data");
    row(R"({"method":"emit","event":"e","binary":true,"data":[[],"%"]})", "data");
    row(R"({"method":"emit","event":"e","binary":true,"data":[[{"_placeholder":true,"num":1}],"aGk="]})", "data");
    row(R"({"method":"disconnect"})", "sid");
    row(R"({"method":"disconnect","sid":["a","b"]})", "sid");
    row(R"({"method":"enter_room","sid":"S"})", "room");
    row(R"({"method":"leave_room","room":"r"})", "sid");
    row(R"({"method":"close_room","room":null})", "room");
}

void TestPythonMessage::wrong()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, why);
    QCOMPARE(reason(bytes), why);
}

void TestPythonMessage::eventOfTheBus()
{
    Event event;
    event.name = "order:new";
    event.data = R"({"id":1})";
    event.placements = {{"operators", {}}};
    const auto message = decodePythonMessage(encodePythonEmit("us", event), kLimits);
    QVERIFY(message);
    QCOMPARE(message->host, QByteArray("us"));
    QVERIFY(message->broadcast == socketBroadcastOf(event));
    event.placements.push_back({"city:Саратов", {}});
    QVERIFY(decodePythonMessage(encodePythonEmit("us", event), kLimits)->broadcast == socketBroadcastOf(event));
}

void TestPythonMessage::callback()
{
    const auto asked = decodePythonMessage(
        R"({"method":"emit","event":"e","room":"S","callback":["S","/",3],"host_id":"h"})", kLimits);
    QVERIFY(asked);
    QCOMPARE(encodePythonCallback(*asked, {R"([1,"two"])", {}}),
             QByteArray(R"({"args":[1,"two"],"host_id":"h","id":3,"method":"callback","namespace":"/","sid":"S"})"));
    QVERIFY(encodePythonCallback(*asked, {R"([{"_placeholder":true,"num":0}])", {"x"}}).isEmpty());
}

QTEST_APPLESS_MAIN(TestPythonMessage)
#include "tst_pythonmessage.moc"
