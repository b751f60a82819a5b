// SPDX-License-Identifier: GPL-3.0-or-later
// Who may speak in a dialog, who may change what was said.
// links: server_desk
#include "desk/speakrules.h"

#include <QTest>

using namespace signalbox;

class TestSpeakRules : public QObject
{
    Q_OBJECT

private slots:
    void speech_data()
    {
        QTest::addColumn<DialogStatus>("status");
        QTest::addColumn<Sender>("sender");
        QTest::addColumn<QByteArray>("subject");
        QTest::addColumn<int>("fencing"); // -1: not said; the dialog's is 3
        QTest::addColumn<Speech>("expected");
        using D = DialogStatus;
        using S = Sender;
        QTest::newRow("ai: guest") << D::Ai << S::Client << QByteArray() << -1 << Speech::Allowed;
        QTest::newRow("ai: ai") << D::Ai << S::Ai << QByteArray("bot") << -1 << Speech::Allowed;
        QTest::newRow("ai: operator") << D::Ai << S::Operator << QByteArray("7") << -1 << Speech::NotHolder;
        QTest::newRow("ai: system") << D::Ai << S::System << QByteArray("crm") << -1 << Speech::Allowed;
        QTest::newRow("queued: guest") << D::Queued << S::Client << QByteArray() << -1 << Speech::Allowed;
        QTest::newRow("queued: ai") << D::Queued << S::Ai << QByteArray("bot") << -1 << Speech::Allowed;
        QTest::newRow("queued: operator") << D::Queued << S::Operator << QByteArray("7") << -1 << Speech::NotHolder;
        QTest::newRow("queued: old holder") << D::Queued << S::Operator << QByteArray("7") << 3 << Speech::NotHolder;
        QTest::newRow("queued: system") << D::Queued << S::System << QByteArray("crm") << -1 << Speech::Allowed;
        QTest::newRow("held: guest") << D::Operator << S::Client << QByteArray() << -1 << Speech::Allowed;
        QTest::newRow("held: ai") << D::Operator << S::Ai << QByteArray("7") << -1 << Speech::NotHolder;
        QTest::newRow("held: holder") << D::Operator << S::Operator << QByteArray("7") << -1 << Speech::Allowed;
        QTest::newRow("held: holder, fencing") << D::Operator << S::Operator << QByteArray("7") << 3 << Speech::Allowed;
        QTest::newRow("held: old claim") << D::Operator << S::Operator << QByteArray("7") << 2 << Speech::StaleFencing;
        QTest::newRow("held: no claim") << D::Operator << S::Operator << QByteArray("7") << 0 << Speech::StaleFencing;
        QTest::newRow("held: another") << D::Operator << S::Operator << QByteArray("8") << -1 << Speech::NotHolder;
        QTest::newRow("held: another's old claim")
            << D::Operator << S::Operator << QByteArray("8") << 2 << Speech::StaleFencing;
        QTest::newRow("held: system") << D::Operator << S::System << QByteArray("crm") << -1 << Speech::Allowed;
        QTest::newRow("closed: guest") << D::Closed << S::Client << QByteArray() << -1 << Speech::Reopens;
        QTest::newRow("closed: ai") << D::Closed << S::Ai << QByteArray("bot") << -1 << Speech::Closed;
        QTest::newRow("closed: operator") << D::Closed << S::Operator << QByteArray("7") << 2 << Speech::Closed;
        QTest::newRow("closed: system") << D::Closed << S::System << QByteArray("crm") << -1 << Speech::Closed;
    }
    void speech()
    {
        QFETCH(const DialogStatus, status);
        QFETCH(const Sender, sender);
        QFETCH(const QByteArray, subject);
        QFETCH(const int, fencing);
        QFETCH(const Speech, expected);
        Dialog dialog;
        dialog.status = status;
        dialog.fencing = 3;
        if (status == DialogStatus::Operator)
            dialog.operatorId = "7";
        const auto said = fencing < 0 ? std::nullopt : std::optional<quint64>(static_cast<quint64>(fencing));
        QCOMPARE(speechIn(dialog, sender, subject, said), expected);
    }

    void nobodySpeaksForAnEmptyHolder()
    {
        Dialog dialog; // held, so it says, but by nobody
        dialog.status = DialogStatus::Operator;
        QCOMPARE(speechIn(dialog, Sender::Operator, "7", std::nullopt), Speech::NotHolder);
    }

    void edit_data()
    {
        QTest::addColumn<Role>("role");
        QTest::addColumn<QByteArray>("subject");
        QTest::addColumn<Sender>("sender");
        QTest::addColumn<bool>("expected");
        QTest::newRow("guest, its own") << Role::Guest << QByteArray("guest:1") << Sender::Client << true;
        QTest::newRow("guest, the AI's") << Role::Guest << QByteArray("guest:1") << Sender::Ai << false;
        QTest::newRow("guest, an operator's") << Role::Guest << QByteArray("7") << Sender::Operator << false;
        QTest::newRow("operator, its own") << Role::Operator << QByteArray("7") << Sender::Operator << true;
        QTest::newRow("operator, another's") << Role::Operator << QByteArray("8") << Sender::Operator << false;
        QTest::newRow("admin, another's") << Role::Admin << QByteArray("8") << Sender::Operator << false;
        QTest::newRow("operator, the guest's") << Role::Operator << QByteArray("7") << Sender::Client << false;
        QTest::newRow("service, the AI's") << Role::Service << QByteArray("bot") << Sender::Ai << true;
        QTest::newRow("service, the system's") << Role::Service << QByteArray("crm") << Sender::System << true;
        QTest::newRow("service, an operator's") << Role::Service << QByteArray("7") << Sender::Operator << false;
        QTest::newRow("service, the guest's") << Role::Service << QByteArray("crm") << Sender::Client << false;
        QTest::newRow("a user") << Role::User << QByteArray("7") << Sender::Operator << false;
    }
    void edit()
    {
        QFETCH(const Role, role);
        QFETCH(const QByteArray, subject);
        QFETCH(const Sender, sender);
        QFETCH(const bool, expected);
        Identity who;
        who.role = role;
        who.subject = subject;
        Message message;
        message.sender = sender;
        message.senderId = "7";
        QCOMPARE(mayEdit(who, message), expected);
    }
};

QTEST_APPLESS_MAIN(TestSpeakRules)
#include "tst_speakrules.moc"
