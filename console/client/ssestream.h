// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/eventstream.h"
#include "console/client/sseparser.h"

#include <QNetworkAccessManager>
#include <QPointer>
#include <QTimer>

QT_BEGIN_NAMESPACE
class QNetworkReply;
QT_END_NAMESPACE

namespace signalbox::console {

/// The feed over SSE. Other channels mean another request: the stream is opened again where it stands, without a word.
/// It has no ping; the server's heartbeat every 25 s is the sign of life.
class SseStream : public EventStream
{
    Q_OBJECT
public:
    explicit SseStream(QObject* parent = nullptr);
    ~SseStream() override;

    void open(const Opening& opening) override;
    void close() override;
    void setChannels(const QStringList& channels) override;
    void refreshToken(const QString& token) override;
    void ping() override {}
    QString name() const override { return QStringLiteral("SSE"); }

private:
    void request();
    void headArrived();
    void bytesArrived();
    void pass(const SseEvent& event);
    void finished();
    void fail(ErrorCode code, const QString& detail, int retryAfterMs = 0);

    QNetworkAccessManager m_network;
    QPointer<QNetworkReply> m_reply;
    Opening m_opening;
    SseParser m_parser;
    QTimer m_silence;
    bool m_open = false;
    bool m_told = false; ///< opened() was emitted
};

} // namespace signalbox::console
