// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QUrlQuery>

#include <functional>
#include <vector>

namespace signalbox {

struct ManagementRequest
{
    QByteArray method; ///< "GET"
    QByteArray path;   ///< still percent-encoded, with its leading slash
    QUrlQuery query;
    QByteArray body;
    bool fromBrowser = false;     ///< has an Origin header
    QList<QByteArray> captured{}; ///< decoded; filled by the router: what stands where the pattern has `*`

    /// The decoded value of a query parameter; empty when it is not there.
    QByteArray parameter(const char* name) const;
    /// A whole number between the two; `fallback` when the parameter is not there; else BadRequest with its name.
    Result<qsizetype> number(const char* name, qsizetype fallback, qsizetype min, qsizetype max) const;
};

struct ManagementAnswer
{
    int status = 200;
    QByteArray body;
    QByteArray contentType = QByteArrayLiteral("application/json");
    QByteArray allow; ///< of a 405: the methods that the path knows

    ManagementAnswer(const QJsonObject& json, int httpStatus = 200);
    ManagementAnswer(QByteArray text, QByteArray type, int httpStatus = 200);
    ManagementAnswer(const Error& error); ///< the body of spec section 9
};

/// Finds the handler for a request and answers what has none: 404, 405 with Allow, and refuses what is not to be had
/// here at all: bodies above 64 KiB (413), changes asked for by a browser's page (403; a web page may otherwise send
/// a POST to a private address without being asked). HEAD is answered as GET. One thread.
class ManagementRouter
{
public:
    using Handler = std::function<ManagementAnswer(const ManagementRequest&)>;

    static constexpr qsizetype kMaxBodyBytes = 64 * 1024;

    /// A `*` in the pattern stands for one non-empty segment.
    void add(const char* method, const char* pattern, Handler handler);
    ManagementAnswer answer(ManagementRequest request) const;

private:
    struct Route
    {
        QByteArray method;
        QList<QByteArray> segments;
        Handler handler;
    };

    std::vector<Route> m_routes;
};

} // namespace signalbox
