// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIODevice>

namespace signalbox::console {

/// A request's body that can be read once. When a server closes a connection without an answer,
/// QNetworkAccessManager sends the request again by itself, up to twice and whatever its method; a body that cannot be
/// read again keeps it from that. Whether a request may be repeated is for its caller to know.
class OnceDevice final : public QIODevice
{
    Q_OBJECT
public:
    explicit OnceDevice(QByteArray bytes, QObject* parent = nullptr);

    bool isSequential() const override { return true; }
    bool reset() override { return false; }
    bool atEnd() const override { return m_at == m_bytes.size() && QIODevice::atEnd(); }
    qint64 bytesAvailable() const override { return m_bytes.size() - m_at + QIODevice::bytesAvailable(); }
    qint64 length() const { return m_bytes.size(); }

protected:
    qint64 readData(char* data, qint64 maxSize) override;
    qint64 writeData(const char*, qint64) override { return -1; }

private:
    const QByteArray m_bytes;
    qsizetype m_at = 0;
};

} // namespace signalbox::console
