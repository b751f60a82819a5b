// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/httpmessage.h"

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

struct Reason
{
    int status;
    const char* text;
};

constexpr std::array<Reason, 28> kReasons{{
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
}};

int hexValue(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

} // namespace

QByteArrayView HttpRequest::header(QByteArrayView lowerCaseName) const
{
    for (const HttpHeader& entry : headers) {
        if (QByteArrayView(entry.first) == lowerCaseName)
            return entry.second;
    }
    return {};
}

bool HttpRequest::hasHeader(QByteArrayView lowerCaseName) const
{
    return std::any_of(headers.begin(), headers.end(),
                       [lowerCaseName](const HttpHeader& h) { return QByteArrayView(h.first) == lowerCaseName; });
}

bool HttpRequest::headerHasToken(QByteArrayView lowerCaseName, QByteArrayView token) const
{
    for (const HttpHeader& entry : headers) {
        if (QByteArrayView(entry.first) != lowerCaseName)
            continue;
        for (const QByteArray& item : entry.second.split(',')) {
            if (item.trimmed().compare(token, Qt::CaseInsensitive) == 0)
                return true;
        }
    }
    return false;
}

QByteArray HttpRequest::queryValue(QByteArrayView name) const
{
    QByteArrayView rest = query;
    while (!rest.isEmpty()) {
        const qsizetype end = rest.indexOf('&');
        const QByteArrayView pair = end < 0 ? rest : rest.first(end);
        rest = end < 0 ? QByteArrayView() : rest.sliced(end + 1);
        const qsizetype equals = pair.indexOf('=');
        if (percentDecoded(equals < 0 ? pair : pair.first(equals), true) != name)
            continue;
        QByteArray value = equals < 0 ? QByteArray() : percentDecoded(pair.sliced(equals + 1), true);
        return value.isNull() ? QByteArrayLiteral("") : value;
    }
    return {};
}

HttpResponse HttpResponse::json(int status, QByteArray body)
{
    HttpResponse response;
    response.status = status;
    response.headers.append({QByteArrayLiteral("Content-Type"), QByteArrayLiteral("application/json")});
    response.body = std::move(body);
    return response;
}

HttpResponse HttpResponse::text(int status, QByteArray body)
{
    HttpResponse response;
    response.status = status;
    response.headers.append({QByteArrayLiteral("Content-Type"), QByteArrayLiteral("text/plain; charset=utf-8")});
    response.body = std::move(body);
    return response;
}

HttpResponse HttpResponse::empty(int status)
{
    HttpResponse response;
    response.status = status;
    return response;
}

HttpResponse& HttpResponse::with(QByteArray name, QByteArray value)
{
    headers.append({std::move(name), std::move(value)});
    return *this;
}

const char* httpReason(int status)
{
    const auto row =
        std::find_if(kReasons.begin(), kReasons.end(), [status](const Reason& r) { return r.status == status; });
    return row == kReasons.end() ? "Unknown" : row->text;
}

QByteArray percentDecoded(QByteArrayView encoded, bool plusIsSpace)
{
    QByteArray out;
    out.reserve(encoded.size());
    for (qsizetype i = 0; i < encoded.size(); ++i) {
        const char c = encoded[i];
        if (c == '+' && plusIsSpace) {
            out += ' ';
            continue;
        }
        if (c == '%' && i + 2 < encoded.size()) {
            const int high = hexValue(encoded[i + 1]);
            const int low = hexValue(encoded[i + 2]);
            if (high >= 0 && low >= 0) {
                out += static_cast<char>(high * 16 + low);
                i += 2;
                continue;
            }
        }
        out += c;
    }
    return out;
}

} // namespace signalbox
