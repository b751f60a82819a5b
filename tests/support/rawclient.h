// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <QList>
#include <QMap>
#include <QTcpSocket>

#include <functional>

namespace signalbox::test {

constexpr int kPatienceMs = 15'000; ///< how long a test waits for what must come

/// A TCP connection of a test: writes bytes as they are, reads until something has come. Spins the event loop.
class RawClient
{
public:
    explicit RawClient(quint16 port);

    bool isConnected() const { return m_socket.state() == QAbstractSocket::ConnectedState; }
    QTcpSocket& socket() { return m_socket; }
    void send(const QByteArray& bytes);
    /// Waits until `enough` says so of everything received so far; false when the time or the connection ended first.
    bool waitFor(const std::function<bool(const QByteArray& received)>& enough, int timeoutMs = kPatienceMs);
    bool waitForText(const QByteArray& text, int timeoutMs = kPatienceMs);
    /// True when the peer closes in time.
    bool waitForClose(int timeoutMs = kPatienceMs);
    /// Lets time pass while reading, for things that must not come.
    void settle(int ms);
    const QByteArray& received() const { return m_received; }
    QByteArray takeReceived() { return std::exchange(m_received, {}); }
    void abort() { m_socket.abort(); }

private:
    void collect() { m_received += m_socket.readAll(); }

    QTcpSocket m_socket;
    QByteArray m_received;
};

/// An HTTP answer, taken apart.
struct HttpAnswer
{
    int status = 0;                       ///< 0: none came
    QMap<QByteArray, QByteArray> headers; ///< lower-case names
    QByteArray body;
};

using Headers = QList<std::pair<QByteArray, QByteArray>>;

/// One request on a connection of its own.
HttpAnswer request(quint16 port, const QByteArray& method, const QByteArray& target, const Headers& headers = {},
                   const QByteArray& body = {});
HttpAnswer get(quint16 port, const QByteArray& target, const Headers& headers = {});
HttpAnswer postJson(quint16 port, const QByteArray& target, const QByteArray& body, const Headers& headers = {});

/// Says which of the staff are there: comes when the server has noticed it, between any others.
bool isOfPresence(const QByteArray& message);

/// One block of an event stream.
struct SseEvent
{
    QByteArray type; ///< empty: message
    QByteArray id;
    QByteArray data;
};

/// An open event stream.
class SseClient
{
public:
    SseClient(quint16 port, const QByteArray& target, const Headers& headers = {});

    int status(int timeoutMs = kPatienceMs);
    QByteArray header(const QByteArray& lowerCaseName);
    /// Waits for `count` blocks with data in all; returns all there are. Those of presence do not count and are left
    /// out.
    QList<SseEvent> events(qsizetype count, int timeoutMs = kPatienceMs);
    /// Of those, the ones with this member at the beginning of their JSON: what is no greeting.
    QList<SseEvent> waitForEvents(const std::function<bool(const QList<SseEvent>&)>& enough,
                                  int timeoutMs = kPatienceMs);
    QByteArray body();
    RawClient& connection() { return m_client; }

private:
    HttpAnswer parsed() const;
    RawClient m_client;
};

/// The blocks of an event stream's body that carry data (a comment or a bare id does not).
QList<SseEvent> parseEventStream(const QByteArray& body);
/// The payload of complete chunks of a chunked body, as far as they have come.
QByteArray dechunked(const QByteArray& body);

} // namespace signalbox::test
