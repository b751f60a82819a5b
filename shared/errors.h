// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace signalbox {

/// Everything that can be said to a client about a refusal or a failure. One table (errors.cpp) gives each code its
/// name on the wire, its HTTP status, its WebSocket close code and whether a reconnect makes sense (spec section 9).
enum class ErrorCode : quint8 {
    BadRequest,
    BadJson,
    Unauthorized,
    TokenExpired,
    Forbidden,
    NotFound,
    UnknownChannel,
    MethodNotAllowed,
    PongTimeout,
    Conflict,
    ConnectionLimit,
    StreamLimit,
    Replaced,
    IdempotencyConflict,
    HandoffTaken,
    NotHolder,
    StaleFencing,
    DialogClosed,
    LoginRefused,
    LockedOut,
    PayloadTooLarge,
    UnsupportedMediaType,
    UnknownEvent,
    InvalidField,
    HeadTooLarge,
    RateLimited,
    SlowConsumer,
    HistoryLost,
    SourceUnavailable,
    Unavailable,
    RequestTimeout,
    GoingAway,
    ClosedByAdmin,
    Internal,
    Count_,
};

/// A row of the table of codes.
struct ErrorInfo
{
    const char* name;    ///< `code` of the JSON body, e.g. "stream_limit"
    int httpStatus;      ///< status of a REST or SSE answer
    int closeCode;       ///< WebSocket close code (RFC 6455 7.4, private use 44xx)
    bool reconnect;      ///< a client may try the same again later without changing anything
    const char* meaning; ///< one English line, the default message
};

const ErrorInfo& errorInfo(ErrorCode code);

/// An error on its way to a client: a code of the table, a message for people, and the field it is about if any.
/// The message never holds a secret or a token.
struct Error
{
    ErrorCode code = ErrorCode::Internal;
    QString message;
    QByteArray field;
    QByteArray extra; ///< further members of the body: `"holder":{…}`; empty: none

    explicit Error(ErrorCode c)
        : code(c)
    {
    }
    Error(ErrorCode c, QString text, QByteArray fieldName = {})
        : code(c)
        , message(std::move(text))
        , field(std::move(fieldName))
    {
    }

    const char* name() const { return errorInfo(code).name; }
    int httpStatus() const { return errorInfo(code).httpStatus; }
    int closeCode() const { return errorInfo(code).closeCode; }
    QString text() const; ///< the message, or the table's meaning when there is none

    /// The body of spec section 9: `{"code":"…","message":"…"}`, `"field"` when there is one, and `extra`. Compact
    /// UTF-8 JSON.
    QByteArray toJson() const;
};

/// A JSON string literal (with its quotes) of UTF-8 text; control characters, quotes and backslashes are escaped,
/// invalid UTF-8 becomes U+FFFD.
QByteArray jsonString(QByteArrayView utf8);
QByteArray jsonString(const QString& text);
inline QByteArray jsonString(const QByteArray& utf8)
{
    return jsonString(QByteArrayView(utf8));
}

} // namespace signalbox
