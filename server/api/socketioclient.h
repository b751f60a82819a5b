// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "api/router.h"

#include <vector>

namespace signalbox {

/// A file of the browser's socket.io-client.
struct SocketIoClientFile
{
    QByteArray name;
    QByteArray content;
    QByteArray tag; ///< of its content
    const char* type = "";
};

/// What the folder has of the `dist` of the npm package socket.io-client: `socket.io.js`, its smaller forms, and their
/// source maps. Of each at most 4 MiB; what is larger is none of them. Any thread.
std::vector<SocketIoClientFile> readSocketIoClient(const QByteArray& folder);

/// GET of these files below `path` ("/socket.io/"), answered as the official server does. Before the Engine.IO door of
/// the same path.
void addSocketIoClient(Router& router, const QByteArray& path, const std::vector<SocketIoClientFile>& files);

} // namespace signalbox
