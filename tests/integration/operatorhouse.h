// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/wire.h"

#include "deskclient.h"

namespace signalbox::test {

inline const QByteArray kPassword = "correct horse";
inline const QByteArray kUnlimited = "1000";

inline QByteArray loginBody(const QByteArray& login, const QByteArray& password)
{
    return "{\"login\":\"" + login + "\",\"password\":\"" + password + "\"}";
}

inline QByteArray newOperatorBody(const QByteArray& login, const QByteArray& role)
{
    return "{\"login\":\"" + login + "\",\"name\":\"N\",\"role\":\"" + role + "\",\"password\":\"" + kPassword + "\"}";
}

inline HttpAnswer sendJson(quint16 port, const QByteArray& method, const QByteArray& path, const QByteArray& body,
                           const QByteArray& token)
{
    return request(port, method, path, Headers{{"Content-Type", "application/json"}} + bearer(token), body);
}

/// One blocking request on a thread of its own.
inline HttpAnswer blockingPost(quint16 port, const QByteArray& path, const QByteArray& body)
{
    Wire wire(port);
    wire.send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
              QByteArray::number(body.size()) + "\r\n\r\n" + body);
    constexpr int kLongPatienceMs = 60'000; // many of them wait for two threads
    wire.readUntil([](const QByteArray& received) { return !answersIn(received).isEmpty(); }, kLongPatienceMs);
    return answersIn(wire.received()).value(0);
}

/// A server with the admin "root" and the operator "anna", who have logged in.
class OperatorHouse
{
protected:
    void open()
    {
        ServerProcess::Variables settings{{"SIGNALBOX_DESK_LOGIN_ATTEMPTS", kUnlimited},
                                          {"SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", "0"}};
        const auto added =
            m_server.runToEnd(settings, {"operator", "add", "--login=Root", "--name=Корень", "--role=admin"});
        QCOMPARE(added.exitCode, 0);
        QVERIFY(added.output.contains("Operator root has the id 1."));
        const QByteArray password = added.output.split('\n').value(1).mid(10);
        QCOMPARE(password.size(), 20);
        QVERIFY(m_server.start(settings));
        const QJsonObject root = json(login("root", password).body);
        m_root = text(root, "access_token");
        m_rootId = text(root, "operator.id");
        QCOMPARE(m_rootId, QByteArray("1"));
        QCOMPARE(
            patch("me", R"({"password":")" + kPassword + R"(","old_password":")" + password + "\"}", m_root).status,
            200);
        m_annaId = create("anna");
        QCOMPARE(m_annaId, QByteArray("2"));
        m_anna = access("anna");
        QVERIFY(!m_anna.isEmpty());
    }
    void close()
    {
        QCOMPARE(m_server.stop(), 0);
        for (const QByteArray& secret : {kPassword, m_root, m_anna})
            QVERIFY(!m_server.log().contains(secret));
    }
    quint16 port() const { return m_server.port(); }
    HttpAnswer login(const QByteArray& name, const QByteArray& password = kPassword)
    {
        return postJson(port(), "/api/auth/login", loginBody(name, password));
    }
    QByteArray access(const QByteArray& name) { return text(json(login(name).body), "access_token"); }
    HttpAnswer refresh(const QByteArray& token)
    {
        return postJson(port(), "/api/auth/refresh", "{\"refresh_token\":\"" + token + "\"}");
    }
    /// Through the API; the id.
    QByteArray create(const QByteArray& login, const QByteArray& role = "operator")
    {
        const QByteArray body = newOperatorBody(login, role);
        const HttpAnswer answer = sendJson(port(), "POST", "/api/operators", body, m_root);
        return text(json(answer.body), "id");
    }
    HttpAnswer patch(const QByteArray& id, const QByteArray& body, const QByteArray& token)
    {
        return sendJson(port(), "PATCH", "/api/operators/" + id, body, token);
    }

    ServerProcess m_server;
    QByteArray m_root; ///< access token of the admin "root"
    QByteArray m_anna; ///< of the operator "anna"
    QByteArray m_rootId;
    QByteArray m_annaId;
};

} // namespace signalbox::test
