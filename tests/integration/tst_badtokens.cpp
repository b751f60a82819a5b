// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens that open nothing: expired, of another algorithm, of somebody else, changed on the way, or replayed.
#include "support/bystander.h"
#include "support/craftedtokens.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::test;

namespace {

QJsonObject jsonWith(const WsWire& socket, const QByteArray& part)
{
    return QJsonDocument::fromJson(socket.textWith(part)).object();
}

} // namespace

class BadTokensTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void craftedTokensAreGood();
    void badStaffTokens_data();
    void badStaffTokens();
    void unknownRoleOpensNothing();
    void badGuestTokens_data();
    void badGuestTokens();
    void refreshBySomebodyElse_data();
    void refreshBySomebodyElse();
    void refreshDoesNotLendRights();

private:
    static QByteArray guestTarget(const QByteArray& dialog = "17")
    {
        return "/channel/ws?session=" + dialog + "&token=" + ServerProcess::sessionToken(dialog);
    }
    static QByteArray staffTarget(const QByteArray& subject = "7")
    {
        return "/channel/ws?type=staff&access_token=" + ServerProcess::jwt(Role::Operator, subject);
    }

    ServerProcess m_server;
};

/// A server that a sanitizer or a leak has something to say about does not end with 0.
void BadTokensTest::cleanupTestCase()
{
    QCOMPARE(m_server.stop(), 0);
}

void BadTokensTest::initTestCase()
{
    QVERIFY(m_server.start({{"SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "0"}}));
}

/// Otherwise the tests below would pass for the wrong reason.
void BadTokensTest::craftedTokensAreGood()
{
    WsWire staff(m_server.port(),
                 "/channel/ws?type=staff&access_token=" + craftedJwt(kHs256Header, jwtClaims(unixNow() + 600)));
    QVERIFY(staff.isEstablished());
    WsWire guest(m_server.port(), "/channel/ws?session=17&token=" + craftedSessionToken("17", unixNow() - 3600));
    QVERIFY(guest.isEstablished());
}

void BadTokensTest::badStaffTokens_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("reason");
    const auto row = [](const char* name, const QByteArray& token, const char* reason = "unauthorized") {
        QTest::newRow(name) << token << QByteArray(reason);
    };
    const QByteArray good = jwtClaims(unixNow() + 600);
    const QByteArray signedGood = craftedJwt(kHs256Header, good);
    row("expired", craftedJwt(kHs256Header, jwtClaims(unixNow() - 120)), "token_expired");
    row("without an end", craftedJwt(kHs256Header, R"({"sub":"7","role":"operator"})"));
    row("an end too far", craftedJwt(kHs256Header, jwtClaims(unixNow() + 25 * 3600)));
    row("an end that is text", craftedJwt(kHs256Header, R"({"sub":"7","role":"operator","exp":"never"})"));
    row("not valid yet",
        craftedJwt(kHs256Header, R"({"sub":"7","role":"operator","nbf":)" + QByteArray::number(unixNow() + 300) +
                                     R"(,"exp":)" + QByteArray::number(unixNow() + 600) + "}"));
    row("HS512", craftedJwt(R"({"alg":"HS512"})", good, QCryptographicHash::Sha512));
    row("HS384", craftedJwt(R"({"alg":"HS384"})", good, QCryptographicHash::Sha384));
    row("RS256 by name", craftedJwt(R"({"alg":"RS256"})", good));
    row("none, unsigned", base64Url(R"({"alg":"none"})") + '.' + base64Url(good) + '.');
    row("None, unsigned", base64Url(R"({"alg":"None"})") + '.' + base64Url(good) + '.');
    row("none, signed", craftedJwt(R"({"alg":"none"})", good));
    row("no algorithm", craftedJwt(R"({"typ":"JWT"})", good));
    row("another secret",
        craftedJwt(kHs256Header, good, QCryptographicHash::Sha256, "another secret of forty-five characters, longer"));
    row("the session secret",
        craftedJwt(kHs256Header, good, QCryptographicHash::Sha256, ServerProcess::sessionSecret()));
    row("another payload", [&]() -> QByteArray {
        const QByteArrayList parts = signedGood.split('.');
        return parts[0] + '.' + base64Url(jwtClaims(unixNow() + 600, "admin", "1")) + '.' + parts[2];
    }());
    row("a changed signature", tampered(signedGood, signedGood.size() - 10));
    row("a signature cut short", signedGood.chopped(1));
    row("no signature", signedGood.left(signedGood.lastIndexOf('.') + 1));
    row("two parts", signedGood.left(signedGood.lastIndexOf('.')));
    row("four parts", signedGood + ".x");
    row("critical extensions", craftedJwt(R"({"alg":"HS256","crit":["b64"],"b64":false})", good));
    row("a guest's session token", ServerProcess::sessionToken("17"));
    row("no token at all", "");
    row("far too long", QByteArray(9000, 'a'));
    row("nonsense", "%00%ff...");
}

void BadTokensTest::badStaffTokens()
{
    QFETCH(QByteArray, token);
    QFETCH(QByteArray, reason);
    const QByteArray escaped = token.toPercentEncoding("%");
    if (escaped.size() < 6000) {
        for (const char* door : {"/channel/ws?type=staff&access_token=", "/ws/dialogs/17?access_token="}) {
            WsWire socket(m_server.port(), door + escaped);
            QCOMPARE(socket.status(), 101);
            QCOMPARE(socket.closeCode(), 4401);
            QCOMPARE(socket.closeReason(), reason);
            QVERIFY(!socket.wire().received().contains("established"));
        }
    }
    WsWire header(m_server.port(), "/channel/ws?type=staff", {{"Authorization", "Bearer " + escaped}});
    QCOMPARE(header.closeCode(), 4401);
    const HttpAnswer answer = get(m_server.port(), "/channel/sse?type=staff", {{"Authorization", "Bearer " + escaped}});
    QCOMPARE(answer.status, 401);
    QVERIFY(answer.body.startsWith(QByteArray("{\"code\":\"" + reason + "\"")));
}

void BadTokensTest::unknownRoleOpensNothing()
{
    const QByteArray token = craftedJwt(kHs256Header, jwtClaims(unixNow() + 600, "emperor"));
    for (const char* door : {"/channel/ws?type=staff&access_token=", "/ws/dialogs/17?access_token="})
        QCOMPARE(WsWire(m_server.port(), door + token).closeCode(), 4403);
}

void BadTokensTest::badGuestTokens_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<int>("code");
    const auto row = [](const char* name, const QByteArray& token, const QByteArray& session = "17") {
        QTest::newRow(name) << "/channel/ws?session=" + session + "&token=" + token << 4401;
    };
    const QByteArray good = ServerProcess::sessionToken("17");
    row("of another dialog", ServerProcess::sessionToken("18"));
    row("of a dialog that begins alike", ServerProcess::sessionToken("171"));
    row("expired", craftedSessionToken("17", unixNow() - 25 * 3600));
    row("from the future", craftedSessionToken("17", unixNow() + 3600));
    row("another secret", craftedSessionToken("17", unixNow(), "another secret of forty-five characters, longer"));
    row("another time", "v1." + QByteArray::number(unixNow() + 1) + good.mid(good.lastIndexOf('.')));
    row("a time with a zero in front", "v1.0" + good.mid(3));
    row("another version", "v2" + good.mid(2));
    row("a changed signature", tampered(good, good.size() - 10));
    row("cut short", good.chopped(1));
    row("no token", "");
    row("an operator's", ServerProcess::jwt(Role::Operator, "7"));
    row("a site's", ServerProcess::siteToken("shop", "17"));
    row("a dialog with a line break", good, "17%0A");
    row("a dialog with a blank", good, "17%20");
    row("a dialog that is not UTF-8", good, "17%ff");
    const QByteArray site = ServerProcess::siteToken("shop", "17");
    const auto siteRow = [](const char* name, const QByteArray& token, int code = 4401) {
        QTest::newRow(name) << "/ws/site/dialogs/17?site_token=" + token << code;
    };
    siteRow("site token of another dialog", ServerProcess::siteToken("shop", "18"), 4403);
    siteRow("site token, changed", tampered(site, site.size() - 10));
    siteRow("site token, cut", site.left(site.lastIndexOf('.')));
    siteRow("site token, another payload",
            "s1." + base64Url(R"({"site":"shop","exp":9999999999})") + site.mid(site.lastIndexOf('.')));
    siteRow("site token, signed with the bare secret", []() -> QByteArray {
        const QByteArray head = "s1." + base64Url(R"({"site":"shop","exp":9999999999})");
        return head + '.' + hmac(head, ServerProcess::sessionSecret());
    }());
    siteRow("session token as a site token", ServerProcess::sessionToken("17"));
}

void BadTokensTest::badGuestTokens()
{
    QFETCH(QByteArray, target);
    QFETCH(int, code);
    WsWire socket(m_server.port(), target);
    QCOMPARE(socket.status(), 101);
    QCOMPARE(socket.closeCode(), code);
    QVERIFY(!socket.wire().received().contains("established"));
}

void BadTokensTest::refreshBySomebodyElse_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QString>("code");
    const auto row = [](const char* name, const QByteArray& target, const QByteArray& token, const char* code) {
        QTest::newRow(name) << target << token << QString::fromLatin1(code);
    };
    row("another operator's", staffTarget("7"), ServerProcess::jwt(Role::Operator, "8"), "forbidden");
    row("an admin's of the same name", staffTarget("7"), ServerProcess::jwt(Role::Admin, "7"), "forbidden");
    row("a service's", staffTarget("7"), ServerProcess::webhookToken(), "forbidden");
    row("an expired one", staffTarget("7"), craftedJwt(kHs256Header, jwtClaims(unixNow() - 120)), "token_expired");
    row("a guest's", staffTarget("7"), ServerProcess::sessionToken("17"), "unauthorized");
    row("guest: of another dialog", guestTarget("17"), ServerProcess::sessionToken("18"), "unauthorized");
    row("guest: an operator's", guestTarget("17"), ServerProcess::jwt(Role::Operator, "7"), "unauthorized");
    row("guest: expired", guestTarget("17"), craftedSessionToken("17", unixNow() - 25 * 3600), "token_expired");
    row("site: of another dialog", "/ws/site/dialogs/17?site_token=" + ServerProcess::siteToken("shop", "17"),
        ServerProcess::siteToken("shop", "18"), "forbidden");
}

void BadTokensTest::refreshBySomebodyElse()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, token);
    QFETCH(QString, code);
    WsWire socket(m_server.port(), target);
    QVERIFY(socket.isEstablished());
    socket.sendText(R"({"type":"refresh","ref":"r","token":")" + token + "\"}");
    QVERIFY(socket.waitForText("\"ref\":\"r\""));
    const QJsonObject answer = jsonWith(socket, "\"ref\":\"r\"");
    QCOMPARE(answer[QLatin1String("type")].toString(), QStringLiteral("error"));
    QCOMPARE(answer[QLatin1String("code")].toString(), code);
    QVERIFY(!socket.wire().received().contains(token));
    socket.sendText(R"({"type":"ping","ref":"still here"})");
    QVERIFY(socket.waitForText("still here"));
}

void BadTokensTest::refreshDoesNotLendRights()
{
    WsWire socket(m_server.port(), staffTarget("7"));
    QVERIFY(socket.isEstablished());
    socket.sendText(R"({"type":"refresh","ref":"stolen","token":")" + ServerProcess::jwt(Role::Director, "8") + "\"}");
    socket.sendText(R"({"type":"subscribe","ref":"theirs","channel":"operator:8"})");
    socket.sendText(R"({"type":"subscribe","ref":"directors","channel":"directors"})");
    QVERIFY(socket.waitForText("\"ref\":\"directors\""));
    QCOMPARE(socket.wire().received().count("\"code\":\"forbidden\""), 3);
    socket.sendText(R"({"type":"refresh","ref":"own","token":")" + ServerProcess::jwt(Role::Operator, "7") + "\"}");
    QVERIFY(socket.waitForText("\"ref\":\"own\""));
    QCOMPARE(jsonWith(socket, "\"ref\":\"own\"")[QLatin1String("type")].toString(), QStringLiteral("refreshed"));
}

QTEST_GUILESS_MAIN(BadTokensTest)
#include "tst_badtokens.moc"
