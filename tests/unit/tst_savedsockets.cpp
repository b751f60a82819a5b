// SPDX-License-Identifier: GPL-3.0-or-later
// What a lost Socket.IO connection leaves behind, and for how long.
// links: server_core
#include "core/savedsocketjson.h"

#include <QTest>

using namespace signalbox;

namespace {

constexpr quint64 kSession = 7;

IdentityPtr anna()
{
    auto identity = std::make_shared<Identity>();
    identity->role = Role::Operator;
    identity->subject = "anna";
    identity->name = QStringLiteral("Анна \"А\"");
    identity->cities = {"Саратов", "Москва"};
    identity->channels = {"order:1"};
    identity->expiresAtMs = 1'800'000'000'123;
    identity->credential = QByteArray("\0\xff\1", 3);
    return identity;
}

} // namespace

class TestSavedSockets : public QObject
{
    Q_OBJECT

    ManualClock m_clock;

    std::optional<SavedSocket> take(SavedSockets& saved, const QByteArray& pid)
    {
        std::optional<SavedSocket> socket;
        saved.take(kSession, pid, 100, [&socket](const Result<std::optional<SavedSocket>>& taken) { socket = *taken; });
        return socket;
    }

private slots:
    void isTakenOnce()
    {
        MemorySavedSockets saved(m_clock);
        saved.lose(kSession, "p", {"s", {{"operators", "e:1"}}, anna()}, 100);
        m_clock.advance(99);
        const auto socket = take(saved, "p");
        QVERIFY(socket.has_value());
        QCOMPARE(socket->socketId, QByteArray("s"));
        QVERIFY(socket->rooms == (std::vector<SavedRoom>{{"operators", "e:1"}}));
        QVERIFY(!take(saved, "p").has_value());
        QVERIFY(!take(saved, "q").has_value());
    }

    void isForgottenInTime()
    {
        MemorySavedSockets saved(m_clock);
        saved.lose(kSession, "p", {}, 100);
        saved.lose(kSession, "q", {}, 200);
        m_clock.advance(100);
        QVERIFY(!take(saved, "p").has_value());
        QCOMPARE(saved.count(), 1);
        m_clock.advance(50);
        QVERIFY(take(saved, "q").has_value());
    }

    void theOldestGoFirst()
    {
        MemorySavedSockets saved(m_clock);
        for (size_t i = 0; i <= MemorySavedSockets::kMost; ++i)
            saved.lose(kSession, QByteArray::number(i), {}, 100);
        QCOMPARE(saved.count(), static_cast<qsizetype>(MemorySavedSockets::kMost));
        QVERIFY(!take(saved, "0").has_value());
        QVERIFY(take(saved, "1").has_value());
    }

    void whoTookLeaveLeavesNothing()
    {
        MemorySavedSockets saved(m_clock);
        saved.lose(kSession, "p", {}, 100);
        saved.forget(kSession, "p");
        QVERIFY(!take(saved, "p").has_value());
    }

    void goesThroughText()
    {
        const SavedSocket before{"sid", {{"city:Саратов", "epoch:17"}, {"operators", ""}}, anna()};
        const auto after = savedSocketOf(savedSocketJson(before));
        QVERIFY(after.has_value());
        QCOMPARE(after->socketId, before.socketId);
        QVERIFY(after->rooms == before.rooms);
        const Identity& identity = *after->identity;
        QCOMPARE(identity.role, Role::Operator);
        QCOMPARE(identity.subject, anna()->subject);
        QCOMPARE(identity.name, anna()->name);
        QCOMPARE(identity.cities, anna()->cities);
        QCOMPARE(identity.channels, anna()->channels);
        QCOMPARE(identity.expiresAtMs, anna()->expiresAtMs);
        QCOMPARE(identity.credential, anna()->credential);
    }

    void otherTextIsNothing_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text : {"", "{}", "[]", "null", "{\"socket\":\"s\",\"identity\":{\"role\":\"emperor\"}}",
                                 "{\"socket\":\"\",\"identity\":{\"role\":\"admin\"}}", "{\"socket\":\"s\"}"})
            QTest::newRow(*text ? text : "empty") << QByteArray(text);
    }
    void otherTextIsNothing()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!savedSocketOf(text).has_value());
    }
};

QTEST_GUILESS_MAIN(TestSavedSockets)
#include "tst_savedsockets.moc"
