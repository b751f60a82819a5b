// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared/errors.h"

#include <array>

namespace signalbox {

namespace {

constexpr std::array<ErrorInfo, static_cast<size_t>(ErrorCode::Count_)> kErrors{{
    {"bad_request", 400, 4400, false, "The request is malformed."},
    {"bad_json", 400, 4400, false, "The JSON is malformed."},
    {"unauthorized", 401, 4401, false, "A valid token is required."},
    {"token_expired", 401, 4401, false, "The token has expired."},
    {"forbidden", 403, 4403, false, "This is not yours to see or do."},
    {"not_found", 404, 4404, false, "There is no such thing here."},
    {"unknown_channel", 404, 4404, false, "There is no such channel."},
    {"method_not_allowed", 405, 4400, false, "This method is not allowed here."},
    {"pong_timeout", 408, 4408, true, "No pong came in time."},
    {"conflict", 409, 4409, false, "The state does not allow this."},
    {"connection_limit", 409, 4409, false, "Too many connections."},
    {"stream_limit", 409, 4409, false, "Too many streams of one user."},
    {"replaced", 409, 4409, false, "A newer connection has taken the place of this one."},
    {"idempotency_conflict", 409, 4409, false, "This Idempotency-Key was used with another body."},
    {"handoff_taken", 409, 4409, false, "Another operator has this dialog."},
    {"not_holder", 409, 4409, false, "Somebody else speaks in this dialog."},
    {"stale_fencing", 409, 4409, false, "This claim on the dialog has ended."},
    {"dialog_closed", 409, 4409, false, "The dialog is closed."},
    {"login_refused", 401, 4401, false, "Login or password is wrong."},
    {"locked_out", 429, 4429, true, "Too many failed logins; wait."},
    {"payload_too_large", 413, 1009, false, "The message is too large."},
    {"unsupported_media_type", 415, 4400, false, "The content type is not supported."},
    {"unknown_event", 422, 4400, false, "The catalogue does not know this event."},
    {"invalid_field", 422, 4400, false, "A field is missing or has the wrong type."},
    {"head_too_large", 431, 1009, false, "The request head is too large."},
    {"rate_limited", 429, 4429, true, "Too many requests."},
    {"slow_consumer", 503, 4413, true, "The connection reads too slowly."},
    {"history_lost", 410, 4410, true, "The history before this position is gone; reload."},
    {"source_unavailable", 503, 1013, true, "The source of this channel is unavailable."},
    {"unavailable", 503, 1013, true, "A part of the server is down or full."},
    {"request_timeout", 408, 4408, true, "The request did not arrive in time."},
    {"going_away", 503, 1001, true, "The server is shutting down."},
    {"closed_by_admin", 403, 1008, false, "An administrator closed this connection."},
    {"internal", 500, 1011, true, "An internal error occurred."},
}};

} // namespace

const ErrorInfo& errorInfo(ErrorCode code)
{
    return kErrors[static_cast<size_t>(code)];
}

QString Error::text() const
{
    return message.isEmpty() ? QString::fromLatin1(errorInfo(code).meaning) : message;
}

QByteArray Error::toJson() const
{
    QByteArray json =
        QByteArrayLiteral("{\"code\":\"") + name() + QByteArrayLiteral("\",\"message\":") + jsonString(text());
    if (!field.isEmpty())
        json += QByteArrayLiteral(",\"field\":") + jsonString(field);
    if (!extra.isEmpty())
        json += ',' + extra;
    json += '}';
    return json;
}

QByteArray jsonString(QByteArrayView utf8)
{
    static constexpr char kHex[] = "0123456789abcdef";
    QByteArray valid;
    if (!utf8.isValidUtf8()) {
        valid = QString::fromUtf8(utf8).toUtf8();
        utf8 = valid;
    }
    QByteArray out;
    out.reserve(utf8.size() + 2);
    out += '"';
    for (const char c : utf8) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7f) {
            out += "\\u00";
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        } else {
            out += c;
        }
    }
    out += '"';
    return out;
}

QByteArray jsonString(const QString& text)
{
    return jsonString(QByteArrayView(text.toUtf8()));
}

} // namespace signalbox
