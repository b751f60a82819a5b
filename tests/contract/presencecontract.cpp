// SPDX-License-Identifier: GPL-3.0-or-later
#include "contract/presencecontract.h"

#include <QTest>

namespace signalbox {

void PresenceContract::init()
{
    m_world = m_factory();
}

void PresenceContract::cleanup()
{
    m_world.reset();
}

PresentUser PresenceContract::entry(const QByteArray& user)
{
    for (const PresentUser& present : presence().users()) {
        if (present.user == user)
            return present;
    }
    return {};
}

void PresenceContract::nobodyAtFirst()
{
    QVERIFY(presence().users().isEmpty());
    QVERIFY(!presence().isPresent("anna"));
}

void PresenceContract::fromTheFirstJoinToTheLastLeave()
{
    QVERIFY(presence().join("anna", "operator", 1000));
    QVERIFY(!presence().join("anna", "operator", 2000));
    QVERIFY(presence().isPresent("anna"));
    QVERIFY(!presence().leave("anna"));
    QVERIFY(presence().isPresent("anna"));
    QVERIFY(presence().leave("anna"));
    QVERIFY(!presence().isPresent("anna"));
    QVERIFY(presence().users().isEmpty());
}

void PresenceContract::leavingOfAStranger()
{
    QVERIFY(!presence().leave("anna"));
    QVERIFY(presence().join("anna", "operator", 1000));
    QVERIFY(presence().leave("anna"));
    QVERIFY(!presence().leave("anna"));
    QVERIFY(presence().join("anna", "operator", 2000));
}

void PresenceContract::usersAreApart()
{
    QVERIFY(presence().join("anna", "operator", 1000));
    QVERIFY(presence().join("guest:17", "guest", 1001));
    QVERIFY(presence().leave("anna"));
    QVERIFY(!presence().isPresent("anna"));
    QVERIFY(presence().isPresent("guest:17"));
    QCOMPARE(presence().users().size(), 1);
}

void PresenceContract::countsConnections()
{
    for (int i = 0; i < 3; ++i)
        presence().join("anna", i == 0 ? "director" : "operator", 1000 + i);
    QCOMPARE(presence().users().size(), 1);
    QCOMPARE(entry("anna").connections, 3);
    QCOMPARE(entry("anna").sinceMs, qint64{1000});
    QCOMPARE(entry("anna").role, QByteArray("director"));
    presence().leave("anna");
    QCOMPARE(entry("anna").connections, 2);
    QCOMPARE(entry("anna").sinceMs, qint64{1000});
}

void PresenceContract::comesAgain()
{
    presence().join("anna", "operator", 1000);
    presence().leave("anna");
    QVERIFY(presence().join("anna", "admin", 5000));
    QCOMPARE(entry("anna").connections, 1);
    QCOMPARE(entry("anna").sinceMs, qint64{5000});
    QCOMPARE(entry("anna").role, QByteArray("admin"));
}

void PresenceContract::anyBytesAreAName()
{
    const QByteArray odd("a b\n\0\xff%41{}", 12);
    QVERIFY(presence().join(odd, "user", 1000));
    QVERIFY(presence().isPresent(odd));
    QVERIFY(!presence().isPresent("a b"));
    QCOMPARE(entry(odd).connections, 1);
    QVERIFY(presence().leave(odd));
}

} // namespace signalbox
