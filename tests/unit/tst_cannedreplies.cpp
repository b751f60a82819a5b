// SPDX-License-Identifier: GPL-3.0-or-later
// Canned replies: everybody's and one's own.
// links: server_desk
#include "desk/cannedreplies.h"
#include "support/deskpeople.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::test;

namespace {

const Identity kAnna = person(Role::Operator, "7");
const Identity kBoris = person(Role::Operator, "8");
const Identity kVera = person(Role::Director, "1");

CannedChange greeting(std::optional<bool> isShared = {})
{
    return {QStringLiteral("hi"), QStringLiteral("Greeting"), QStringLiteral("Good day, {name}"), isShared};
}

CannedChange newText(const QString& text)
{
    CannedChange change;
    change.text = text;
    return change;
}

} // namespace

class TestCannedReplies : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_desk = std::make_unique<DeskDatabase>(); }
    void cleanup() { m_desk.reset(); }
    void ownOnesAreOnesOwn();
    void sharedOnesAreEverybodys();
    void onlySomeShare_data();
    void onlySomeShare();
    void changesWhatIsSaid();
    void changesHands();
    void deletes();

private:
    Result<CannedReply> add(const Identity& who, const CannedChange& asked)
    {
        return m_desk->run<CannedReply>([&](DeskTransaction& t) { return addCannedReply(t, who, asked); });
    }
    Result<CannedReply> change(const Identity& who, qint64 id, const CannedChange& asked)
    {
        return m_desk->run<CannedReply>([&](DeskTransaction& t) { return changeCannedReply(t, who, id, asked); });
    }
    Result<qint64> remove(const Identity& who, qint64 id)
    {
        return m_desk->run<qint64>([&](DeskTransaction& t) { return deleteCannedReply(t, who, id); });
    }
    size_t countFor(const Identity& who)
    {
        return m_desk->run<CannedReplies>([&](DeskTransaction& t) { return listCannedReplies(t, who); })->size();
    }

    std::unique_ptr<DeskDatabase> m_desk;
};

void TestCannedReplies::ownOnesAreOnesOwn()
{
    const auto added = add(kAnna, greeting());
    QVERIFY(added);
    QCOMPARE(added->ownerId, QByteArray("7"));
    QCOMPARE(added->updatedMs, m_desk->clock().wallMs());
    const auto emitted = m_desk->takeEvents();
    QCOMPARE(namesOf(emitted), QStringList{QStringLiteral("canned.updated")});
    QVERIFY(emitted.front().data.contains("\"deleted\":false"));
    QCOMPARE(countFor(kAnna), size_t(1));
    QCOMPARE(countFor(kBoris), size_t(0));
    QCOMPARE(countFor(kVera), size_t(0));
    for (const Identity& who : {kBoris, kVera}) {
        QCOMPARE(change(who, added->id, newText(QStringLiteral("?"))).error().code, ErrorCode::NotFound);
        QCOMPARE(remove(who, added->id).error().code, ErrorCode::NotFound);
    }
}

void TestCannedReplies::sharedOnesAreEverybodys()
{
    const auto added = add(kVera, greeting(true));
    QVERIFY(added);
    QCOMPARE(added->ownerId, QByteArray());
    QCOMPARE(countFor(kAnna), size_t(1));
    QCOMPARE(change(kAnna, added->id, newText(QStringLiteral("?"))).error().code, ErrorCode::Forbidden);
    QCOMPARE(remove(kAnna, added->id).error().code, ErrorCode::Forbidden);
    QVERIFY(change(person(Role::Admin, "2"), added->id, newText(QStringLiteral("Hello"))));
}

void TestCannedReplies::onlySomeShare_data()
{
    QTest::addColumn<Role>("role");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("operator") << Role::Operator << false;
    QTest::newRow("director") << Role::Director << true;
    QTest::newRow("admin") << Role::Admin << true;
}

void TestCannedReplies::onlySomeShare()
{
    QFETCH(const Role, role);
    QFETCH(const bool, allowed);
    const auto added = add(person(role, "9"), greeting(true));
    QCOMPARE(added.ok(), allowed);
    if (!allowed)
        QCOMPARE(added.error().code, ErrorCode::Forbidden);
    QCOMPARE(countFor(kBoris), size_t(allowed ? 1 : 0));
}

void TestCannedReplies::changesWhatIsSaid()
{
    const auto added = add(kAnna, greeting());
    m_desk->clock().advance(1000);
    const auto changed = change(kAnna, added->id, newText(QStringLiteral("Hello")));
    QVERIFY(changed);
    QCOMPARE(changed->text, QStringLiteral("Hello"));
    QCOMPARE(changed->shortcut, QStringLiteral("hi"));
    QCOMPARE(changed->title, QStringLiteral("Greeting"));
    QCOMPARE(changed->ownerId, QByteArray("7"));
    QCOMPARE(changed->updatedMs, m_desk->clock().wallMs());
    QCOMPARE(m_desk->store().texts().cannedReply(added->id)->text, QStringLiteral("Hello"));
}

void TestCannedReplies::changesHands()
{
    CannedChange share;
    share.isShared = true;
    const auto annas = add(kAnna, greeting());
    QCOMPARE(change(kAnna, annas->id, share).error().code, ErrorCode::Forbidden);
    const auto veras = add(kVera, greeting());
    QVERIFY(change(kVera, veras->id, share));
    QCOMPARE(countFor(kBoris), size_t(1));
    share.isShared = false;
    const auto taken = change(kVera, veras->id, share);
    QVERIFY(taken);
    QCOMPARE(taken->ownerId, QByteArray("1"));
    QCOMPARE(countFor(kBoris), size_t(0));
}

void TestCannedReplies::deletes()
{
    const auto added = add(kAnna, greeting());
    m_desk->takeEvents();
    QVERIFY(remove(kAnna, added->id));
    const auto emitted = m_desk->takeEvents();
    QCOMPARE(namesOf(emitted), QStringList{QStringLiteral("canned.updated")});
    QVERIFY(emitted.front().data.contains("\"deleted\":true"));
    QCOMPARE(countFor(kAnna), size_t(0));
    QCOMPARE(remove(kAnna, added->id).error().code, ErrorCode::NotFound);
}

QTEST_APPLESS_MAIN(TestCannedReplies)
#include "tst_cannedreplies.moc"
