// SPDX-License-Identifier: GPL-3.0-or-later
// From JSON of the doors in to publications (spec sections 3, 4, 9): every row of the catalogue, every border.
// links: server_core
#include "core/eventjson.h"
#include "eventsamples.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <QTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

QByteArray compact(const QJsonObject& object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

/// The object with the value at the path replaced, or removed when the value is undefined.
QJsonObject changed(QJsonObject object, const QString& path, const QJsonValue& value)
{
    const qsizetype dot = path.indexOf(u'.');
    if (dot >= 0)
        object[path.first(dot)] = changed(object[path.first(dot)].toObject(), path.sliced(dot + 1), value);
    else if (value.isUndefined())
        object.remove(path);
    else
        object[path] = value;
    return object;
}

QByteArray eventBody(const QByteArray& name, const QByteArray& data)
{
    return "{\"event\":\"" + name + "\",\"data\":" + data + "}";
}

/// `{"event":"call:new","data":{"id":1},…}` with more members.
QByteArray callWith(const QByteArray& members)
{
    return R"({"event":"call:new","data":{"id":1},)" + members + "}";
}

QByteArray batchOf(int count)
{
    QByteArray body = "[";
    for (int i = 0; i < count; ++i)
        body += (i > 0 ? "," : "") + eventBody("call:new", "{\"id\":" + QByteArray::number(i) + "}");
    return body + "]";
}

QByteArray nestedData(int levels)
{
    return "{\"id\":1,\"x\":" + QByteArray(levels - 1, '[') + "7" + QByteArray(levels - 1, ']') + "}";
}

QByteArray joined(const std::vector<QByteArray>& channels)
{
    return QByteArrayList(channels.begin(), channels.end()).join('|');
}

Result<void> everybody(const QByteArray&)
{
    return {};
}

QByteArray codeOf(const Error& error)
{
    return error.name();
}

} // namespace

class TestEventJson : public QObject
{
    Q_OBJECT

private slots:
    void everyServiceEventHasASample();
    void samples_data();
    void samples();
    void missingFields_data();
    void missingFields();
    void wrongTypes_data();
    void wrongTypes();
    void nulls_data();
    void nulls();
    void fieldTypes_data();
    void fieldTypes();
    void serverEventsAreRefused();
    void names_data();
    void names();
    void channels_data();
    void channels();
    void defaultChannels_data();
    void defaultChannels();
    void dataIsKept_data();
    void dataIsKept();
    void malformed_data();
    void malformed();
    void depth();
    void notAnEvent_data();
    void notAnEvent();
    void batches_data();
    void batches();
    void batchIsRefusedWhole();
    void idempotencyKeys_data();
    void idempotencyKeys();
    void conflateKeys();
    void unknownEventsWhenNotStrict();
    void broadcasts_data();
    void broadcasts();
    void broadcastRefusals_data();
    void broadcastRefusals();
    void broadcastOfAStranger();
    void worksAfterRefusals();

private:
    const Catalog m_catalog;
    EventJson m_json{m_catalog, {}};
};

void TestEventJson::everyServiceEventHasASample()
{
    QSet<QByteArray> names;
    for (const Sample& sample : kSamples)
        names.insert(sample.name);
    for (const EventSpec& row : m_catalog.all())
        QVERIFY2((row.publisher == Publisher::Service) == names.contains(row.name), row.name.constData());
}

void TestEventJson::samples_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QByteArray>("channels");
    for (const Sample& sample : kSamples)
        QTest::newRow(sample.name) << QByteArray(sample.name) << QByteArray(sample.data) << QByteArray(sample.channels);
}

void TestEventJson::samples()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, data);
    QFETCH(QByteArray, channels);
    const auto published = m_json.decodePublish(eventBody(name, data));
    QVERIFY2(published.ok(), published ? "" : published.error().toJson().constData());
    QCOMPARE(published->events.size(), size_t{1});
    QVERIFY(!published->batch);
    const Publication& publication = published->events.front();
    QCOMPARE(publication.name, name);
    QCOMPARE(publication.version, 1);
    QCOMPARE(publication.data, data);
    QCOMPARE(joined(publication.channels), channels.replace(' ', '|'));
}

void TestEventJson::missingFields_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QByteArray>("path");
    for (const Sample& sample : kSamples) {
        const QJsonObject whole = QJsonDocument::fromJson(sample.data).object();
        for (const QByteArray& word : QByteArray(sample.required).split(' ')) {
            const QByteArray path = word.first(word.indexOf('=') < 0 ? word.size() : word.indexOf('='));
            if (path.isEmpty())
                continue;
            QTest::addRow("%s without %s", sample.name, path.constData())
                << QByteArray(sample.name) << compact(changed(whole, QString::fromLatin1(path), QJsonValue::Undefined))
                << path;
        }
    }
}

void TestEventJson::missingFields()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, data);
    QFETCH(QByteArray, path);
    const auto published = m_json.decodePublish(eventBody(name, data));
    QVERIFY(!published.ok());
    QCOMPARE(codeOf(published.error()), "invalid_field"_ba);
    QCOMPARE(published.error().field, QByteArray("data." + path));
    const auto batch =
        m_json.decodePublish(QByteArray("[" + eventBody("call:new", "{\"id\":1}") + "," + eventBody(name, data) + "]"));
    QVERIFY(!batch.ok());
    QCOMPARE(batch.error().field, QByteArray("events[1].data." + path));
}

void TestEventJson::wrongTypes_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QByteArray>("path");
    for (const Sample& sample : kSamples) {
        const QJsonObject whole = QJsonDocument::fromJson(sample.data).object();
        for (const QByteArray& word : QByteArray(sample.required).split(' ')) {
            const QByteArrayList parts = word.split('=');
            const QByteArray kind = parts.size() > 1 ? parts[1] : "b"_ba;
            if (word.isEmpty() || kind == "a")
                continue;
            const QJsonValue wrong = kind == "b" ? QJsonValue(true) : QJsonValue(u"yes"_s);
            QTest::addRow("%s with wrong %s", sample.name, parts[0].constData())
                << QByteArray(sample.name) << compact(changed(whole, QString::fromLatin1(parts[0]), wrong)) << parts[0];
        }
    }
}

void TestEventJson::wrongTypes()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, data);
    QFETCH(QByteArray, path);
    const auto published = m_json.decodePublish(eventBody(name, data));
    QVERIFY(!published.ok());
    QCOMPARE(codeOf(published.error()), "invalid_field"_ba);
    QCOMPARE(published.error().field, QByteArray("data." + path));
}

void TestEventJson::nulls_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QByteArray>("refused");
    QTest::newRow("nullable") << "dialog.status.changed"_ba
                              << R"({"dialog_id":1,"old_status":null,"new_status":"a","sequence":1})"_ba
                              << QByteArray();
    QTest::newRow("not nullable") << "dialog.status.changed"_ba
                                  << R"({"dialog_id":1,"old_status":"a","new_status":null,"sequence":1})"_ba
                                  << "data.new_status"_ba;
    QTest::newRow("id") << "call:new"_ba
                        << R"({"id":null})"_ba
                        << "data.id"_ba;
    QTest::newRow("optional") << "call:new"_ba
                              << R"({"id":1,"operatorId":null,"status":null})"_ba << QByteArray();
    QTest::newRow("parent") << "dialog.message.created"_ba
                            << R"({"dialog_id":1,"message":null,"sequence":1})"_ba
                            << "data.message"_ba;
    QTest::newRow("any") << "worker.job.progress"_ba
                         << R"({"job_id":1,"status":"a","progress_pct":1,"eta":null,"details":null})"_ba
                         << QByteArray();
}

void TestEventJson::nulls()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, data);
    QFETCH(QByteArray, refused);
    const auto published = m_json.decodePublish(eventBody(name, data));
    QCOMPARE(published.ok(), refused.isEmpty());
    if (!published)
        QCOMPARE(published.error().field, refused);
}

void TestEventJson::fieldTypes_data()
{
    QTest::addColumn<QByteArray>("member");
    QTest::addColumn<bool>("isAccepted");
    const auto add = [](const char* member, bool isAccepted) {
        QTest::newRow(member) << QByteArray(member) << isAccepted;
    };
    add(R"("id":0)", true);
    add(R"("id":-5)", true);
    add(R"("id":18446744073709551615)", true);
    add(R"("id":"a")", true);
    add(R"("id":"")", false);
    add(R"("id":1.0)", false);
    add(R"("id":1e3)", false);
    add(R"("id":{})", false);
    add(R"("id":[1])", false);
    add(R"("id":1,"duration":1)", true);
    add(R"("id":1,"duration":1.5)", true);
    add(R"("id":1,"duration":"1")", false);
    add(R"("id":1,"status":1)", false);
    add(R"("id":1,"status":"")", true);
    add(R"("id":1,"unheard":[{}])", true);
}

void TestEventJson::fieldTypes()
{
    QFETCH(QByteArray, member);
    QFETCH(bool, isAccepted);
    QCOMPARE(m_json.decodePublish(eventBody("call:ended", "{" + member + "}")).ok(), isAccepted);
}

void TestEventJson::serverEventsAreRefused()
{
    for (const char* name : {"connection.established", "connection.ping", "connection.pong", "connection.closed",
                             "heartbeat", "warning", "error"}) {
        const auto published = m_json.decodePublish(
            "{\"event\":\"" + QByteArray(name) +
            R"(","channel":"staff","data":{"client_id":1,"connection_type":"","timestamp":1,"reason":"","code":1}})");
        QVERIFY2(!published.ok(), name);
        QCOMPARE(codeOf(published.error()), "invalid_field"_ba);
        QCOMPARE(published.error().field, "event"_ba);
    }
}

void TestEventJson::names_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("field");
    const auto add = [](const char* members, const char* code, const char* field) {
        QTest::newRow(members) << QByteArray(members) << QByteArray(code) << QByteArray(field);
    };
    add(R"("event":"call:new")", "", "");
    add(R"("name":"call:new")", "", "");
    add(R"("event":"call:new@v1")", "", "");
    add(R"("event":"call:new","version":1)", "", "");
    add(R"("event":"call:new","version":null)", "", "");
    add(R"("event":"call:new@v2","version":1)", "", "");
    add(R"("event":"call:new@v2")", "unknown_event", "event");
    add(R"("event":"call:new","version":2)", "unknown_event", "event");
    add(R"("event":"call:old")", "unknown_event", "event");
    add(R"("event":"call:new@v0")", "invalid_field", "event");
    add(R"("event":"call:new@v")", "invalid_field", "event");
    add(R"("event":"call:new@v-1")", "invalid_field", "event");
    add(R"("event":"call:new@v+1")", "invalid_field", "event");
    add(R"("event":"call:new@v 1")", "invalid_field", "event");
    add(R"("event":"call:new@v1 ")", "invalid_field", "event");
    add(R"("event":"call:new@v01")", "invalid_field", "event");
    add(R"("event":"call:new@v1@v1")", "invalid_field", "event");
    add(R"("event":"call:new@v0x1")", "invalid_field", "event");
    add(R"("event":"call:new@v10001")", "invalid_field", "event");
    add(R"("event":"call:new@v99999999999999999999")", "invalid_field", "event");
    add(R"("event":"call:new@1")", "invalid_field", "event");
    add(R"("event":"@v1")", "invalid_field", "event");
    add(R"("event":"call new")", "invalid_field", "event");
    add(R"("event":" call:new")", "invalid_field", "event");
    add(R"("event":"звонок")", "invalid_field", "event");
    add(R"("event":"call:new\u0000")", "invalid_field", "event");
    add(R"("event":"call:new\n")", "invalid_field", "event");
    add(R"("event":"")", "invalid_field", "event");
    add(R"("event":5)", "invalid_field", "event");
    add(R"("x":1)", "invalid_field", "event");
    add(R"("event":"call:new","version":0)", "invalid_field", "version");
    add(R"("event":"call:new","version":-1)", "invalid_field", "version");
    add(R"("event":"call:new","version":"1")", "invalid_field", "version");
    add(R"("event":"call:new","version":1.5)", "invalid_field", "version");
    add(R"("event":"call:new","version":4294967297)", "invalid_field", "version");
    add(R"("event":"call:new","version":18446744073709551615)", "invalid_field", "version");
}

void TestEventJson::names()
{
    QFETCH(QByteArray, members);
    QFETCH(QByteArray, code);
    QFETCH(QByteArray, field);
    const auto published = m_json.decodePublish("{" + members + R"(,"data":{"id":1}})");
    QCOMPARE(published.ok(), code.isEmpty());
    if (published) {
        QCOMPARE(published->events.front().name, "call:new"_ba);
        QCOMPARE(published->events.front().version, 1);
        return;
    }
    QCOMPARE(codeOf(published.error()), code);
    QCOMPARE(published.error().field, field);
}

void TestEventJson::channels_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<QByteArray>("channels"); // joined by '|'; empty: refused
    const auto add = [](const char* members, const char* channels) {
        QTest::newRow(members) << QByteArray(members) << QByteArray(channels);
    };
    add(R"("channels":["a","b"])", "a|b");
    add(R"("channels":["b","a","b"])", "b|a");
    add(R"("channels":["city:Саратов"])", "city:Саратов");
    add(R"("channels":"a")", "a");
    add(R"("channel":"a")", "a");
    add(R"("channel":["a","b"])", "a|b");
    add(R"("channels":["a"],"channel":"b")", "a");
    add(R"("channels":[])", "operators");
    add(R"("channels":null)", "operators");
    add(R"("channels":"")", "");
    add(R"("channels":[""])", "");
    add(R"("channels":["a",5])", "");
    add(R"("channels":["a",null])", "");
    add(R"("channels":[["a"]])", "");
    add(R"("channels":{"a":1})", "");
    add(R"("channels":5)", "");
    add(R"("channels":["a,b"])", "");
    add(R"("channels":["a\u0000"])", "");
    add(R"("channels":["a\n"])", "");
    add(R"("channels":["dialog:"])", "");
    QByteArrayList many;
    for (int i = 0; i < 100; ++i)
        many.append(QByteArray::number(i));
    QTest::newRow("100 channels") << QByteArray("\"channels\":[\"" + many.join("\",\"") + "\"]") << many.join('|');
    QTest::newRow("101 channels") << QByteArray("\"channels\":[\"" + many.join("\",\"") + "\",\"x\"]") << QByteArray();
    QTest::newRow("200 bytes") << QByteArray("\"channel\":\"" + QByteArray(200, 'x') + "\"") << QByteArray(200, 'x');
    QTest::newRow("201 bytes") << QByteArray("\"channel\":\"" + QByteArray(201, 'x') + "\"") << QByteArray();
}

void TestEventJson::channels()
{
    QFETCH(QByteArray, members);
    QFETCH(QByteArray, channels);
    const auto published = m_json.decodePublish(callWith(members));
    QCOMPARE(published.ok(), !channels.isEmpty());
    if (published) {
        QCOMPARE(joined(published->events.front().channels), channels);
        return;
    }
    QCOMPARE(codeOf(published.error()), "invalid_field"_ba);
    QCOMPARE(published.error().field, "channels"_ba);
}

void TestEventJson::defaultChannels_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QByteArray>("channels"); // empty: refused
    const auto add = [](const char* row, const char* name, const char* data, const char* channels) {
        QTest::newRow(row) << QByteArray(name) << QByteArray(data) << QByteArray(channels);
    };
    add("Cyrillic city", "order:new", R"({"id":1,"city":"Нижний Новгород"})",
        "operators|directors|city:Нижний Новгород");
    add("escaped Cyrillic city", "order:new", R"({"id":1,"city":"\u0421"})", "operators|directors|city:С");
    add("no city", "order:new", R"({"id":1})", "operators|directors");
    add("null city", "order:new", R"({"id":1,"city":null})", "operators|directors");
    add("empty city", "order:new", R"({"id":1,"city":""})", "operators|directors");
    add("largest id", "call:new", R"({"id":1,"operatorId":18446744073709551615})",
        "operators|operator:18446744073709551615");
    add("id of text", "call:new", R"({"id":1,"operatorId":"a:b"})", "operators|operator:a:b");
    add("both templates", "order:updated", R"({"id":"x","city":"Пенза"})", "operators|directors|order:x|city:Пенза");
    add("no session", "chat.session.created", "{}", "staff");
    add("typing", "typing.start", R"({"dialog_id":-3,"actor":{"type":"ai","name":null},"timestamp":1})", "dialog:-3");
}

void TestEventJson::defaultChannels()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, data);
    QFETCH(QByteArray, channels);
    const auto published = m_json.decodePublish(eventBody(name, data));
    QVERIFY2(published.ok(), published ? "" : published.error().toJson().constData());
    QCOMPARE(joined(published->events.front().channels), channels);
}

void TestEventJson::dataIsKept_data()
{
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QByteArray>("kept");
    const auto add = [](const char* row, const QByteArray& data, const QByteArray& kept) {
        QTest::newRow(row) << data << kept;
    };
    const QByteArray order = R"({"z":1,"id":1,"a":{"y":[],"b":{}},"A":null,"":true})";
    add("order of members", order, order);
    const QByteArray digits =
        R"({"id":1234567890123456789,"n":-9223372036854775808,"u":18446744073709551615,"m":9007199254740993})";
    add("all digits", digits, digits);
    add("white space", "{ \"id\" : 1 ,\n\t\"a\" : [ 1 , 2 ] }\r\n", R"({"id":1,"a":[1,2]})");
    add("fraction", R"({"id":1,"a":12345.67,"b":-0.1})", R"({"id":1,"a":12345.67,"b":-0.1})");
    add("escapes", R"({"id":"\"\\\/\b\f\n\r\t"})", R"({"id":"\"\\/\b\f\n\r\t"})");
    add("escaped Cyrillic", R"({"id":"\u041f"})", R"({"id":"П"})");
    add("emoji", R"({"id":"\ud83d\ude00"})", "{\"id\":\"\xf0\x9f\x98\x80\"}");
    add("NUL", R"({"id":"a\u0000b"})", R"({"id":"a\u0000b"})");
    add("control in a name", R"({"id":1,"\n":2})", R"({"id":1,"\n":2})");
}

void TestEventJson::dataIsKept()
{
    QFETCH(QByteArray, data);
    QFETCH(QByteArray, kept);
    const auto published = m_json.decodePublish(eventBody("call:new", data));
    QVERIFY2(published.ok(), published ? "" : published.error().toJson().constData());
    QCOMPARE(published->events.front().data, kept);
    QVERIFY(published->events.front().data.isValidUtf8());
    QVERIFY(!published->events.front().data.contains('\n'));
}

void TestEventJson::malformed_data()
{
    QTest::addColumn<QByteArray>("body");
    const QByteArray good = eventBody("call:new", R"({"id":1})");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("white space") << " \n"_ba;
    QTest::newRow("cut") << good.chopped(1);
    QTest::newRow("trailing garbage") << QByteArray(good + "x");
    QTest::newRow("two events") << QByteArray(good + good);
    QTest::newRow("two lines") << QByteArray(good + "\n" + good);
    QTest::newRow("BOM") << QByteArray("\xef\xbb\xbf" + good);
    QTest::newRow("NUL after") << QByteArray(good + QByteArray(1, '\0'));
    QTest::newRow("UTF-16") << QByteArray("{\0\"\0", 4);
    QTest::newRow("member twice") << callWith(R"("event":"call:new")");
    QTest::newRow("data member twice") << eventBody("call:new", R"({"id":1,"id":2})");
    QTest::newRow("deep member twice") << eventBody("call:new", R"({"id":1,"a":[{"b":1,"b":1}]})");
    QTest::newRow("invalid UTF-8") << eventBody("call:new", "{\"id\":\"\xff\"}");
    QTest::newRow("lone high surrogate") << eventBody("call:new", R"({"id":"\ud800"})");
    QTest::newRow("lone low surrogate") << eventBody("call:new", R"({"id":"\udc00"})");
    QTest::newRow("raw NUL") << eventBody("call:new", QByteArray("{\"id\":\"\0\"}", 10));
    QTest::newRow("integer of 20 nines") << eventBody("call:new", R"({"id":99999999999999999999})");
    QTest::newRow("integer of 400 digits") << eventBody("call:new", "{\"id\":" + QByteArray(400, '9') + "}");
    QTest::newRow("infinite") << eventBody("call:new", R"({"id":1,"duration":1e400})");
    QTest::newRow("leading zero") << eventBody("call:new", R"({"id":007})");
    QTest::newRow("NaN") << eventBody("call:new", R"({"id":NaN})");
    QTest::newRow("one million levels") << QByteArray(1'000'000, '[');
}

void TestEventJson::malformed()
{
    QFETCH(QByteArray, body);
    const auto published = m_json.decodePublish(body);
    QVERIFY(!published.ok());
    QCOMPARE(codeOf(published.error()), "bad_json"_ba);
    const auto broadcast = m_json.decodeBroadcast(body, "call:new", {"data"}, everybody);
    QVERIFY(!broadcast.ok());
    QCOMPARE(codeOf(broadcast.error()), "bad_json"_ba);
}

void TestEventJson::depth()
{
    // The event object is the first level.
    QVERIFY(m_json.decodePublish(eventBody("call:new", nestedData(31))).ok());
    const auto tooDeep = m_json.decodePublish(eventBody("call:new", nestedData(32)));
    QVERIFY(!tooDeep.ok());
    QCOMPARE(codeOf(tooDeep.error()), "bad_json"_ba);
    EventJson shallow(m_catalog, {.maxDepth = 2});
    QVERIFY(shallow.decodePublish(eventBody("call:new", R"({"id":1})")).ok());
    QVERIFY(!shallow.decodePublish(eventBody("call:new", R"({"id":1,"a":[1]})")).ok());
}

void TestEventJson::notAnEvent_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("field");
    QTest::newRow("number") << "5"_ba << QByteArray();
    QTest::newRow("string") << "\"call:new\""_ba << QByteArray();
    QTest::newRow("null") << "null"_ba << QByteArray();
    QTest::newRow("empty object") << "{}"_ba
                                  << "event"_ba;
    QTest::newRow("array of numbers") << "[1]"_ba
                                      << "events[0]"_ba;
    QTest::newRow("array in array") << "[[]]"_ba
                                    << "events[0]"_ba;
    QTest::newRow("no data") << R"({"event":"call:new"})"_ba
                             << "data"_ba;
    QTest::newRow("null data") << R"({"event":"call:new","data":null})"_ba
                               << "data"_ba;
    QTest::newRow("text data") << R"({"event":"call:new","data":"{}"})"_ba
                               << "data"_ba;
    QTest::newRow("array data") << R"({"event":"call:new","data":[]})"_ba
                                << "data"_ba;
    QTest::newRow("no data in a batch") << R"([{"event":"call:new"}])"_ba
                                        << "events[0].data"_ba;
    QTest::newRow("no data where nothing is required") << R"({"event":"chat.session.created"})"_ba
                                                       << "data"_ba;
}

void TestEventJson::notAnEvent()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, field);
    const auto published = m_json.decodePublish(body);
    QVERIFY(!published.ok());
    QCOMPARE(codeOf(published.error()), "invalid_field"_ba);
    QCOMPARE(published.error().field, field);
}

void TestEventJson::batches_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("count"); // 0: refused
    QTest::newRow("array of one") << batchOf(1) << 1;
    QTest::newRow("array of two") << batchOf(2) << 2;
    QTest::newRow("object") << QByteArray("{\"events\":" + batchOf(3) + "}") << 3;
    QTest::newRow("most") << batchOf(1000) << 1000;
    QTest::newRow("one too many") << batchOf(1001) << 0;
    QTest::newRow("empty array") << "[]"_ba << 0;
    QTest::newRow("empty list") << R"({"events":[]})"_ba << 0;
    QTest::newRow("null list") << R"({"events":null})"_ba << 0;
    QTest::newRow("list of text") << R"({"events":"call:new"})"_ba << 0;
    QTest::newRow("object as list") << R"({"events":{"event":"call:new","data":{"id":1}}})"_ba << 0;
}

void TestEventJson::batches()
{
    QFETCH(QByteArray, body);
    QFETCH(int, count);
    const auto published = m_json.decodePublish(body);
    QCOMPARE(published.ok(), count > 0);
    if (!published) {
        QCOMPARE(codeOf(published.error()), "invalid_field"_ba);
        QCOMPARE(published.error().field, "events"_ba);
        return;
    }
    QVERIFY(published->batch);
    QCOMPARE(published->events.size(), static_cast<size_t>(count));
    for (int i = 0; i < count; ++i)
        QCOMPARE(published->events[static_cast<size_t>(i)].data, QByteArray("{\"id\":" + QByteArray::number(i) + "}"));
}

void TestEventJson::batchIsRefusedWhole()
{
    const QByteArray good = eventBody("call:new", R"({"id":1})");
    const auto field = [&](const QByteArray& bad) {
        const auto published = m_json.decodePublish(QByteArray("{\"events\":[" + good + "," + good + "," + bad + "]}"));
        return published ? "accepted"_ba : published.error().field;
    };
    QCOMPARE(field(eventBody("call:new", "{}")), "events[2].data.id"_ba);
    QCOMPARE(field(eventBody("call:none", "{}")), "events[2].event"_ba);
    QCOMPARE(field(callWith(R"("channels":[""])")), "events[2].channels"_ba);
    QCOMPARE(field(callWith(R"("version":"x")")), "events[2].version"_ba);
    QCOMPARE(field(callWith(R"("idempotency_key":5)")), "events[2].idempotency_key"_ba);
}

void TestEventJson::idempotencyKeys_data()
{
    QTest::addColumn<QByteArray>("member");
    QTest::addColumn<bool>("isAccepted");
    QTest::addColumn<QByteArray>("key");
    QTest::newRow("absent") << R"("x":1)"_ba << true << QByteArray();
    QTest::newRow("null") << R"("idempotency_key":null)"_ba << true << QByteArray();
    QTest::newRow("text") << R"("idempotency_key":"k-1")"_ba << true << "k-1"_ba;
    QTest::newRow("200 bytes") << QByteArray("\"idempotency_key\":\"" + QByteArray(200, 'k') + "\"") << true
                               << QByteArray(200, 'k');
    QTest::newRow("201 bytes") << QByteArray("\"idempotency_key\":\"" + QByteArray(201, 'k') + "\"") << false
                               << QByteArray();
    QTest::newRow("number") << R"("idempotency_key":5)"_ba << false << QByteArray();
    QTest::newRow("object") << R"("idempotency_key":{})"_ba << false << QByteArray();
}

/// A key that cannot be taken is refused: passing over it would let a retry deliver twice.
void TestEventJson::idempotencyKeys()
{
    QFETCH(QByteArray, member);
    QFETCH(bool, isAccepted);
    QFETCH(QByteArray, key);
    const auto published = m_json.decodePublish(callWith(member));
    QCOMPARE(published.ok(), isAccepted);
    if (published) {
        QCOMPARE(published->events.front().idempotencyKey, key);
        return;
    }
    QCOMPARE(codeOf(published.error()), "invalid_field"_ba);
    QCOMPARE(published.error().field, "idempotency_key"_ba);
}

void TestEventJson::conflateKeys()
{
    const auto key = [this](const char* name, const char* data) {
        const auto published = m_json.decodePublish(eventBody(name, data));
        return published ? published->events.front().conflateKey : "refused"_ba;
    };
    const char* anna = R"({"dialog_id":1,"actor":{"type":"client","name":"Анна"},"timestamp":1})";
    const char* olga = R"({"dialog_id":1,"actor":{"type":"client","name":"Ольга"},"timestamp":1})";
    const char* elsewhere = R"({"dialog_id":2,"actor":{"type":"client","name":"Анна"},"timestamp":1})";
    QVERIFY(!key("typing.start", anna).isEmpty());
    QCOMPARE(key("typing.start", anna), key("typing.stop", anna));
    QVERIFY(key("typing.start", anna) != key("typing.start", olga));
    QVERIFY(key("typing.start", anna) != key("typing.start", elsewhere));
    QCOMPARE(key("call:new", R"({"id":1})"), QByteArray());
}

void TestEventJson::unknownEventsWhenNotStrict()
{
    EventJson lax(m_catalog, {.strictCatalog = false});
    const auto published = lax.decodePublish(R"({"event":"weather@v3","channel":"kitchen","data":{"t":1}})");
    QVERIFY(published.ok());
    QCOMPARE(published->events.front().name, "weather"_ba);
    QCOMPARE(published->events.front().version, 3);
    const auto nowhere = lax.decodePublish(R"({"event":"weather","data":{}})");
    QVERIFY(!nowhere.ok());
    QCOMPARE(nowhere.error().field, "channels"_ba);
    QVERIFY(!lax.decodePublish(R"({"event":"weather","channel":"kitchen"})").ok());
    // A known name keeps its versions and its fields.
    QVERIFY(!lax.decodePublish(eventBody("call:new@v9", R"({"id":1})")).ok());
    QVERIFY(!lax.decodePublish(eventBody("call:new", "{}")).ok());
}

void TestEventJson::broadcasts_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("channels");
    QTest::newRow("seed 001") << R"({"token":"s","call":{"id":1,"operatorId":5},"rooms":["operators","operator:5"]})"_ba
                              << "s"_ba
                              << "operators|operator:5"_ba;
    QTest::newRow("no rooms") << R"({"token":"s","call":{"id":1,"operatorId":5}})"_ba
                              << "s"_ba
                              << "operators|operator:5"_ba;
    QTest::newRow("no token") << R"({"call":{"id":1},"rooms":["city:Саратов"]})"_ba << QByteArray()
                              << "city:Саратов"_ba;
    QTest::newRow("null token") << R"({"token":null,"call":{"id":1}})"_ba << QByteArray() << "operators"_ba;
    QTest::newRow("second member") << R"({"data":{"id":1}})"_ba << QByteArray() << "operators"_ba;
    QTest::newRow("both members") << R"({"data":{"id":2},"call":{"id":1}})"_ba << QByteArray() << "operators"_ba;
    QTest::newRow("one room") << R"({"call":{"id":1},"rooms":"x"})"_ba << QByteArray() << "x"_ba;
}

void TestEventJson::broadcasts()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, token);
    QFETCH(QByteArray, channels);
    QByteArrayList asked;
    const auto broadcast = m_json.decodeBroadcast(body, "call:new", {"call", "data"}, [&](const QByteArray& given) {
        asked.append(given);
        return Result<void>();
    });
    QVERIFY2(broadcast.ok(), broadcast ? "" : broadcast.error().toJson().constData());
    QCOMPARE(asked, QByteArrayList{token});
    QCOMPARE(broadcast->name, "call:new"_ba);
    QCOMPARE(broadcast->version, 1);
    QVERIFY(broadcast->data.startsWith("{\"id\":1"));
    QCOMPARE(joined(broadcast->channels), channels);
}

void TestEventJson::broadcastRefusals_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("field");
    QTest::newRow("array") << "[]"_ba
                           << "bad_json"_ba << QByteArray();
    QTest::newRow("no member") << R"({"token":"s"})"_ba
                               << "invalid_field"_ba
                               << "call"_ba;
    QTest::newRow("wrong member") << R"({"order":{"id":1}})"_ba
                                  << "invalid_field"_ba
                                  << "call"_ba;
    QTest::newRow("member of text") << R"({"call":"x"})"_ba
                                    << "invalid_field"_ba
                                    << "call"_ba;
    QTest::newRow("field") << R"({"call":{}})"_ba
                           << "invalid_field"_ba
                           << "call.id"_ba;
    QTest::newRow("rooms") << R"({"call":{"id":1},"rooms":[1]})"_ba
                           << "invalid_field"_ba
                           << "rooms"_ba;
}

void TestEventJson::broadcastRefusals()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, code);
    QFETCH(QByteArray, field);
    const auto broadcast = m_json.decodeBroadcast(body, "call:new", {"call", "data"}, everybody);
    QVERIFY(!broadcast.ok());
    QCOMPARE(codeOf(broadcast.error()), code);
    QCOMPARE(broadcast.error().field, field);
}

/// Whatever else is wrong with the body, a stranger learns only that he is one.
void TestEventJson::broadcastOfAStranger()
{
    for (const char* body : {R"({"call":{"id":1}})", R"({"call":{}})", R"({"token":"x","rooms":5})", "{}"}) {
        const auto broadcast = m_json.decodeBroadcast(
            body, "call:new", {"call"}, [](const QByteArray&) { return Result<void>(Error(ErrorCode::Unauthorized)); });
        QVERIFY2(!broadcast.ok(), body);
        QCOMPARE(codeOf(broadcast.error()), "unauthorized"_ba);
    }
}

/// The parser's buffers are used again: nothing of a refused body shows up in the next.
void TestEventJson::worksAfterRefusals()
{
    for (int round = 0; round < 100; ++round) {
        QVERIFY(!m_json.decodePublish(QByteArray(round * 50, '[')).ok());
        const QByteArray data = "{\"id\":" + QByteArray::number(round) + "}";
        const auto published = m_json.decodePublish(eventBody("call:new", data));
        QVERIFY(published.ok());
        QCOMPARE(published->events.front().data, data);
    }
}

QTEST_GUILESS_MAIN(TestEventJson)
#include "tst_eventjson.moc"
