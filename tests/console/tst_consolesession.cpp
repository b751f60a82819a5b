// SPDX-License-Identifier: GPL-3.0-or-later
#include "consolehouse.h"

#include "console/client/httpbackend.h"
#include "console/models/threadmodel.h"

#include <QTcpServer>

using namespace signalbox;
using namespace signalbox::test;
using namespace signalbox::console;
using namespace Qt::StringLiterals;

class tst_ConsoleSession : public QObject, protected ConsoleHouse
{
    Q_OBJECT

private slots:
    void initTestCase() { openHouse(); }
    void cleanupTestCase() { QCOMPARE(m_server.stop(), 0); }

    void aWrongPasswordIsRefused()
    {
        HeadlessConsole anna(port(), u"anna"_s);
        QVERIFY(anna.open());
        const auto error = anna.login("wrong");
        QVERIFY(error);
        QCOMPARE(error->code, ErrorCode::LoginRefused);
        QCOMPARE(anna->session().state(), Session::State::Offline);
        QVERIFY(!anna.login());
        QVERIFY(anna.waitLive());
    }

    void aServerThatIsNotThereIsSaidSo()
    {
        QTcpServer free;
        QVERIFY(free.listen(QHostAddress::LocalHost));
        const quint16 unused = free.serverPort();
        free.close();
        HeadlessConsole anna(unused, u"anna"_s);
        QVERIFY(anna.open());
        const auto error = anna.login();
        QVERIFY(error);
        QCOMPARE(error->code, ErrorCode::Unavailable);
        QVERIFY2(error->message.contains(QString::number(unused)), qPrintable(error->message));
    }

    void aServerWithoutTlsIsNoTlsServer()
    {
        AccountAddress address;
        address.server = QUrl(u"https://127.0.0.1:%1"_s.arg(port()));
        address.login = u"anna"_s;
        QTemporaryDir folder;
        auto workspace = Workspace::forServer(address, folder.path(), forgetfulSecretStore());
        QVERIFY(workspace->open().ok());
        std::optional<Result<void>> outcome;
        workspace->login(u"x"_s, this, [&](const Result<void>& result) { outcome = result; });
        QTRY_VERIFY_WITH_TIMEOUT(outcome.has_value(), kConsolePatienceMs);
        QVERIFY(!outcome->ok());
        QVERIFY(!workspace->session().isLive());
    }

    void whatHappensIsSeen()
    {
        HeadlessConsole anna(port(), u"anna"_s);
        QVERIFY(anna.goLive());
        const qint64 id = guestComes("Where is my order?", "Anna");
        QVERIFY(anna.waitFor([&] { return anna.dialog(id) && anna.dialog(id)->guestName == u"Anna"; }));
        QCOMPARE(anna.dialog(id)->lastText, u"Where is my order?"_s);
        QCOMPARE(wantsHuman(id, 20).status, 201);
        QVERIFY(anna.waitFor([&] { return anna.dialog(id)->handoff && anna.dialog(id)->handoff->id != 0; }));
        QCOMPARE(anna.dialog(id)->handoff->priority, 20);
        QCOMPARE(anna.dialog(id)->handoff->metadata.value("summary"_L1).toString(), u"Order 1"_s);
        QVERIFY(anna->store().counts().queue >= 1);
    }

    void aDialogIsTakenAnsweredAndReleased()
    {
        HeadlessConsole anna(port(), u"anna"_s);
        QVERIFY(anna.goLive());
        const qint64 id = guestComes();
        QCOMPARE(wantsHuman(id).status, 201);
        QVERIFY(anna.waitFor([&] { return anna.dialog(id) && anna.dialog(id)->status == DialogStatus::Queued; }));
        QSignalSpy taken(&anna->actions(), &Actions::taken);
        anna->actions().take(id);
        QVERIFY(anna->store().isMine(*anna.dialog(id)));        // at once
        QVERIFY(anna->actions().post(id, u"Good day!"_s).ok()); // waits for the take
        QVERIFY(anna.waitFor([&] { return taken.size() == 1; }));
        QVERIFY(anna.dialog(id)->handoff->fencing > 0);
        QVERIFY(anna.waitFor([&] { return anna->outbox().waiting() == 0; }));
        QVERIFY(anna.waitFor([&] { return anna.dialog(id)->lastText == u"Good day!"; }));
        QCOMPARE(anna.dialog(id)->waitingSinceMs, 0);
        QVERIFY(anna->actions().addNote(id, u"Polite"_s).ok());
        QVERIFY(anna.waitFor([&] { return anna->outbox().waiting() == 0; }));
        anna->actions().release(id, u"done"_s);
        QVERIFY(anna->actions().isPending(id));
        anna->actions().commitPending();
        QVERIFY(anna.waitFor([&] { return anna.dialog(id)->status == DialogStatus::Ai; }));
        QCOMPARE(anna->store().counts().mine, 0);
    }

    void whatIsUndoneHasNotHappened()
    {
        HeadlessConsole anna(port(), u"anna"_s);
        QVERIFY(anna.goLive());
        const qint64 id = guestComes();
        QVERIFY(anna.waitFor([&] { return anna.dialog(id) != nullptr; }));
        const quint64 pending = anna->actions().close(id);
        QVERIFY(anna->actions().undo(pending));
        QVERIFY(!anna->actions().isPending(id));
        anna->actions().commitPending();
        QCOMPARE(anna->outbox().waiting(), 0);
        QCOMPARE(ask(port(), "GET", path(id), service()).status, 200);
        QVERIFY(anna.dialog(id)->isOpen());
    }

    void theThreadHasWhatWasSaid()
    {
        HeadlessConsole anna(port(), u"anna"_s);
        QVERIFY(anna.goLive());
        const qint64 id = guestComes("one");
        for (int i = 0; i < 120; ++i)
            QCOMPARE(guestSays(id, "m" + QByteArray::number(i)).status, 201);
        QVERIFY(anna.waitFor([&] { return anna.dialog(id) && anna.dialog(id)->lastText == u"m119"; }));
        ThreadModel model(anna->store(), anna->threads());
        model.setDialog(id);
        QVERIFY(anna.waitFor([&] { return model.isLoaded(); }));
        QCOMPARE(model.rowCount(), Threads::kPage);
        QVERIFY(model.hasOlder());
        while (model.hasOlder()) {
            const int before = model.rowCount();
            model.fetchOlder();
            QVERIFY(anna.waitFor([&] { return model.rowCount() > before; }));
        }
        QCOMPARE(model.rowCount(), 121);
        QCOMPARE(model.index(0).data(ThreadModel::TextRole).toString(), u"one"_s);
        QCOMPARE(guestSays(id, "last").status, 201);
        QVERIFY(anna.waitFor([&] { return model.rowCount() == 122; }));
    }

    void typingIsSeenBothWays()
    {
        HeadlessConsole anna(port(), u"anna"_s);
        QVERIFY(anna.goLive());
        const qint64 id = guestComes();
        QVERIFY(anna.waitFor([&] { return anna.dialog(id) != nullptr; }));
        ThreadModel model(anna->store(), anna->threads());
        model.setDialog(id);
        QVERIFY(anna.waitFor([&] { return model.isLoaded(); }));
        QTest::qWait(200); // the subscription has no answer that is told
        QCOMPARE(ask(port(), "POST", "/chat/session/" + QByteArray::number(id) + "/typing", guest(id),
                     R"({"state":"start"})")
                     .status,
                 204);
        QVERIFY(anna.waitFor([&] { return anna->store().typists(id).size() == 1; }));
        QCOMPARE(guestSays(id, "typed").status, 201);
        QVERIFY(anna.waitFor([&] { return anna->store().typists(id).isEmpty(); }));
    }

    void afterAGapNothingIsMissing_data()
    {
        QTest::addColumn<bool>("sse");
        QTest::newRow("WebSocket") << false;
        QTest::newRow("SSE") << true;
    }
    void afterAGapNothingIsMissing()
    {
        QFETCH(bool, sse);
        HeadlessConsole anna(port(), u"anna"_s);
        if (sse)
            static_cast<HttpBackend&>(anna->backend()).setTransport(HttpBackend::Transport::SseOnly);
        QVERIFY(anna.goLive());
        QCOMPARE(anna->backend().transportName(), sse ? u"SSE"_s : u"WebSocket"_s);
        const qint64 id = guestComes("before");
        QVERIFY(anna.waitFor([&] { return anna.dialog(id) != nullptr; }));
        QSignalSpy gaps(&anna->session(), &Session::gapClosed);
        QVERIFY(anna.waitFor([&] { return anna->session().awayMs() == 0; }));
        m_server.kill();
        QVERIFY(anna.waitFor([&] { return !anna->session().isLive(); }));
        QVERIFY(restart());
        QCOMPARE(guestSays(id, "while away").status, 201);
        const qint64 other = guestComes("new one");
        QVERIFY(anna.waitLive());
        QVERIFY(anna.waitFor([&] { return anna.dialog(other) && anna.dialog(id)->lastText == u"while away"; }));
        QVERIFY(anna.waitFor([&] { return !gaps.isEmpty(); }));
        const auto report = gaps.last().first().value<GapReport>();
        QVERIFY(report.awayMs > 0);
        QVERIFY(report.changes.size() >= 1);
    }

    void historyThatIsGoneIsLoadedAnew()
    {
        HeadlessConsole anna(port(), u"anna"_s);
        QVERIFY(anna.goLive());
        const qint64 id = guestComes("known");
        QVERIFY(anna.waitFor([&] { return anna.dialog(id) != nullptr; }));
        QSignalSpy resets(&anna->store(), &Store::reset);
        DeskEvent event;
        event.type = u"nobody.knows"_s;
        event.position = u"x:1"_s;
        event.cursor = u"gone:1"_s; // a place in a log that the server does not have
        anna->store().apply(event);
        m_server.kill();
        QVERIFY(anna.waitFor([&] { return !anna->session().isLive(); }));
        QVERIFY(restart());
        QVERIFY(anna.waitLive());
        QCOMPARE(resets.size(), 1);
        QVERIFY(anna.dialog(id));
    }

    void anExpiredTokenIsRenewed()
    {
        HeadlessConsole anna(port(), u"anna"_s);
        QVERIFY(anna.goLive());
        anna->backend().setAccessToken(u"eyJhbGciOiJIUzI1NiJ9.e30.nonsense"_s);
        std::optional<CallResult> result;
        Call call;
        call.path = u"/api/operators/me"_s;
        anna->backend().call(call, this, [&](const CallResult& answer) { result = answer; });
        QVERIFY(anna.waitFor([&] { return result.has_value(); }));
        QVERIFY(std::holds_alternative<Answer>(*result));
    }

    void statusOperatorsAndConnections()
    {
        HeadlessConsole boss(port(), u"boss"_s);
        QVERIFY(boss.goLive());
        boss->actions().setStatus(Presence::Dnd, boss->store().now() + 3'600'000);
        QVERIFY(boss.waitFor([&] { return boss->store().me().wanted == Presence::Dnd; }));
        QVERIFY(boss->store().me().wantedUntilMs > 0);
        std::optional<CallResult> result;
        const auto done = [&](const CallResult& answer) { result = answer; };
        boss->actions().createOperator({{u"login"_s, u"zoe"_s},
                                        {u"name"_s, u"Zoe"_s},
                                        {u"password"_s, u"long enough"_s},
                                        {u"role"_s, u"operator"_s}},
                                       this, done);
        QVERIFY(boss.waitFor([&] { return result.has_value(); }));
        QCOMPARE(std::get<Answer>(*result).status, 201);
        QVERIFY(boss.waitFor([&] {
            const auto& all = boss->store().operators();
            return std::any_of(all.begin(), all.end(), [](const Operator& one) { return one.login == u"zoe"; });
        }));
        HeadlessConsole anna(port(), u"anna"_s);
        QVERIFY(anna.goLive());
        QSignalSpy states(&anna->session(), &Session::stateChanged);
        result.reset();
        boss->actions().closeConnectionsOf(anna->store().me().id, this, done);
        QVERIFY(boss.waitFor([&] { return result.has_value(); }));
        QVERIFY(std::holds_alternative<Answer>(*result));
        QVERIFY(anna.waitFor([&] { return anna->session().state() == Session::State::Refused; }));
    }

    void aRefusedMessageStaysUntilRetryOrRemove()
    {
        HeadlessConsole anna(port(), u"anna"_s);
        QVERIFY(anna.goLive());
        const qint64 id = guestComes();
        QVERIFY(anna.waitFor([&] { return anna.dialog(id) != nullptr; }));
        const auto first = anna->actions().post(id, u"not mine"_s);
        const auto second = anna->actions().post(id, u"behind it"_s);
        QVERIFY(first.ok() && second.ok());
        QVERIFY(anna.waitFor([&] { return anna->outbox().failed() == 1; }));
        QCOMPARE(anna->outbox().find(*first)->errorCode, u"not_holder"_s);
        QCOMPARE(anna->outbox().find(*second)->delivery, Delivery::Queued);
        anna->actions().take(id);
        QVERIFY(anna.waitFor([&] { return !anna->actions().isTaking(id) && anna->store().isMine(*anna.dialog(id)); }));
        anna->outbox().retry(*first);
        QVERIFY(anna.waitFor([&] { return anna->outbox().waiting() == 0; }));
        QStringList said;
        for (const QJsonValue& message : messagesOf(id))
            if (message.toObject().value("sender"_L1).toString() == u"operator")
                said.append(message.toObject().value("text"_L1).toString());
        QCOMPARE(said, QStringList({u"not mine"_s, u"behind it"_s}));
    }
};

QTEST_GUILESS_MAIN(tst_ConsoleSession)
#include "tst_consolesession.moc"
