// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/httptarget.h"

#include <algorithm>

namespace signalbox {

namespace {

const char* setPath(HttpRequest& request, QByteArrayView path)
{
    const qsizetype mark = path.indexOf('?');
    if (mark >= 0) {
        request.query = path.sliced(mark + 1).toByteArray();
        path = path.first(mark);
    }
    request.path = path.isEmpty() ? QByteArrayLiteral("/") : percentDecoded(path, false);
    const bool text = !request.path.contains('\0') && request.path.isValidUtf8();
    return text ? nullptr : "The path is not UTF-8 text.";
}

// What follows "http://" or "https://"; null for anything else.
QByteArrayView afterScheme(QByteArrayView target)
{
    for (const QByteArrayView scheme : {QByteArrayView("http://"), QByteArrayView("https://")}) {
        if (target.size() > scheme.size() && target.first(scheme.size()).compare(scheme, Qt::CaseInsensitive) == 0)
            return target.sliced(scheme.size());
    }
    return {};
}

} // namespace

const char* splitTarget(HttpRequest& request)
{
    const QByteArrayView target = request.target;
    if (target.startsWith('/'))
        return setPath(request, target);
    if (target == "*" && request.method == "OPTIONS") {
        request.path = QByteArrayLiteral("/");
        return nullptr;
    }
    const QByteArrayView rest = afterScheme(target);
    const auto end = std::find_if(rest.begin(), rest.end(), [](char c) { return c == '/' || c == '?'; });
    const qsizetype host = end - rest.begin();
    if (host == 0 || !isHostText(rest.first(host)))
        return "The request target is not a path.";
    return setPath(request, rest.sliced(host));
}

bool isHostText(QByteArrayView text)
{
    constexpr QByteArrayView forbidden(" \t/\\?#@,\"<>");
    return std::none_of(text.begin(), text.end(), [&](char c) { return forbidden.contains(c); });
}

} // namespace signalbox
