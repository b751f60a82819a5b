// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace signalbox {

/// The text with every credential in it replaced by ***: the second line of defence behind not logging them
/// (spec section 5). Found are values of keys that end like token, sig, guest_id, secret, password, authorization,
/// cookie, api_key (as `key=value` of a query, `key: value` of a header, `"key":"value"` of JSON, quoted or escaped
/// once more, with the key percent-encoded or not), what follows Bearer, passwords in URLs, bare JWTs and session
/// tokens. It rather masks a harmless word than leaves a secret. Any thread; linear time; UTF-8 in, UTF-8 out.
QByteArray redacted(QByteArrayView text);

} // namespace signalbox
