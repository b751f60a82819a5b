// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayList>
#include <QHash>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

#include <functional>

namespace signalbox::test {

/// A server that behaves as badly as a test wants: every request is given to a function, whose bytes are the answer, as
/// they are. An empty answer cuts the connection; kSilence leaves it open without a word.
class ScriptedServer : public QTcpServer
{
public:
    struct Request
    {
        QByteArray line; ///< "POST /api/dialogs/1/messages HTTP/1.1"
        QByteArray head; ///< with the line
        QByteArray body;
        bool isTo(const QByteArray& part) const { return line.contains(part); }
    };
    using Answering = std::function<QByteArray(const Request&)>;
    static inline const QByteArray kSilence = QByteArrayLiteral("silence");

    explicit ScriptedServer(Answering answer)
        : m_answer(std::move(answer))
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket* socket = nextPendingConnection())
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(*socket); });
        });
    }

    const QList<Request>& requests() const { return m_requests; }
    int count(const QByteArray& part) const
    {
        return static_cast<int>(std::count_if(m_requests.begin(), m_requests.end(),
                                              [&part](const Request& one) { return one.isTo(part); }));
    }
    QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(serverPort())); }

    static QByteArray answer(int status, const QByteArray& body = "{}", const QByteArray& headers = {})
    {
        return "HTTP/1.1 " + QByteArray::number(status) +
               " X\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n" +
               headers + "\r\n" + body;
    }

private:
    void read(QTcpSocket& socket)
    {
        QByteArray& bytes = m_bytes[&socket];
        bytes += socket.readAll();
        for (;;) {
            const qsizetype end = bytes.indexOf("\r\n\r\n");
            if (end < 0)
                return;
            Request request;
            request.head = bytes.first(end);
            request.line = request.head.split('\r').first();
            qsizetype length = 0;
            for (const QByteArray& line : request.head.split('\n')) {
                if (line.toLower().startsWith("content-length:"))
                    length = line.mid(15).trimmed().toLongLong();
            }
            if (bytes.size() < end + 4 + length)
                return;
            request.body = bytes.mid(end + 4, length);
            bytes.remove(0, end + 4 + length);
            m_requests.append(request);
            const QByteArray answer = m_answer(request);
            if (answer == kSilence)
                continue;
            if (answer.isEmpty()) {
                socket.abort();
                return;
            }
            socket.write(answer);
        }
    }

    Answering m_answer;
    QHash<QTcpSocket*, QByteArray> m_bytes;
    QList<Request> m_requests;
};

} // namespace signalbox::test
