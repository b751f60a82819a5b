// SPDX-License-Identifier: GPL-3.0-or-later
// Commands about operators, on a real database.
// links: server_desk Qt6::Sql
#include "support/deskdatabase.h"

#include "desk/deskjson.h"
#include "desk/operatorrules.h"
#include "desk/operators.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace signalbox;
using namespace signalbox::test;

namespace {

Identity identity(Role role, const QByteArray& subject, const QString& name = {})
{
    Identity who;
    who.role = role;
    who.subject = subject;
    who.name = name;
    return who;
}

/// A desk with an admin "1" and an operator "2" who have logins.
struct House
{
    House()
    {
        add("root", Role::Admin);
        add("anna", Role::Operator);
        database.takeEvents();
    }

    Operator add(const QByteArray& login, Role role)
    {
        NewOperator wanted;
        wanted.login = login;
        wanted.name = QString::fromUtf8(login.toUpper());
        wanted.passwordHash = "hash of " + login;
        wanted.role = role;
        return *run<Operator>([&](DeskTransaction& t) { return insertOperator(t, "cli", wanted); });
    }
    template <typename T> Result<T> run(const std::function<Result<T>(DeskTransaction&)>& command)
    {
        return database.run<T>(command);
    }
    Result<ChangedOperator> change(const Identity& who, const QByteArray& id, const OperatorChange& what)
    {
        return run<ChangedOperator>([&](DeskTransaction& t) { return changeOperator(t, who, id, what); });
    }
    Operator stored(const QByteArray& id)
    {
        return *run<Operator>([&](DeskTransaction& t) { return Result<Operator>(t.operators().find(id).value()); });
    }
    void presence(const QByteArray& id, OperatorStatus status)
    {
        const auto done = run<bool>([&](DeskTransaction& t) -> Result<bool> {
            const auto set = setPresence(t, id, status);
            return set ? Result<bool>(true) : Result<bool>(set.error());
        });
        QVERIFY(done.ok());
    }
    Operator choose(const Identity& who, OperatorStatus wanted, qint64 untilMs = 0)
    {
        return *run<Operator>([&](DeskTransaction& t) { return chooseStatus(t, who, wanted, untilMs); });
    }
    /// The names of the events since the last call; presence with its status.
    QByteArray events()
    {
        QByteArrayList list;
        for (const JournalEvent& event : database.takeEvents()) {
            QByteArray text = event.name;
            if (event.name == "operator.presence.updated")
                text = "presence " +
                       QJsonDocument::fromJson(event.data).object().value(QLatin1String("status")).toString().toUtf8();
            list.append(text);
        }
        return list.join(", ");
    }
    void insertToken(const QByteArray& hash, const QByteArray& operatorId)
    {
        RefreshToken token;
        token.hash = hash;
        token.operatorId = operatorId;
        token.family = "family";
        token.expiresMs = database.clock().wallMs() + 1000;
        QVERIFY(run<bool>([&](DeskTransaction& t) {
                    t.operators().insertToken(token);
                    return Result<bool>(true);
                }).ok());
    }
    bool hasToken(const QByteArray& hash)
    {
        return *run<bool>([&](DeskTransaction& t) { return Result<bool>(t.operators().findToken(hash).has_value()); });
    }

    DeskDatabase database;
    const Identity root = identity(Role::Admin, "1");
    const Identity anna = identity(Role::Operator, "2");
};

OperatorChange changeOf(const char* field)
{
    const QByteArray name = field;
    OperatorChange change;
    if (name == "name")
        change.name = QStringLiteral("Анна");
    if (name == "avatar")
        change.avatar = QStringLiteral("/anna.png");
    if (name == "role")
        change.role = Role::Director;
    if (name == "cities")
        change.cities = QList<QByteArray>{"Omsk"};
    if (name == "capacity")
        change.capacity = 9;
    if (name == "disabled")
        change.disabled = true;
    if (name == "password")
        change.passwordHash = "another hash";
    return change;
}

} // namespace

class TestOperatorCommands : public QObject
{
    Q_OBJECT

private slots:
    void logins_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("isValid");
        QTest::newRow("shortest") << QByteArray("an") << true;
        QTest::newRow("too short") << QByteArray("a") << false;
        QTest::newRow("empty") << QByteArray() << false;
        QTest::newRow("longest") << QByteArray(64, 'a') << true;
        QTest::newRow("too long") << QByteArray(65, 'a') << false;
        QTest::newRow("all that is allowed") << QByteArray("a.n_n@a-09z") << true;
        for (const char* text : {"Anna", "an na", "anna/", "\xd0\xb0\xd0\xbd", "an\n", "an:na", "an+na"})
            QTest::newRow(text) << QByteArray(text) << false;
    }

    void logins()
    {
        QFETCH(const QByteArray, text);
        QTEST(isLogin(text), "isValid");
    }

    void loginsAreLowered() { QCOMPARE(loginOf(QStringLiteral("  Anna@Example.ORG ")), "anna@example.org"); }

    void cities_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<bool>("isValid");
        QTest::newRow("name") << QByteArray("Нижний Новгород") << true;
        QTest::newRow("empty") << QByteArray() << false;
        QTest::newRow("zero byte") << QByteArray("a\0b", 3) << false;
        QTest::newRow("comma") << QByteArray("a,b") << false;
        QTest::newRow("space in front") << QByteArray(" a") << false;
        QTest::newRow("too long") << QByteArray(200, 'a') << false;
    }

    void cities()
    {
        QFETCH(const QByteArray, name);
        QTEST(isCity(name), "isValid");
    }

    void idsCountUp()
    {
        House house;
        QCOMPARE(house.stored("1").login, QByteArray("root"));
        QCOMPARE(house.stored("2").login, QByteArray("anna"));
        QVERIFY(
            house.run<Operator>([](DeskTransaction& t) { return requireEnabled(t, identity(Role::Operator, "41")); })
                .ok());
        QVERIFY(house
                    .run<Operator>([](DeskTransaction& t) {
                        return requireEnabled(t, identity(Role::Operator, "99999999999999"));
                    })
                    .ok());
        QCOMPARE(house.add("boris", Role::Operator).id, QByteArray("42"));
    }

    void creating()
    {
        House house;
        NewOperator wanted;
        wanted.login = "vera";
        wanted.name = QStringLiteral("Вера");
        wanted.passwordHash = "hash";
        wanted.role = Role::Director;
        wanted.cities = {"Omsk", "Саратов"};
        wanted.capacity = 7;
        wanted.avatar = QStringLiteral("https://example.org/vera.png");
        const auto create = [&](const Identity& who) {
            return house.run<Operator>([&](DeskTransaction& t) { return createOperator(t, who, wanted); });
        };
        QCOMPARE(create(house.anna).error().code, ErrorCode::Forbidden);
        QCOMPARE(create(identity(Role::Service, "crm")).error().code, ErrorCode::Forbidden);
        QCOMPARE(house.events(), QByteArray());
        const auto created = create(house.root);
        QVERIFY(created.ok());
        QCOMPARE(operatorJson(house.stored("3")), operatorJson(*created));
        QCOMPARE(created->cities, wanted.cities);
        QCOMPARE(created->createdMs, house.database.clock().wallMs());
        QVERIFY(!operatorJson(*created).contains("hash"));
        QCOMPARE(house.events(), QByteArray("presence offline"));
        const auto again = create(house.root);
        QCOMPARE(again.error().code, ErrorCode::Conflict);
        QCOMPARE(again.error().field, QByteArray("login"));
        QCOMPARE(house.events(), QByteArray());
    }

    void enabled_data()
    {
        QTest::addColumn<int>("role");
        QTest::addColumn<QByteArray>("subject");
        QTest::addColumn<int>("code"); // -1: welcome
        const auto row = [](const char* name, Role role, const QByteArray& subject, int code) {
            QTest::newRow(name) << int(role) << subject << code;
        };
        row("guest", Role::Guest, "guest:17", int(ErrorCode::Forbidden));
        row("user", Role::User, "2", int(ErrorCode::Forbidden));
        row("operator", Role::Operator, "2", -1);
        row("a role of before", Role::Admin, "2", int(ErrorCode::TokenExpired));
        row("a higher role since", Role::Operator, "1", int(ErrorCode::TokenExpired));
        row("from outside", Role::Director, "someone", -1);
        row("disabled", Role::Operator, "3", int(ErrorCode::Forbidden));
        row("service", Role::Service, "crm", -1);
    }

    void enabled()
    {
        QFETCH(const int, role);
        QFETCH(const QByteArray, subject);
        QFETCH(const int, code);
        House house;
        house.add("boris", Role::Operator);
        QVERIFY(house.change(house.root, "3", changeOf("disabled")).ok());
        const auto found =
            house.run<Operator>([&](DeskTransaction& t) { return requireEnabled(t, identity(Role(role), subject)); });
        QCOMPARE(found ? -1 : int(found.error().code), code);
        if (found) {
            QCOMPARE(found->id, subject);
            QCOMPARE(int(found->role), role);
        }
    }

    void fromOutside()
    {
        House house;
        Identity who = identity(Role::Operator, "ext-7", QStringLiteral("Зоя"));
        who.cities = {"Omsk"};
        const auto see = [&] {
            return *house.run<Operator>([&](DeskTransaction& t) { return requireEnabled(t, who); });
        };
        see();
        Operator stored = house.stored("ext-7");
        QCOMPARE(stored.name, QStringLiteral("Зоя"));
        QCOMPARE(stored.cities, who.cities);
        QVERIFY(stored.login.isEmpty() && stored.passwordHash.isEmpty());
        QVERIFY(house.change(house.root, "ext-7", changeOf("capacity")).ok());
        who.name = QStringLiteral("Зоя К.");
        who.role = Role::Director;
        see();
        stored = house.stored("ext-7");
        QCOMPARE(stored.name, QStringLiteral("Зоя К."));
        QCOMPARE(int(stored.role), int(Role::Director));
        QCOMPARE(stored.capacity, 9);
        who.name.clear();
        QCOMPARE(see().name, QStringLiteral("Зоя К."));
        QCOMPARE(house.change(house.root, "ext-7", changeOf("password")).error().code, ErrorCode::Conflict);
    }

    void queriesWriteNothing()
    {
        House house;
        Store& store = house.database.store();
        QVERIFY(store.begin(Store::Access::Read));
        DeskTransaction query(store, 1, Store::Access::Read);
        const auto found = requireEnabled(query, identity(Role::Operator, "ext-7"));
        QVERIFY(found.ok());
        QCOMPARE(found->name, QStringLiteral("ext-7"));
        QVERIFY(!query.operators().find("ext-7").has_value());
        QVERIFY(!store.failure());
        store.rollback();
    }

    void changing_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<bool>("byItself");
        QTest::newRow("name") << QByteArray("name") << true;
        QTest::newRow("avatar") << QByteArray("avatar") << true;
        QTest::newRow("password") << QByteArray("password") << true;
        for (const char* field : {"role", "cities", "capacity", "disabled"})
            QTest::newRow(field) << QByteArray(field) << false;
    }

    void changing()
    {
        QFETCH(const QByteArray, field);
        QFETCH(const bool, byItself);
        House house;
        OperatorChange change = changeOf(field.constData());
        change.provenHash = "hash of anna";
        const auto own = house.change(house.anna, "2", change);
        QCOMPARE(own.ok(), byItself);
        if (!byItself)
            QCOMPARE(own.error().field, field);
        house.add("boris", Role::Operator);
        QCOMPARE(house.change(house.anna, "3", change).error().code, ErrorCode::Forbidden);
        QCOMPARE(house.change(identity(Role::Service, "2"), "2", change).error().code, ErrorCode::Forbidden);
        const auto changed = house.change(house.root, "3", changeOf(field.constData()));
        QVERIFY(changed.ok());
        const Operator stored = house.stored("3");
        QCOMPARE(operatorJson(stored), operatorJson(changed->person));
        QCOMPARE(stored.passwordHash, QByteArray(field == "password" ? "another hash" : "hash of boris"));
        QCOMPARE(house.change(house.root, "77", change).error().code, ErrorCode::NotFound);
    }

    void ownPasswordNeedsTheOldOne()
    {
        House house;
        OperatorChange change = changeOf("password");
        for (const QByteArray& proven : {QByteArray(), QByteArray("hash of root")}) {
            change.provenHash = proven;
            const auto refused = house.change(house.anna, "2", change);
            QCOMPARE(refused.error().code, ErrorCode::Forbidden);
            QCOMPARE(refused.error().field, QByteArray("old_password"));
        }
        QCOMPARE(house.change(house.root, "1", changeOf("password")).error().field, QByteArray("old_password"));
        QVERIFY(house.change(house.root, "2", changeOf("password")).ok());
    }

    void tokensEnd_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<bool>("ends");
        QTest::newRow("disabled") << QByteArray("disabled") << true;
        QTest::newRow("password") << QByteArray("password") << true;
        QTest::newRow("name") << QByteArray("name") << false;
        QTest::newRow("role") << QByteArray("role") << false;
    }

    void tokensEnd()
    {
        QFETCH(const QByteArray, field);
        QFETCH(const bool, ends);
        House house;
        house.insertToken("t1", "2");
        house.insertToken("t2", "1");
        QVERIFY(house.change(house.root, "2", changeOf(field.constData())).ok());
        QCOMPARE(house.hasToken("t1"), !ends);
        QVERIFY(house.hasToken("t2"));
    }

    void connectionsAreToBeClosed()
    {
        House house;
        QVERIFY(!house.change(house.root, "2", changeOf("name"))->closeWith);
        QCOMPARE(house.change(house.root, "2", changeOf("role"))->closeWith, ErrorCode::TokenExpired);
        QVERIFY(!house.change(house.root, "2", changeOf("role"))->closeWith); // nothing new
        QCOMPARE(house.change(house.root, "2", changeOf("disabled"))->closeWith, ErrorCode::ClosedByAdmin);
        OperatorChange enable;
        enable.disabled = false;
        QVERIFY(!house.change(house.root, "2", enable)->closeWith);
        QVERIFY(!house.stored("2").disabled);
    }

    void disablingIsSeen()
    {
        House house;
        house.presence("2", OperatorStatus::Online);
        house.events();
        QVERIFY(house.change(house.root, "2", changeOf("disabled")).ok());
        QCOMPARE(house.events(), QByteArray("presence offline, user:offline"));
        QCOMPARE(house.stored("2").presence, OperatorStatus::Offline);
        house.presence("2", OperatorStatus::Online); // the board does not know yet
        QCOMPARE(house.events(), QByteArray());
    }

    void theLastAdminStays()
    {
        House house;
        for (const char* field : {"disabled", "role"}) {
            const auto refused = house.change(house.root, "1", changeOf(field));
            QCOMPARE(refused.error().code, ErrorCode::Conflict);
            QCOMPARE(refused.error().field, QByteArray(field));
        }
        QVERIFY(house.change(house.root, "1", changeOf("name")).ok());
        OperatorChange same;
        same.role = Role::Admin;
        same.disabled = false;
        QVERIFY(house.change(house.root, "1", same).ok());
        house.add("second", Role::Admin);
        QVERIFY(house.change(house.root, "3", changeOf("disabled")).ok());
        QCOMPARE(house.change(house.root, "1", changeOf("disabled")).error().code, ErrorCode::Conflict);
        OperatorChange enable;
        enable.disabled = false;
        QVERIFY(house.change(house.root, "3", enable).ok());
        QVERIFY(house.change(house.root, "1", changeOf("role")).ok());
        QCOMPARE(house.change(house.root, "3", changeOf("name")).error().code, ErrorCode::TokenExpired);
    }

    void changesAreAudited()
    {
        House house;
        OperatorChange change = changeOf("password");
        change.capacity = 3;
        QVERIFY(house.change(house.root, "2", change).ok());
        const auto audit = *house.run<std::vector<AuditEntry>>(
            [](DeskTransaction& t) { return Result<std::vector<AuditEntry>>(t.texts().audit(0, 1)); });
        QCOMPARE(audit.front().actor, QByteArray("operator:1"));
        QCOMPARE(audit.front().action, QByteArray("operator.change"));
        QCOMPARE(audit.front().subject, QByteArray("operator:2"));
        QCOMPARE(audit.front().details, QByteArray(R"({"fields":["password","capacity"]})"));
    }

    void lists()
    {
        House house;
        const auto all = [&](const Identity& who) {
            return house.run<std::vector<Operator>>([&](DeskTransaction& t) { return listOperators(t, who); });
        };
        QCOMPARE(all(house.anna)->size(), size_t(2));
        QCOMPARE(all(identity(Role::Service, "crm"))->size(), size_t(2));
        QCOMPARE(all(identity(Role::User, "u")).error().code, ErrorCode::Forbidden);
    }

    /// The choice of somebody whose connections say this.
    void choosing_data()
    {
        QTest::addColumn<int>("presence");
        QTest::addColumn<int>("before");
        QTest::addColumn<int>("wanted");
        QTest::addColumn<QByteArray>("events");
        using S = OperatorStatus;
        const auto row = [](const char* name, S presence, S before, S wanted, const QByteArray& events) {
            QTest::newRow(name) << int(presence) << int(before) << int(wanted) << events;
        };
        row("online to away", S::Online, S::Online, S::Away, "presence away");
        row("online to dnd", S::Online, S::Online, S::Dnd, "presence dnd");
        row("online to offline", S::Online, S::Online, S::Offline, "presence offline, user:offline");
        row("online again", S::Online, S::Online, S::Online, "");
        row("away to online", S::Online, S::Away, S::Online, "presence online");
        row("dnd to online", S::Online, S::Dnd, S::Online, "presence online");
        row("silent to online", S::Away, S::Online, S::Online, "");
        row("silent to dnd", S::Away, S::Online, S::Dnd, "");
        row("gone to away", S::Offline, S::Online, S::Away, "");
        row("offline by choice", S::Online, S::Offline, S::Online, ""); // the board knows
    }

    void choosing()
    {
        QFETCH(const int, presence);
        QFETCH(const int, before);
        QFETCH(const int, wanted);
        QFETCH(const QByteArray, events);
        House house;
        house.choose(house.anna, OperatorStatus(before));
        house.presence("2", OperatorStatus(presence));
        house.events();
        const Operator person = house.choose(house.anna, OperatorStatus(wanted));
        QCOMPARE(house.events(), events);
        QCOMPARE(int(house.stored("2").wanted), wanted);
        QCOMPARE(operatorJson(person), operatorJson(house.stored("2")));
    }

    void presenceByTheBoard()
    {
        House house;
        house.presence("2", OperatorStatus::Online);
        QCOMPARE(house.events(), QByteArray("presence online, user:online"));
        house.presence("2", OperatorStatus::Online);
        QCOMPARE(house.events(), QByteArray());
        house.presence("2", OperatorStatus::Away);
        QCOMPARE(house.events(), QByteArray("presence away"));
        house.presence("2", OperatorStatus::Offline);
        QCOMPARE(house.events(), QByteArray("presence offline, user:offline"));
        house.presence("nobody", OperatorStatus::Online);
        QCOMPARE(house.events(), QByteArray());
    }

    /// The board may not know of a choice yet; the desk does.
    void theChoiceCountsBesideTheBoard()
    {
        House house;
        house.choose(house.anna, OperatorStatus::Dnd);
        house.presence("2", OperatorStatus::Online);
        QCOMPARE(house.events(), QByteArray("presence dnd, user:online"));
        house.choose(house.anna, OperatorStatus::Offline);
        house.presence("2", OperatorStatus::Online);
        QCOMPARE(house.events(), QByteArray("presence offline, user:offline"));
    }

    void doNotDisturbEnds()
    {
        House house;
        const qint64 end = house.database.clock().wallMs() + 1000;
        house.presence("2", OperatorStatus::Online);
        house.choose(house.anna, OperatorStatus::Dnd, end);
        house.events();
        QCOMPARE(house.stored("2").wantedUntilMs, end);
        house.database.clock().advance(999);
        house.presence("2", OperatorStatus::Online);
        QCOMPARE(house.events(), QByteArray());
        house.database.clock().advance(1);
        house.presence("2", OperatorStatus::Online);
        QCOMPARE(house.events(), QByteArray("presence online"));
        QCOMPARE(house.stored("2").wanted, OperatorStatus::Online);
        QCOMPARE(house.stored("2").wantedUntilMs, qint64(0));
    }

    void onlyStaffChooses()
    {
        House house;
        for (const Role role : {Role::Service, Role::User, Role::Guest}) {
            const auto chosen = house.run<Operator>(
                [&](DeskTransaction& t) { return chooseStatus(t, identity(role, "2"), OperatorStatus::Away, 0); });
            QCOMPARE(chosen.error().code, ErrorCode::Forbidden);
        }
    }
};

QTEST_GUILESS_MAIN(TestOperatorCommands)
#include "tst_operatorcommands.moc"
