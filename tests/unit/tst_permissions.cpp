// SPDX-License-Identifier: GPL-3.0-or-later
// Who may join and publish where: every role with every kind of channel, spec section 5.
// links: server_auth
#include "auth/permissions.h"

#include <QTest>

using namespace signalbox;

namespace {

constexpr Role kRoles[] = {Role::Guest, Role::User, Role::Operator, Role::Director, Role::Admin, Role::Service};

// The holder of every row below: id 7, dialog 17 for a guest, city Tver.
Identity holder(Role role, const QList<QByteArray>& channels = {})
{
    Identity identity;
    identity.role = role;
    identity.subject = role == Role::Guest ? "guest:17" : "7";
    identity.dialog = role == Role::Guest ? "17" : "";
    identity.cities = {"Tver"};
    identity.channels = channels;
    return identity;
}

struct Row
{
    const char* channel;
    const char* allowed; // one letter for each of kRoles, in that order: Guest User Operator Director Admin Service
};

constexpr Row kByRole[] = {
    {"dialog:17", "G.ODAS"},
    {"dialog:18", "..ODAS"},
    {"dialog:", "......"},
    {"dialog", "......"},
    {"staff", "..ODAS"},
    {"operators", "..ODAS"},
    {"directors", "...DA."},
    {"operator:7", "..ODA."},
    {"operator:8", "......"},
    {"operator:guest:17", "......"},
    {"city:Tver", "..ODAS"},
    {"city:tver", "...DA."},
    {"city:Omsk", "...DA."},
    {"order:5", "..ODAS"},
    {"user:7", ".UODAS"},
    {"user:8", "......"},
    {"user:guest:17", "......"},
    {"stream:deals", "..ODAS"},
    {"stream:tasks", "..ODAS"},
    {"stream:notifications", "..ODAS"},
    {"stream:payments", "..ODAS"},
    {"stream:weather", "......"},
    {"system", "..ODAS"},
    {"system:7", "......"},
    {"room-of-our-own", "......"},
    {"bad,name", "......"},
    {"", "......"},
};

// The same with that very channel in the claim `channels`.
constexpr Row kByClaim[] = {
    {"dialog:18", ".UODAS"},    {"staff", ".UODAS"},          {"operators", ".UODAS"}, {"directors", "...DA."},
    {"operator:8", "......"},   {"city:Omsk", ".UODAS"},      {"order:5", ".UODAS"},   {"user:8", "......"},
    {"stream:deals", ".UODAS"}, {"stream:weather", ".UODAS"}, {"system", ".UODAS"},    {"room-of-our-own", ".UODAS"},
    {"bad,name", "......"},
};

template <size_t N> void addRows(const Row (&rows)[N])
{
    QTest::addColumn<QByteArray>("channel");
    QTest::addColumn<int>("role");
    QTest::addColumn<bool>("allowed");
    for (const Row& row : rows) {
        for (size_t i = 0; i < std::size(kRoles); ++i)
            QTest::addRow("%s in '%s'", roleName(kRoles[i]), row.channel)
                << QByteArray(row.channel) << static_cast<int>(kRoles[i]) << (row.allowed[i] != '.');
    }
}

} // namespace

class TestPermissions : public QObject
{
    Q_OBJECT

private slots:
    void joinByRole_data() { addRows(kByRole); }
    void joinByRole()
    {
        QFETCH(QByteArray, channel);
        QFETCH(int, role);
        QTEST(mayJoin(holder(static_cast<Role>(role)), parseChannel(channel)), "allowed");
    }

    void joinByClaim_data() { addRows(kByClaim); }
    void joinByClaim()
    {
        QFETCH(QByteArray, channel);
        QFETCH(int, role);
        QTEST(mayJoin(holder(static_cast<Role>(role), {"order:1", channel}), parseChannel(channel)), "allowed");
    }

    void aClaimedGuestSeesItsDialogOnly()
    {
        const Identity guest = holder(Role::Guest, {"dialog:18", "staff", "room"});
        QVERIFY(mayJoin(guest, parseChannel("dialog:17")));
        QVERIFY(!mayJoin(guest, parseChannel("dialog:18")));
        QVERIFY(!mayJoin(guest, parseChannel("room")));
    }

    void aGuestWithoutADialogSeesNothing()
    {
        QVERIFY(!mayJoin(Identity(), parseChannel("dialog:17")));
        QVERIFY(!mayJoin(Identity(), parseChannel("dialog:")));
    }

    void listedStreamsCloseTheOthers_data()
    {
        QTest::addColumn<int>("role");
        for (const Role role : {Role::Operator, Role::Director, Role::Admin, Role::Service})
            QTest::addRow("%s", roleName(role)) << static_cast<int>(role);
    }

    void listedStreamsCloseTheOthers()
    {
        QFETCH(int, role);
        const Identity identity = holder(static_cast<Role>(role), {"stream:deals", "room"});
        QVERIFY(mayJoin(identity, parseChannel("stream:deals")));
        QVERIFY(!mayJoin(identity, parseChannel("stream:payments")));
        QVERIFY(mayJoin(identity, parseChannel("staff")));
        QVERIFY(mayJoin(holder(static_cast<Role>(role), {"room"}), parseChannel("stream:payments")));
    }

    void aClaimIsExact()
    {
        const Identity user = holder(Role::User, {"order:5", "city:*"});
        QVERIFY(!mayJoin(user, parseChannel("order:55")));
        QVERIFY(!mayJoin(user, parseChannel("ORDER:5")));
        QVERIFY(!mayJoin(user, parseChannel("city:Omsk")));
    }

    void publish_data()
    {
        QTest::addColumn<int>("role");
        QTest::addColumn<bool>("allowed");
        for (const Role role : kRoles)
            QTest::addRow("%s", roleName(role))
                << static_cast<int>(role) << (role == Role::Admin || role == Role::Service);
    }

    void publish()
    {
        QFETCH(int, role);
        QFETCH(bool, allowed);
        const Identity identity = holder(static_cast<Role>(role), {"staff"});
        for (const Row& row : kByRole) {
            const ChannelName channel = parseChannel(row.channel);
            QCOMPARE(mayPublish(identity, channel), allowed && isValidChannelName(row.channel));
        }
    }
};

QTEST_APPLESS_MAIN(TestPermissions)
#include "tst_permissions.moc"
