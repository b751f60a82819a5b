// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/pages.h"

#include <QCryptographicHash>
#include <QFile>

#include <array>

namespace signalbox {

namespace {

struct Page
{
    const char* path;
    const char* file;
    const char* type;
};

constexpr std::array kPages{
    Page{"/", ":/web/status.html", "text/html; charset=utf-8"},
    Page{"/status.js", ":/web/status.js", "text/javascript; charset=utf-8"},
    Page{"/status.css", ":/web/status.css", "text/css; charset=utf-8"},
    Page{"/favicon.ico", ":/web/favicon.svg", "image/svg+xml"},
};

constexpr char kPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

void answerPage(ApiRequest& request, const QByteArray& content, const QByteArray& tag, const char* type)
{
    const bool isKnown = request.http().header("if-none-match") == tag;
    HttpResponse response = isKnown ? HttpResponse::empty(304) : HttpResponse::empty(200);
    response.with("ETag", tag).with("Cache-Control", "no-cache");
    if (!isKnown) {
        response.body = content;
        response.with("Content-Type", type).with("Content-Security-Policy", kPolicy);
        response.with("X-Content-Type-Options", "nosniff").with("Referrer-Policy", "no-referrer");
    }
    request.respond(std::move(response));
}

} // namespace

void addPages(Router& router)
{
    for (const Page& page : kPages) {
        QFile file(QString::fromLatin1(page.file));
        if (!file.open(QIODevice::ReadOnly))
            continue;
        const QByteArray content = file.readAll();
        const QByteArray tag =
            '"' + QCryptographicHash::hash(content, QCryptographicHash::Sha256).left(12).toHex() + '"';
        router.add("GET", page.path,
                   [content, tag, type = page.type](ApiRequest request) { answerPage(request, content, tag, type); });
    }
}

} // namespace signalbox
