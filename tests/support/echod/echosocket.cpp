// SPDX-License-Identifier: GPL-3.0-or-later
#include "echosocket.h"

#include "api/admission.h"
#include "api/socketopening.h"

namespace signalbox::test {

namespace {

/// Everybody. Without a credential, so that no limit per credential counts.
Admission anybody()
{
    auto identity = std::make_shared<Identity>();
    identity->role = Role::User;
    identity->subject = "echo";
    return {std::move(identity), {}, {}, Pool::Site};
}

void openEcho(ApiRequest request, const WsLimits& limits)
{
    const Admission who = anybody();
    WebSocketConnection* const socket = openWebSocket(request, [&] {
        const WireFormat format{Envelope::Channel, Framing::WebSocket, false};
        return std::make_unique<EchoSocket>(request.edge(), describe(request, who, TransportKind::WebSocket), format,
                                            limits);
    });
    if (socket)
        socket->attach(who.channels, {});
}

} // namespace

void EchoSocket::receivedMessage(WsOpcode type, QByteArray payload)
{
    session().send(encodeWsFrame(type, payload));
}

void EchoSocket::greet(const Replay&, bool) {}

QByteArray EchoSocket::lastWords(const Error& why)
{
    return encodeWsClose(why.closeCode(), QByteArrayView(why.name()));
}

void addEchoSocket(Router& router, const QByteArray& path, const WsLimits& limits)
{
    router.add(
        "GET", path, [&limits](ApiRequest request) { openEcho(std::move(request), limits); }, true);
}

} // namespace signalbox::test
