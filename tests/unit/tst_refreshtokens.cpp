// SPDX-License-Identifier: GPL-3.0-or-later
// Refresh tokens: rotation, reuse, ends.
// links: server_desk Qt6::Sql
#include "support/deskdatabase.h"

#include "desk/logins.h"
#include "desk/operators.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::test;

namespace {

constexpr qint64 kLifeMs = 1000;

struct House
{
    House()
    {
        NewOperator anna;
        anna.login = "anna";
        anna.passwordHash = "hash";
        id = run<Operator>([&](DeskTransaction& t) { return insertOperator(t, "cli", anna); })->id;
    }

    template <typename T> Result<T> run(const std::function<Result<T>(DeskTransaction&)>& command)
    {
        return database.run<T>(command);
    }
    Result<Operator> login(const QByteArray& token, const QByteArray& family, const QByteArray& hash = "hash",
                           const QByteArray& better = {})
    {
        return run<Operator>([&](DeskTransaction& t) {
            return startLogin(t, {id, hash, better, family, {token, kLifeMs}});
        });
    }
    bool exchange(const QByteArray& spent, const QByteArray& fresh)
    {
        return run<std::optional<Operator>>([&](DeskTransaction& t) {
                   return exchangeToken(t, spent, {fresh, kLifeMs});
               })
            ->has_value();
    }
    bool logout(const QByteArray& token)
    {
        return *run<bool>([&](DeskTransaction& t) { return endLogin(t, token); });
    }
    bool isKept(const QByteArray& token)
    {
        return *run<bool>([&](DeskTransaction& t) { return Result<bool>(t.operators().findToken(token).has_value()); });
    }
    void change(const std::function<void(Operator&)>& how)
    {
        QVERIFY(run<bool>([&](DeskTransaction& t) {
                    Operator person = t.operators().find(id).value();
                    how(person);
                    t.operators().update(person);
                    return Result<bool>(true);
                }).ok());
    }
    QByteArray passwordHash()
    {
        return *run<QByteArray>(
            [&](DeskTransaction& t) { return Result<QByteArray>(t.operators().find(id)->passwordHash); });
    }

    DeskDatabase database;
    QByteArray id;
};

} // namespace

class TestRefreshTokens : public QObject
{
    Q_OBJECT

private slots:
    void finds_data()
    {
        QTest::addColumn<QByteArray>("login");
        QTest::addColumn<bool>("disabled");
        QTest::addColumn<QByteArray>("hash");
        QTest::addColumn<bool>("isFound");
        QTest::newRow("anna") << QByteArray("anna") << false << QByteArray("hash") << true;
        QTest::newRow("nobody") << QByteArray("boris") << false << QByteArray("hash") << false;
        QTest::newRow("empty") << QByteArray() << false << QByteArray("hash") << false;
        QTest::newRow("disabled") << QByteArray("anna") << true << QByteArray("hash") << false;
        QTest::newRow("without a password") << QByteArray("anna") << false << QByteArray("") << false;
    }

    void finds()
    {
        QFETCH(const QByteArray, login);
        QFETCH(const bool, disabled);
        QFETCH(const QByteArray, hash);
        House house;
        house.change([&](Operator& person) {
            person.disabled = disabled;
            person.passwordHash = hash;
        });
        const auto found = house.run<std::optional<Operator>>([&](DeskTransaction& t) { return findLogin(t, login); });
        QTEST(found->has_value(), "isFound");
    }

    void rotates()
    {
        House house;
        QVERIFY(house.login("a", "f").ok());
        QVERIFY(house.exchange("a", "b"));
        QVERIFY(house.exchange("b", "c"));
        QVERIFY(house.exchange("c", "d"));
        QVERIFY(!house.exchange("unknown", "x"));
        QVERIFY(!house.isKept("x"));
        QVERIFY(house.exchange("d", "e"));
    }

    void reuseEndsTheFamily()
    {
        House house;
        QVERIFY(house.login("a", "f").ok());
        QVERIFY(house.login("other", "g").ok());
        QVERIFY(house.exchange("a", "b"));
        QVERIFY(house.exchange("b", "c"));
        QVERIFY(!house.exchange("a", "stolen"));
        for (const char* token : {"a", "b", "c", "stolen"})
            QVERIFY2(!house.isKept(token), token);
        QVERIFY(!house.exchange("c", "d"));
        QVERIFY(house.exchange("other", "another")); // a login on another machine goes on
        const auto audit = *house.run<std::vector<AuditEntry>>(
            [](DeskTransaction& t) { return Result<std::vector<AuditEntry>>(t.texts().audit(0, 1)); });
        QCOMPARE(audit.front().action, QByteArray("login.token_reused"));
    }

    void expiry_data()
    {
        QTest::addColumn<qint64>("afterMs");
        QTest::addColumn<bool>("counts");
        QTest::newRow("at once") << qint64(0) << true;
        QTest::newRow("at last") << kLifeMs - 1 << true;
        QTest::newRow("too late") << kLifeMs << false;
    }

    void expiry()
    {
        QFETCH(const qint64, afterMs);
        QFETCH(const bool, counts);
        House house;
        QVERIFY(house.login("a", "f").ok());
        house.database.clock().advance(afterMs);
        QCOMPARE(house.exchange("a", "b"), counts);
        QCOMPARE(house.isKept("a"), counts);
        if (counts) {
            house.database.clock().advance(kLifeMs - 1); // life begins anew with each
            QVERIFY(house.exchange("b", "c"));
        }
    }

    void expiredOnesAreForgotten()
    {
        House house;
        QVERIFY(house.login("a", "f").ok());
        house.database.clock().advance(kLifeMs + 1);
        QVERIFY(house.login("b", "g").ok());
        QVERIFY(!house.isKept("a"));
        QVERIFY(house.isKept("b"));
    }

    void logoutEndsTheFamily()
    {
        House house;
        QVERIFY(house.login("a", "f").ok());
        QVERIFY(house.login("other", "g").ok());
        QVERIFY(house.exchange("a", "b"));
        QVERIFY(house.logout("a")); // the older one will do
        QVERIFY(!house.exchange("b", "c"));
        QVERIFY(house.isKept("other"));
        QVERIFY(!house.logout("a"));
    }

    void theDisabledGetNothing()
    {
        House house;
        QVERIFY(house.login("a", "f").ok());
        house.change([](Operator& person) { person.disabled = true; });
        QVERIFY(!house.exchange("a", "b"));
        QVERIFY(!house.isKept("a"));
        QCOMPARE(house.login("c", "g").error().code, ErrorCode::LoginRefused);
    }

    /// The password that was verified must still be the one.
    void provenPasswords()
    {
        House house;
        QCOMPARE(house.login("a", "f", "an older hash").error().code, ErrorCode::LoginRefused);
        QVERIFY(!house.isKept("a"));
        QVERIFY(house.login("b", "f", "hash", "better").ok());
        QCOMPARE(house.passwordHash(), QByteArray("better"));
    }
};

QTEST_GUILESS_MAIN(TestRefreshTokens)
#include "tst_refreshtokens.moc"
