// SPDX-License-Identifier: GPL-3.0-or-later
#include "scriptedserver.h"

#include "console/client/httpbackend.h"
#include "console/client/outbox.h"
#include "console/client/secretstore.h"
#include "console/client/session.h"
#include "console/client/ssestream.h"
#include "console/client/tokens.h"
#include "console/store/store.h"

#include <QJsonDocument>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;
using namespace signalbox::test;
using namespace signalbox::console;
using namespace Qt::StringLiterals;

/// The console against a server that does everything wrong.
class tst_ConsoleHttp : public QObject
{
    Q_OBJECT

    using Request = ScriptedServer::Request;

    static QByteArray answer(int status, const QByteArray& body = "{}", const QByteArray& headers = {})
    {
        return ScriptedServer::answer(status, body, headers);
    }
    CallResult ask(HttpBackend& backend, Call call)
    {
        std::optional<CallResult> result;
        backend.call(std::move(call), this, [&result](const CallResult& got) { result = got; });
        return QTest::qWaitFor([&result] { return result.has_value(); }, 20'000) ? *result : CallResult(CallError{});
    }
    static Call get(const QString& path, int timeoutMs = 10'000)
    {
        Call call;
        call.path = path;
        call.timeoutMs = timeoutMs;
        return call;
    }
    static QByteArray clientIdOf(const Request& request)
    {
        return QJsonDocument::fromJson(request.body).object().value("client_message_id"_L1).toString().toUtf8();
    }
    static Intent message(const QString& text)
    {
        Intent intent;
        intent.dialogId = 1;
        intent.body = {{u"text"_s, text}};
        return intent;
    }
    static Intent intent(IntentKind kind, const QJsonObject& body = {})
    {
        Intent one = message({});
        one.kind = kind;
        one.body = body;
        return one;
    }

private slots:
    void refusals_data()
    {
        QTest::addColumn<QByteArray>("reply");
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("code");
        QTest::addColumn<bool>("passing");
        const auto row = [](const char* name, const QByteArray& reply, int status, ErrorCode code, bool passing) {
            QTest::newRow(name) << reply << status << static_cast<int>(code) << passing;
        };
        row("coded", answer(409, R"({"code":"dialog_closed","message":"m"})"), 409, ErrorCode::DialogClosed, false);
        row("unknown code", answer(409, R"({"code":"new_thing"})"), 409, ErrorCode::Internal, false);
        row("no body", answer(404, ""), 404, ErrorCode::NotFound, false);
        row("page", answer(502, "<html>Bad gateway</html>"), 502, ErrorCode::Unavailable, true);
        row("busy", answer(503, R"({"code":"unavailable"})", "Retry-After: 3\r\n"), 503, ErrorCode::Unavailable, true);
        row("too many", answer(429, R"({"code":"rate_limited"})", "Retry-After: 3\r\n"), 429, ErrorCode::RateLimited,
            true);
        row("redirect", answer(302, "", "Location: http://127.0.0.1:1/\r\n"), 302, ErrorCode::BadRequest, false);
        row("cut", {}, 0, ErrorCode::Unavailable, true);
        row("no HTTP", "SSH-2.0-OpenSSH\r\n\r\n", 0, ErrorCode::Unavailable, true);
    }
    void refusals()
    {
        QFETCH(QByteArray, reply);
        QFETCH(int, status);
        QFETCH(int, code);
        QFETCH(bool, passing);
        ScriptedServer server([&](const Request&) { return reply; });
        HttpBackend backend(server.url(), {});
        const CallResult result = ask(backend, get(u"/x"_s, 3000));
        QVERIFY(std::holds_alternative<CallError>(result));
        const auto& error = std::get<CallError>(result);
        QCOMPARE(error.status, status);
        if (status != 0)
            QCOMPARE(static_cast<int>(error.error.code), code);
        QCOMPARE(error.isPassing(), passing);
        if (reply.contains("Retry-After"))
            QCOMPARE(error.retryAfterMs, 3000);
    }

    void aHolderIsNamed()
    {
        ScriptedServer server([](const Request&) {
            return answer(409, R"({"code":"handoff_taken","message":"m","holder":{"id":"7","name":"Мария"}})");
        });
        HttpBackend backend(server.url(), {});
        const auto error = std::get<CallError>(ask(backend, get(u"/x"_s)));
        QCOMPARE(error.holderId, u"7"_s);
        QCOMPARE(error.holderName, u"Мария"_s);
    }

    void silenceEnds()
    {
        ScriptedServer server([](const Request&) { return ScriptedServer::kSilence; });
        HttpBackend backend(server.url(), {});
        const auto error = std::get<CallError>(ask(backend, get(u"/x"_s, 300)));
        QCOMPARE(error.error.code, ErrorCode::RequestTimeout);
        QVERIFY(error.isAmbiguous());
    }

    void anAnswerOfOddBytesIsAnEmptyOne()
    {
        ScriptedServer server([](const Request&) { return answer(200, "\xFF\xFE[[[["); });
        HttpBackend backend(server.url(), {});
        const CallResult result = ask(backend, get(u"/x"_s));
        QVERIFY(std::holds_alternative<Answer>(result));
        QVERIFY(std::get<Answer>(result).body.isEmpty());
    }

    void whatIsCancelledIsNotAnswered()
    {
        ScriptedServer server([](const Request&) { return answer(200); });
        HttpBackend backend(server.url(), {});
        bool called = false;
        backend.cancel(backend.call(get(u"/x"_s), this, [&](const CallResult&) { called = true; }));
        auto* gone = new QObject;
        backend.call(get(u"/x"_s), gone, [&](const CallResult&) { called = true; });
        delete gone;
        QVERIFY(std::holds_alternative<Answer>(ask(backend, get(u"/y"_s))));
        QVERIFY(!called);
    }

    void manyRefusalsRefreshOnce()
    {
        ScriptedServer server([](const Request& request) {
            if (request.isTo("/api/auth/refresh") || request.isTo("/api/auth/login"))
                return answer(200, R"({"access_token":"fresh","refresh_token":"r2","expires_in":900})");
            return request.head.contains("Bearer fresh") ? answer(200) : answer(401, R"({"code":"token_expired"})");
        });
        HttpBackend backend(server.url(), {});
        const auto secrets = forgetfulSecretStore();
        Tokens tokens(backend, *secrets, u"a"_s);
        bool isIn = false;
        tokens.login(u"a"_s, u"b"_s, this, [&](const Result<void>& result) { isIn = result.ok(); });
        QTRY_VERIFY_WITH_TIMEOUT(isIn, 60'000);
        backend.setAccessToken(u"stale"_s);
        int answered = 0;
        for (int i = 0; i < 5; ++i) {
            backend.call(get(u"/x"_s), this,
                         [&](const CallResult& result) { answered += std::holds_alternative<Answer>(result) ? 1 : 0; });
        }
        QTRY_COMPARE_WITH_TIMEOUT(answered, 5, 60'000);
        QCOMPARE(server.count("/api/auth/refresh"), 1);
    }

    void aRefusedRefreshEndsEverything()
    {
        ScriptedServer server([](const Request& request) {
            if (request.isTo("/api/auth/login"))
                return answer(200, R"({"access_token":"a","refresh_token":"r","expires_in":900})");
            return answer(401, R"({"code":"unauthorized"})");
        });
        HttpBackend backend(server.url(), {});
        const auto secrets = forgetfulSecretStore();
        Tokens tokens(backend, *secrets, u"a"_s);
        QSignalSpy ended(&tokens, &Tokens::ended);
        bool isIn = false;
        tokens.login(u"a"_s, u"b"_s, this, [&](const Result<void>& result) { isIn = result.ok(); });
        QTRY_VERIFY_WITH_TIMEOUT(isIn, 60'000);
        const auto error = std::get<CallError>(ask(backend, get(u"/x"_s)));
        QCOMPARE(error.status, 401);
        QCOMPARE(ended.size(), 1);
        std::optional<bool> found;
        secrets->read(u"a"_s, this, [&](const Result<QString>& secret) { found = secret.ok(); });
        QTRY_VERIFY_WITH_TIMEOUT(found.has_value(), 60'000);
        QVERIFY(!*found);
    }

    void aMessageIsSentAgainWithItsId()
    {
        int posts = 0;
        ScriptedServer server([&](const Request& request) -> QByteArray {
            if (!request.isTo("/messages"))
                return answer(404);
            switch (++posts) {
            case 1:
                return answer(503, R"({"code":"unavailable"})", "Retry-After: 1\r\n");
            case 2:
                return {}; // heard, and cut
            default:
                return answer(201, R"({"id":5,"dialog_id":1,"sender":"operator","text":"x"})");
            }
        });
        QTemporaryDir folder;
        HttpBackend backend(server.url(), {});
        Outbox outbox(backend, folder.path());
        QVERIFY(outbox.open().ok());
        QSignalSpy sent(&outbox, &Outbox::sent);
        QVERIFY(outbox.add(message(u"x"_s)).ok());
        QVERIFY(outbox.add(message(u"y"_s)).ok());
        QTest::qWait(50);
        QCOMPARE(server.requests().size(), 0); // not live
        outbox.setLive(true);
        QTRY_COMPARE_WITH_TIMEOUT(sent.size(), 2, 20'000);
        QCOMPARE(server.requests().size(), 4);
        for (int i = 1; i < 3; ++i)
            QCOMPARE(clientIdOf(server.requests()[i]), clientIdOf(server.requests()[0]));
        QVERIFY(clientIdOf(server.requests()[3]) != clientIdOf(server.requests()[0]));
        QVERIFY(sent.first().last().toInt() >= 0);
    }

    void theFeedConfirmsToo()
    {
        ScriptedServer server([](const Request&) { return ScriptedServer::kSilence; });
        QTemporaryDir folder;
        HttpBackend backend(server.url(), {});
        Outbox outbox(backend, folder.path());
        QVERIFY(outbox.open().ok());
        outbox.setLive(true);
        const auto id = outbox.add(message(u"x"_s));
        QTRY_COMPARE_WITH_TIMEOUT(server.requests().size(), 1, 60'000);
        outbox.confirm(2, *id); // another dialog's
        QCOMPARE(outbox.waiting(), 1);
        outbox.confirm(1, *id);
        QCOMPARE(outbox.waiting(), 0);
    }

    void aNoteIsLookedForBeforeItIsSentAgain()
    {
        bool isThere = false;
        int posts = 0;
        ScriptedServer server([&](const Request& request) -> QByteArray {
            if (request.line.startsWith("GET"))
                return answer(200, R"({"items":[{"id":3,"author":{"id":"7","name":"A"},"text":"n","timestamp":")" +
                                       QByteArray(isThere ? "2999-01-01T00:00:00Z" : "1999-01-01T00:00:00Z") +
                                       R"("}],"has_more":false})");
            return ++posts == 1 ? QByteArray() : answer(201);
        });
        for (const bool there : {true, false}) {
            isThere = there;
            posts = 0;
            QTemporaryDir folder;
            HttpBackend backend(server.url(), {});
            Outbox outbox(backend, folder.path());
            QVERIFY(outbox.open().ok());
            outbox.setAuthor(u"7"_s);
            outbox.setLive(true);
            QVERIFY(outbox.add(intent(IntentKind::Note, {{u"text"_s, u"n"_s}})).ok());
            QTRY_COMPARE_WITH_TIMEOUT(outbox.waiting(), 0, 20'000);
            QCOMPARE(posts, there ? 1 : 2);
        }
    }

    void aReleaseWhoseAnswerWasLostIsDone()
    {
        int posts = 0;
        ScriptedServer server([&](const Request&) -> QByteArray {
            return ++posts == 1 ? QByteArray() : answer(409, R"({"code":"not_holder"})");
        });
        QTemporaryDir folder;
        HttpBackend backend(server.url(), {});
        Outbox outbox(backend, folder.path());
        QVERIFY(outbox.open().ok());
        outbox.setLive(true);
        QVERIFY(outbox.add(intent(IntentKind::Release)).ok());
        QTRY_COMPARE_WITH_TIMEOUT(outbox.waiting(), 0, 20'000);
        QCOMPARE(posts, 2);
        QVERIFY(outbox.add(intent(IntentKind::Release)).ok()); // refused at the first attempt: it has not been done
        QTRY_COMPARE_WITH_TIMEOUT(outbox.failed(), 1, 20'000);
    }

    void aFailedOneHoldsBackItsDialogOnly()
    {
        ScriptedServer server([](const Request& request) {
            return request.isTo("/dialogs/1/") ? answer(409, R"({"code":"not_holder"})") : answer(201);
        });
        QTemporaryDir folder;
        HttpBackend backend(server.url(), {});
        Outbox outbox(backend, folder.path());
        QVERIFY(outbox.open().ok());
        outbox.setLive(true);
        const auto first = outbox.add(message(u"a"_s));
        QVERIFY(outbox.add(message(u"b"_s)).ok());
        Intent other = message(u"c"_s);
        other.dialogId = 2;
        QVERIFY(outbox.add(other).ok());
        QTRY_COMPARE_WITH_TIMEOUT(outbox.failed(), 1, 60'000);
        QTRY_COMPARE_WITH_TIMEOUT(outbox.waiting(), 2, 60'000);
        QCOMPARE(server.count("/dialogs/1/"), 1);
        {
            Outbox again(backend, folder.path()); // it is failed after a restart too
            QVERIFY(again.open().ok());
            QCOMPARE(again.failed(), 1);
            QCOMPARE(again.of(1).size(), 2);
        }
        outbox.remove(*first);
        QTRY_COMPARE_WITH_TIMEOUT(server.count("/dialogs/1/"), 2, 60'000);
    }

    void whatIsHeldWaits()
    {
        ScriptedServer server([](const Request&) { return answer(201); });
        QTemporaryDir folder;
        HttpBackend backend(server.url(), {});
        Outbox outbox(backend, folder.path());
        QVERIFY(outbox.open().ok());
        outbox.setLive(true);
        outbox.hold(1, true);
        QVERIFY(outbox.add(message(u"a"_s)).ok());
        QTest::qWait(50);
        QCOMPARE(server.requests().size(), 0);
        outbox.hold(1, false);
        QTRY_COMPARE_WITH_TIMEOUT(outbox.waiting(), 0, 60'000);
    }

    void aSnapshotOfNonsenseIsTriedAgain()
    {
        int snapshots = 0;
        ScriptedServer server([&](const Request& request) {
            if (request.isTo("/api/auth/login"))
                return answer(200, R"({"access_token":"a","refresh_token":"r","expires_in":900})");
            if (request.isTo("/snapshot"))
                return ++snapshots == 1 ? answer(200, "[]")
                                        : answer(200, R"({"position":"j:1","dialogs":[{"id":1},{"no":"id"},5]})");
            return answer(404);
        });
        HttpBackend backend(server.url(), {});
        const auto secrets = forgetfulSecretStore();
        Tokens tokens(backend, *secrets, u"a"_s);
        Store store([] { return qint64{0}; });
        Session session(backend, store, tokens);
        tokens.login(u"a"_s, u"b"_s, this, [&](const Result<void>&) { session.start(); });
        QTRY_VERIFY_WITH_TIMEOUT(store.isLoaded(), 20'000);
        QCOMPARE(snapshots, 2);
        QCOMPARE(store.dialogCount(), 1);
        QVERIFY(!session.isLive());
        // 404: this server has no such door, neither for WebSocket nor, after that, for SSE.
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), Session::State::Refused, 30'000);
    }

    void anEventStreamThatEndsIsTold()
    {
        ScriptedServer server([](const Request& request) {
            if (request.isTo("channels=a"))
                return QByteArray(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
                    "retry: 5\n\nid: c:1\ndata: {\"type\":\"x\"}\n\nevent: reset\ndata: {\"code\":\"h\"}\n\n");
            return answer(503, R"({"code":"going_away"})", "Retry-After: 2\r\n");
        });
        SseStream stream;
        QSignalSpy received(&stream, &EventStream::received);
        QSignalSpy closed(&stream, &EventStream::closed);
        stream.open({server.url(), u"t"_s, {}, {u"a"_s}});
        QTRY_COMPARE_WITH_TIMEOUT(received.size(), 2, 60'000);
        QCOMPARE(received[1][0].toByteArray(), QByteArray(R"({"type":"reset","data":{"code":"h"}})"));
        stream.open({server.url(), u"t"_s, u"c:1"_s, {}});
        QTRY_COMPARE_WITH_TIMEOUT(closed.size(), 1, 60'000);
        QCOMPARE(closed[0][0].value<ErrorCode>(), ErrorCode::GoingAway);
        QCOMPARE(closed[0][2].toInt(), 2000);
        QVERIFY(server.requests().last().head.contains("Last-Event-ID: c:1"));
    }
};

QTEST_GUILESS_MAIN(tst_ConsoleHttp)
#include "tst_consolehttp.moc"
