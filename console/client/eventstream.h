// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/errors.h"

#include <QObject>
#include <QStringList>
#include <QUrl>

namespace signalbox::console {

/// One way to the operator's feed. open() and then opened() and received() in order, or closed(), once; after closed()
/// it is silent until it is opened again. Silence of the server ends it with PongTimeout.
class EventStream : public QObject
{
    Q_OBJECT
public:
    struct Opening
    {
        QUrl server;
        QString token;
        QString since; ///< empty: from now
        QStringList channels;
    };
    static constexpr int kSilenceMs = 15'000; ///< without a sign of life, where signs can be asked for

    using QObject::QObject;
    virtual void open(const Opening& opening) = 0;
    /// closed() does not follow.
    virtual void close() = 0;
    virtual void setChannels(const QStringList& channels) = 0;
    virtual void refreshToken(const QString& token) = 0;
    virtual void ping() = 0;
    virtual QString name() const = 0;

signals:
    void opened();
    void received(const QByteArray& json);
    /// `neverOpened`: and nobody said why; another transport may work.
    void closed(signalbox::ErrorCode code, const QString& detail, int retryAfterMs, bool neverOpened);
    void latencyMeasured(int ms);
};

/// The code whose WebSocket close code this is; Unavailable for others.
ErrorCode errorOfCloseCode(int closeCode);
/// The code of this name in a JSON error; Internal for unknown ones.
ErrorCode errorOfName(const QString& name);
/// The code that fits an HTTP status when the body names none.
ErrorCode errorOfStatus(int status);

} // namespace signalbox::console
