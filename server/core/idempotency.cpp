// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/idempotency.h"

#include <QCryptographicHash>

namespace signalbox {

QByteArray fingerprintOf(const Publication& publication)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(publication.name);
    hash.addData(QByteArray::number(publication.version).prepend('@').append('\n'));
    hash.addData(publication.data);
    for (const QByteArray& channel : publication.channels)
        hash.addData(QByteArray(channel).prepend('\n'));
    return hash.result();
}

} // namespace signalbox
