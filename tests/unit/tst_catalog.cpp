// SPDX-License-Identifier: GPL-3.0-or-later
// The event catalogue (spec section 3): complete, consistent, and told to clients as it is.
// links: server_core
#include "core/channel.h"
#include "shared/catalog.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <QTest>

#include <algorithm>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

/// Every name of spec section 3, in its order.
/// The desk's own, of the server alone but with channels to go to.
const QByteArrayList kDesksOwn{"dialog.read.updated", "dialog.note.created", "dialog.tags.changed", "canned.updated"};

const QByteArrayList kNames{"dialog.read.updated",
                            "dialog.note.created",
                            "dialog.tags.changed",
                            "canned.updated",
                            "dialog.whisper",
                            "connection.established",
                            "connection.ping",
                            "connection.pong",
                            "connection.closed",
                            "dialog.message.created",
                            "dialog.message.updated",
                            "dialog.status.changed",
                            "typing.start",
                            "typing.stop",
                            "operator.typing",
                            "handoff.requested",
                            "handoff.started",
                            "handoff.released",
                            "handoff.cancelled",
                            "handoff.queue.updated",
                            "operator.handling",
                            "operator.presence.updated",
                            "billing.balance.updated",
                            "payment.status.changed",
                            "worker.job.progress",
                            "system.health.alert",
                            "ai.provider.status",
                            "call:new",
                            "call:updated",
                            "call:ended",
                            "order:new",
                            "order:updated",
                            "order:master-assigned",
                            "order:status-changed",
                            "notification",
                            "user:online",
                            "user:offline",
                            "chat.message",
                            "chat.session.created",
                            "chat.session.assigned",
                            "chat.session.status",
                            "chat.alert",
                            "deal.created",
                            "deal.updated",
                            "deal.journal.appended",
                            "policy.status.changed",
                            "calculation.added",
                            "task.created",
                            "task.updated",
                            "task.reminder",
                            "notification.sent",
                            "notification.read",
                            "payment.overdue",
                            "heartbeat",
                            "warning",
                            "error"};

const QByteArrayList kServerOnly{"dialog.read.updated",
                                 "dialog.note.created",
                                 "dialog.tags.changed",
                                 "canned.updated",
                                 "dialog.whisper",
                                 "connection.established",
                                 "connection.ping",
                                 "connection.pong",
                                 "connection.closed",
                                 "heartbeat",
                                 "warning",
                                 "error"};

/// The fields that the templates of a row name, e.g. "dialog_id".
QByteArrayList templatePaths(const QByteArray& pattern)
{
    QByteArrayList paths;
    for (qsizetype open = pattern.indexOf('{'); open >= 0; open = pattern.indexOf('{', open + 1))
        paths.append(pattern.mid(open + 1, pattern.indexOf('}', open) - open - 1));
    return paths;
}

} // namespace

class TestCatalog : public QObject
{
    Q_OBJECT

private slots:
    void holdsExactlyTheSpecsEvents();
    void onlyTheServerSaysItsOwn();
    void unknownNames_data();
    void unknownNames();
    void servedVersions_data();
    void servedVersions();
    void fieldsAreConsistent();
    void templatesAreConsistent();
    void typingAndPresenceConflate();
    void json();
    void typeNames();
};

void TestCatalog::holdsExactlyTheSpecsEvents()
{
    const Catalog catalog;
    QByteArrayList names;
    for (const EventSpec& row : catalog.all()) {
        names.append(row.name);
        QCOMPARE(catalog.find(row.name, row.version), &row);
    }
    for (const QByteArray& name : kNames) {
        QVERIFY2(catalog.knows(name), name.constData());
        QVERIFY2(catalog.find(name, 1), name.constData());
    }
    QCOMPARE(names.size(), kNames.size());
}

void TestCatalog::onlyTheServerSaysItsOwn()
{
    const Catalog catalog;
    for (const EventSpec& row : catalog.all())
        QVERIFY2((row.publisher == Publisher::Server) == kServerOnly.contains(row.name), row.name.constData());
}

void TestCatalog::unknownNames_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const char* name : {"", "dialog", "Heartbeat", "heartbeat ", "heartbeat@v1", "call.new"})
        QTest::addRow("'%s'", name) << QByteArray(name);
    QTest::newRow("NUL after") << QByteArray("heartbeat\0", 10);
}

void TestCatalog::unknownNames()
{
    QFETCH(QByteArray, name);
    const Catalog catalog;
    QVERIFY(!catalog.knows(name));
    QVERIFY(!catalog.find(name, 1));
    QCOMPARE(catalog.servedVersion(name, 1), 0);
}

void TestCatalog::servedVersions_data()
{
    QTest::addColumn<int>("wanted");
    for (const int wanted : {-1, 0, 1, 2, 10'000})
        QTest::addRow("%d", wanted) << wanted;
}

/// Only first versions are known: whatever is asked, that one is served.
void TestCatalog::servedVersions()
{
    QFETCH(int, wanted);
    const Catalog catalog;
    QCOMPARE(catalog.servedVersion("deal.updated", wanted), 1);
    QCOMPARE(catalog.find("deal.updated", wanted) != nullptr, wanted == 1);
}

void TestCatalog::fieldsAreConsistent()
{
    const Catalog catalog;
    for (const EventSpec& row : catalog.all()) {
        QSet<QByteArray> paths;
        for (const FieldSpec& field : row.fields) {
            const QByteArray where = row.name + ' ' + field.path;
            QVERIFY2(!field.path.isEmpty() && !paths.contains(field.path), where.constData());
            paths.insert(field.path);
            const qsizetype dot = field.path.lastIndexOf('.');
            if (dot < 0)
                continue;
            const auto parent = std::find_if(row.fields.begin(), row.fields.end(), [&](const FieldSpec& other) {
                return other.path == field.path.first(dot);
            });
            QVERIFY2(parent != row.fields.end() && parent->type == FieldType::Object, where.constData());
        }
    }
}

void TestCatalog::templatesAreConsistent()
{
    const Catalog catalog;
    for (const EventSpec& row : catalog.all()) {
        const bool goesNowhere = row.publisher == Publisher::Server && !kDesksOwn.contains(row.name);
        QVERIFY2(row.channels.isEmpty() == goesNowhere, row.name.constData());
        for (const QByteArray& pattern : row.channels) {
            QByteArray filled = pattern;
            for (const QByteArray& path : templatePaths(pattern))
                filled.replace(QByteArray("{" + path + "}"), "deals");
            QVERIFY2(isValidChannelName(filled), pattern.constData());
            QVERIFY2(parseChannel(filled).kind != ChannelKind::Other, pattern.constData());
        }
        for (const QByteArray& path : templatePaths(row.conflate)) {
            QVERIFY2(std::any_of(row.fields.begin(), row.fields.end(),
                                 [&](const FieldSpec& field) { return field.path == path; }),
                     row.conflate.constData());
        }
    }
}

/// Spec section 8: conflate is for typing and presence; a typing.stop must replace the typing.start it ends.
void TestCatalog::typingAndPresenceConflate()
{
    const Catalog catalog;
    QVERIFY(!catalog.find("typing.start", 1)->conflate.isEmpty());
    QCOMPARE(catalog.find("typing.start", 1)->conflate, catalog.find("typing.stop", 1)->conflate);
    QVERIFY(!catalog.find("operator.presence.updated", 1)->conflate.isEmpty());
    for (const char* name : {"dialog.message.created", "chat.message", "order:new", "handoff.started", "deal.updated"})
        QVERIFY2(catalog.find(name, 1)->conflate.isEmpty(), name);
}

void TestCatalog::json()
{
    const Catalog catalog;
    const QJsonObject body = QJsonDocument::fromJson(catalog.toJson(true)).object();
    QCOMPARE(body.value("strict"_L1).toBool(), true);
    QCOMPARE(QJsonDocument::fromJson(catalog.toJson(false)).object().value("strict"_L1).toBool(true), false);
    const QJsonArray events = body.value("events"_L1).toArray();
    QCOMPARE(events.size(), kNames.size());
    for (const QJsonValue& event : events) {
        const EventSpec* row = catalog.find(event["name"_L1].toString().toUtf8(), event["version"_L1].toInt());
        QVERIFY(row);
        QCOMPARE(event["fields"_L1].toArray().size(), row->fields.size());
        QCOMPARE(event["channels"_L1].toArray().size(), row->channels.size());
        QCOMPARE(event["publishers"_L1].toArray().contains(u"service"_s), row->publisher == Publisher::Service);
        QVERIFY(event["publishers"_L1].toArray().contains(u"server"_s));
        for (qsizetype i = 0; i < row->fields.size(); ++i) {
            const QJsonValue field = event["fields"_L1].toArray().at(i);
            QCOMPARE(field["name"_L1].toString().toUtf8(), row->fields[i].path);
            QCOMPARE(field["type"_L1].toString().toUtf8(), QByteArray(fieldTypeName(row->fields[i].type)));
            QCOMPARE(field["required"_L1].toBool(), row->fields[i].required);
            QCOMPARE(field["nullable"_L1].toBool(), row->fields[i].nullable);
        }
    }
}

void TestCatalog::typeNames()
{
    QCOMPARE(QByteArray(fieldTypeName(FieldType::String)), "string"_ba);
    QCOMPARE(QByteArray(fieldTypeName(FieldType::Id)), "id"_ba);
    QCOMPARE(QByteArray(fieldTypeName(FieldType::Any)), "any"_ba);
}

QTEST_GUILESS_MAIN(TestCatalog)
#include "tst_catalog.moc"
