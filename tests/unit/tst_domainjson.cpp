// SPDX-License-Identifier: GPL-3.0-or-later
// What services say through queues, as events of the catalogue; and everything else refused with a reason.
// links: server_core
#include "core/domainjson.h"
#include "core/foreignjson.h"

#include <QTest>

using namespace signalbox;

namespace {

using DomainChannels = std::vector<QByteArray>;

const QByteArray kReminder = R"({"task_id":"t-1","remind_at":"2025-11-08T10:30:11Z","channel":"sse"})";

} // namespace

class TestDomainJson : public QObject
{
    Q_OBJECT

private slots:
    void envelope();
    void dataAlone();
    void looseCatalogKeepsToTheQueue();
    void refuses_data();
    void refuses();
    void queuedChat();

private:
    const Catalog m_catalog;
    DomainJson m_json{m_catalog, {}};
};

void TestDomainJson::envelope()
{
    for (const char* member : {"type", "event"}) {
        const QByteArray text = QByteArray(R"({"specversion":"1.0","id":"17","source":"/crm",")") + member +
                                R"(":"task.reminder","time":"now","data":)" + kReminder + '}';
        const auto message = m_json.decode("stream:deals", "beside", text);
        QVERIFY(message.ok());
        QCOMPARE(message->event.name, "task.reminder");
        QCOMPARE(message->event.data, kReminder);
        QVERIFY(message->event.channels == DomainChannels{"stream:tasks"}); // the catalogue's, not the queue's
        QCOMPARE(message->id, "/crm\n17");
    }
    const auto nameless = m_json.decode("stream:tasks", {}, R"({"type":"task.reminder","data":)" + kReminder + '}');
    QVERIFY(nameless.ok());
    QVERIFY(nameless->id.isEmpty());
}

void TestDomainJson::dataAlone()
{
    const auto message = m_json.decode("stream:tasks", "task.reminder", kReminder);
    QVERIFY(message.ok());
    QCOMPARE(message->event.name, "task.reminder");
    QCOMPARE(message->event.data, kReminder);
    QVERIFY(message->id.isEmpty());
    // A member `id` or `type` of the data is not an envelope's.
    const auto notification =
        m_json.decode("stream:notifications", "notification", R"({"id":"n-1","type":"info","message":"m"})");
    QVERIFY(notification.ok());
    QCOMPARE(notification->event.name, "notification");
    QVERIFY(notification->id.isEmpty());
}

void TestDomainJson::looseCatalogKeepsToTheQueue()
{
    EventJson::Limits limits;
    limits.strictCatalog = false;
    DomainJson loose(m_catalog, limits);
    const auto message = loose.decode("stream:deals", {}, R"({"type":"deal.won","data":{"deal_id":1}})");
    QVERIFY(message.ok());
    QVERIFY(message->event.channels == DomainChannels{"stream:deals"});
}

void TestDomainJson::refuses_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("code");
    const auto row = [](const char* title, const QByteArray& name, const QByteArray& text, ErrorCode code) {
        QTest::newRow(title) << name << text << static_cast<int>(code);
    };
    row("nothing", {}, {}, ErrorCode::BadJson);
    row("array", {}, "[]", ErrorCode::BadJson);
    row("invalid UTF-8", {}, "{\"type\":\"task.\xff\",\"data\":{}}", ErrorCode::BadJson);
    row("no name", {}, kReminder, ErrorCode::InvalidField);
    row("name of another type", {}, R"({"type":{},"data":{}})", ErrorCode::InvalidField);
    row("data is null", {}, R"({"type":"task.reminder","data":null})", ErrorCode::InvalidField);
    row("unknown", "crm.domain", kReminder, ErrorCode::UnknownEvent);
    row("data is no object", {}, R"({"type":"task.reminder","data":"text"})", ErrorCode::InvalidField);
}

void TestDomainJson::refuses()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, text);
    QFETCH(int, code);
    const auto message = m_json.decode("stream:tasks", name, text);
    QVERIFY(!message);
    QCOMPARE(static_cast<int>(message.error().code), code);
}

void TestDomainJson::queuedChat()
{
    ForeignJson json(m_catalog, {}, "ours");
    const QByteArray data = R"({"id":1,"sender_type":"ai","body":"b","created_at":"n"})";
    const auto message = json.decodeQueuedChat(R"({"type":"chat.message","session_id":17,"data":)" + data + '}');
    QVERIFY(message.ok() && *message);
    QVERIFY((*message)->channels == (DomainChannels{"dialog:17", "staff"}));
    QCOMPARE((*message)->data, data);
    const auto inData =
        json.decodeQueuedChat(R"({"type":"chat.session.status","data":{"session_id":"s-1","status":"closed"}})");
    QVERIFY(inData.ok() && *inData);
    QVERIFY((*inData)->channels == (DomainChannels{"dialog:s-1", "staff"}));
    const auto alert = json.decodeQueuedChat(R"({"type":"chat.alert","data":{"unread_count":3}})");
    QVERIFY(alert.ok() && *alert);
    QVERIFY((*alert)->channels == DomainChannels{"staff"});
    const auto lost = json.decodeQueuedChat(R"({"type":"chat.message","data":)" + data + '}');
    QVERIFY(!lost);
    QCOMPARE(lost.error().field, "session_id");
    const auto own = json.decodeQueuedChat(R"({"type":"chat.alert","data":{"unread_count":3},"origin":"ours"})");
    QVERIFY(own.ok() && !*own);
}

QTEST_GUILESS_MAIN(TestDomainJson)
#include "tst_domainjson.moc"
