// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/rawclient.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QHostAddress>

namespace signalbox::test {

namespace {

HttpAnswer parseAnswer(const QByteArray& received)
{
    HttpAnswer answer;
    const qsizetype end = received.indexOf("\r\n\r\n");
    if (end < 0)
        return answer;
    const QByteArrayList lines = received.first(end).split('\n');
    answer.status = lines.first().mid(9, 3).toInt();
    for (qsizetype i = 1; i < lines.size(); ++i) {
        const qsizetype colon = lines[i].indexOf(':');
        answer.headers.insert(lines[i].left(colon).toLower(), lines[i].mid(colon + 1).trimmed());
    }
    answer.body = received.mid(end + 4);
    return answer;
}

bool isComplete(const QByteArray& received)
{
    const HttpAnswer answer = parseAnswer(received);
    if (answer.status == 0)
        return false;
    if (answer.headers.contains("content-length"))
        return answer.body.size() >= answer.headers.value("content-length").toLongLong();
    return answer.status == 204 || answer.status == 304 || answer.body.endsWith("0\r\n\r\n");
}

} // namespace

RawClient::RawClient(quint16 port)
{
    m_socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    m_socket.waitForConnected(kPatienceMs);
}

void RawClient::send(const QByteArray& bytes)
{
    m_socket.write(bytes);
    m_socket.flush();
}

bool RawClient::waitFor(const std::function<bool(const QByteArray&)>& enough, int timeoutMs)
{
    QElapsedTimer timer;
    timer.start();
    collect();
    while (!enough(m_received)) {
        if (timer.elapsed() > timeoutMs)
            return false;
        if (m_socket.state() == QAbstractSocket::UnconnectedState) {
            collect();
            return enough(m_received);
        }
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 20);
        m_socket.waitForReadyRead(5);
        collect();
    }
    return true;
}

bool RawClient::waitForText(const QByteArray& text, int timeoutMs)
{
    return waitFor([&text](const QByteArray& received) { return received.contains(text); }, timeoutMs);
}

bool RawClient::waitForClose(int timeoutMs)
{
    waitFor([this](const QByteArray&) { return m_socket.state() == QAbstractSocket::UnconnectedState; }, timeoutMs);
    return m_socket.state() == QAbstractSocket::UnconnectedState;
}

void RawClient::settle(int ms)
{
    waitFor([](const QByteArray&) { return false; }, ms);
}

HttpAnswer request(quint16 port, const QByteArray& method, const QByteArray& target, const Headers& headers,
                   const QByteArray& body)
{
    RawClient client(port);
    QByteArray text = method + ' ' + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    for (const auto& [name, value] : headers)
        text += name + ": " + value + "\r\n";
    if (!body.isEmpty() || method == "POST" || method == "PUT")
        text += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    client.send(text + "\r\n" + body);
    client.waitFor([&](const QByteArray& received) {
        return method == "HEAD" ? received.contains("\r\n\r\n") : isComplete(received);
    });
    return parseAnswer(client.received());
}

HttpAnswer get(quint16 port, const QByteArray& target, const Headers& headers)
{
    return request(port, "GET", target, headers);
}

HttpAnswer postJson(quint16 port, const QByteArray& target, const QByteArray& body, const Headers& headers)
{
    return request(port, "POST", target, Headers{{"Content-Type", "application/json"}} + headers, body);
}

SseClient::SseClient(quint16 port, const QByteArray& target, const Headers& headers)
    : m_client(port)
{
    QByteArray text = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n";
    for (const auto& [name, value] : headers)
        text += name + ": " + value + "\r\n";
    m_client.send(text + "\r\n");
}

HttpAnswer SseClient::parsed() const
{
    return parseAnswer(m_client.received());
}

int SseClient::status(int timeoutMs)
{
    m_client.waitForText("\r\n\r\n", timeoutMs);
    return parsed().status;
}

QByteArray SseClient::header(const QByteArray& lowerCaseName)
{
    status();
    return parsed().headers.value(lowerCaseName);
}

QByteArray SseClient::body()
{
    const HttpAnswer answer = parsed();
    return answer.headers.value("transfer-encoding") == "chunked" ? dechunked(answer.body) : answer.body;
}

QList<SseEvent> SseClient::waitForEvents(const std::function<bool(const QList<SseEvent>&)>& enough, int timeoutMs)
{
    QList<SseEvent> list;
    m_client.waitFor(
        [&](const QByteArray&) {
            list = parseEventStream(body());
            return enough(list);
        },
        timeoutMs);
    return list;
}

bool isOfPresence(const QByteArray& message)
{
    return message.contains("\"user:online") || message.contains("\"user:offline") ||
           message.contains("\"operator.presence.updated");
}

QList<SseEvent> SseClient::events(qsizetype count, int timeoutMs)
{
    const auto others = [](QList<SseEvent> list) {
        list.removeIf([](const SseEvent& event) { return isOfPresence(event.data); });
        return list;
    };
    return others(waitForEvents([&](const QList<SseEvent>& list) { return others(list).size() >= count; }, timeoutMs));
}

QByteArray dechunked(const QByteArray& body)
{
    QByteArray out;
    qsizetype at = 0;
    while (true) {
        const qsizetype line = body.indexOf("\r\n", at);
        if (line < 0)
            return out;
        bool isNumber = false;
        const qsizetype size = body.mid(at, line - at).toLongLong(&isNumber, 16);
        if (!isNumber || size == 0 || line + 2 + size + 2 > body.size())
            return out;
        out += body.mid(line + 2, size);
        at = line + 2 + size + 2;
    }
}

QList<SseEvent> parseEventStream(const QByteArray& body)
{
    QList<SseEvent> list;
    SseEvent current;
    bool hasData = false;
    const qsizetype end = body.lastIndexOf("\n\n");
    if (end < 0)
        return list;
    for (const QByteArray& line : body.left(end + 2).split('\n')) {
        if (line.isEmpty()) {
            if (hasData)
                list.append(current);
            current.type.clear();
            current.data.clear();
            current.id.clear();
            hasData = false;
            continue;
        }
        const qsizetype colon = line.indexOf(':');
        const QByteArray field = colon < 0 ? line : line.left(colon);
        QByteArray value = colon < 0 ? QByteArray() : line.mid(colon + 1);
        if (value.startsWith(' '))
            value.remove(0, 1);
        if (field == "data") {
            current.data += (hasData ? "\n" : "") + value;
            hasData = true;
        } else if (field == "event") {
            current.type = value;
        } else if (field == "id") {
            current.id = value;
        }
    }
    return list;
}

} // namespace signalbox::test
