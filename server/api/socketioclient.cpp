// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/socketioclient.h"

#include <QCryptographicHash>
#include <QFile>

#include <array>

namespace signalbox {

namespace {

constexpr qint64 kMaxFileBytes = 4 << 20;
constexpr std::array kScripts{"socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js"};

void readFile(const QByteArray& folder, const QByteArray& name, const char* type,
              std::vector<SocketIoClientFile>& files)
{
    QFile file(QFile::decodeName(folder + '/' + name));
    if (!file.open(QIODevice::ReadOnly) || file.size() > kMaxFileBytes)
        return;
    const QByteArray content = file.read(kMaxFileBytes);
    const QByteArray tag = '"' + QCryptographicHash::hash(content, QCryptographicHash::Sha256).left(12).toHex() + '"';
    files.push_back({name, content, tag, type});
}

void answerFile(ApiRequest& request, const SocketIoClientFile& file)
{
    const bool isKnown = request.http().header("if-none-match") == file.tag;
    HttpResponse response = HttpResponse::empty(isKnown ? 304 : 200);
    response.with("ETag", file.tag).with("Cache-Control", "public, max-age=0");
    if (!isKnown) {
        response.body = file.content;
        response.with("Content-Type", file.type).with("X-Content-Type-Options", "nosniff");
    }
    request.respond(std::move(response));
}

} // namespace

std::vector<SocketIoClientFile> readSocketIoClient(const QByteArray& folder)
{
    std::vector<SocketIoClientFile> files;
    if (folder.isEmpty())
        return files;
    for (const char* script : kScripts) {
        readFile(folder, script, "application/javascript; charset=utf-8", files);
        readFile(folder, QByteArray(script) + ".map", "application/json; charset=utf-8", files);
    }
    return files;
}

void addSocketIoClient(Router& router, const QByteArray& path, const std::vector<SocketIoClientFile>& files)
{
    for (const SocketIoClientFile& file : files)
        router.add("GET", path + file.name, [file](ApiRequest request) { answerFile(request, file); });
}

} // namespace signalbox
