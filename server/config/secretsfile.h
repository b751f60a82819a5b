// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QMap>

namespace signalbox {

using SecretValues = QMap<QByteArray, QByteArray>;

/// `<data folder>/secrets.ini`.
QByteArray secretsPath(const QByteArray& dataDir);

/// The secrets of these keys ("auth/jwt_secret") from the file; those it does not hold are left out. No file: none.
Result<SecretValues> readSecrets(const QByteArray& dataDir, const QByteArrayList& keys);

/// The same, but what is missing is made (256 random bits, base64url) and kept: the folder is created for its owner
/// only, the file has mode 0600 and is replaced atomically. Programs that start together agree on one value: the
/// folder is locked meanwhile, for at most five seconds of waiting. Blocks; call it before the loops run.
/// Errors (unavailable): the folder or file cannot be made, read or locked, or the file is damaged; it is then left
/// as it is.
Result<SecretValues> ensureSecrets(const QByteArray& dataDir, const QByteArrayList& keys);

} // namespace signalbox
