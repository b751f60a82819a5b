// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QByteArray>

namespace signalbox {

// Passwords of operators: Argon2id with libsodium's interactive limits (64 MiB, some 50 to 100 ms each), in libsodium's
// text form. Any thread; hashing and verifying belong on those of a PasswordQueue.

constexpr qsizetype kShortestPassword = 8; ///< bytes
constexpr qsizetype kLongestPassword = 1024;

bool isUsablePassword(QByteArrayView password);

/// InvalidField ("password") for one of unusable length; Unavailable when there is no memory.
Result<QByteArray> hashPassword(QByteArrayView password);

/// False also for an empty or broken hash, after the same time: whoever measures does not learn whether there is one.
bool verifyPassword(const QByteArray& hash, QByteArrayView password);

/// True for a hash of weaker limits than today's.
bool needsRehash(const QByteArray& hash);

/// 20 random characters of 120 bits.
QByteArray generatedPassword();

} // namespace signalbox
