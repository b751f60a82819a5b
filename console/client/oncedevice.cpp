// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/oncedevice.h"

#include <algorithm>
#include <cstring>

namespace signalbox::console {

OnceDevice::OnceDevice(QByteArray bytes, QObject* parent)
    : QIODevice(parent)
    , m_bytes(std::move(bytes))
{
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

qint64 OnceDevice::readData(char* data, qint64 maxSize)
{
    if (m_at == m_bytes.size())
        return -1;
    const qint64 count = std::min<qint64>(maxSize, m_bytes.size() - m_at);
    std::memcpy(data, m_bytes.constData() + m_at, static_cast<size_t>(count));
    m_at += count;
    return count;
}

} // namespace signalbox::console
