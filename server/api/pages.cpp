// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/pages.h"

#include "api/gzip.h"

#include <QCryptographicHash>
#include <QFile>

#include <array>

namespace signalbox {

namespace {

/// Who may use it how.
enum class Use {
    Page,   ///< on its own, or a part of one
    Framed, ///< a page that others hold in a frame
    Script, ///< loaded by pages of other sites
};

struct Page
{
    const char* path;
    const char* file;
    const char* type;
    Use use = Use::Page;
};

constexpr char kHtml[] = "text/html; charset=utf-8";
constexpr char kJavaScript[] = "text/javascript; charset=utf-8";
constexpr char kCss[] = "text/css; charset=utf-8";

constexpr std::array kPages{
    Page{"/", ":/web/status.html", kHtml},
    Page{"/status.js", ":/web/status.js", kJavaScript},
    Page{"/status.css", ":/web/status.css", kCss},
    Page{"/favicon.ico", ":/web/favicon.svg", "image/svg+xml"},
    Page{"/widget/", ":/widget/shop.html", kHtml},
    Page{"/widget/shop.js", ":/widget/shop.js", kJavaScript},
    Page{"/widget/shop.css", ":/widget/shop.css", kCss},
    Page{"/widget/chat", ":/widget/chat.html", kHtml, Use::Framed},
    Page{"/widget/widget.js", ":/widget/widget.js", kJavaScript, Use::Script},
};

constexpr char kPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors ";

/// A file in both forms, each with its entity tag.
struct Content
{
    struct Form
    {
        QByteArray bytes;
        QByteArray tag;
    };
    Form plain;
    Form packed; ///< empty: not smaller
};

Content contentOf(const QByteArray& bytes)
{
    const QByteArray digest = QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).left(12).toHex();
    Content content{{bytes, '"' + digest + '"'}, {gzipped(bytes), '"' + digest + "-gzip\""}};
    if (content.packed.bytes.size() >= bytes.size())
        content.packed.bytes.clear();
    return content;
}

/// The sites that may hold the page: those that may connect.
QByteArray ancestors(const ApiRequest& request, Use use)
{
    if (use != Use::Framed)
        return QByteArrayLiteral("'none'");
    return QByteArrayList{QByteArrayLiteral("'self'"), request.edge().settings().network.corsOrigins.join(' ')}.join(
        ' ');
}

void answerPage(ApiRequest& request, const Content& content, const Page& page)
{
    const bool takesPacked =
        request.http().headerHasToken("accept-encoding", "gzip") && !content.packed.bytes.isEmpty();
    const Content::Form& form = takesPacked ? content.packed : content.plain;
    const bool isKnown = request.http().header("if-none-match") == form.tag;
    HttpResponse response = isKnown ? HttpResponse::empty(304) : HttpResponse::empty(200);
    response.with("ETag", form.tag).with("Cache-Control", "no-cache").with("Vary", "Accept-Encoding");
    if (!isKnown) {
        response.body = form.bytes;
        if (takesPacked)
            response.with("Content-Encoding", "gzip");
        response.with("Content-Type", page.type)
            .with("Content-Security-Policy", kPolicy + ancestors(request, page.use));
        response.with("X-Content-Type-Options", "nosniff").with("Referrer-Policy", "no-referrer");
        if (page.use == Use::Script)
            response.with("Cross-Origin-Resource-Policy", "cross-origin");
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
        router.add("GET", page.path, [content = contentOf(file.readAll()), page](ApiRequest request) {
            answerPage(request, content, page);
        });
    }
    router.add("GET", "/widget",
               [](ApiRequest request) { request.respond(HttpResponse::empty(301).with("Location", "/widget/")); });
}

} // namespace signalbox
