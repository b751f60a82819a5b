// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/httpexchange.h"

namespace signalbox {

/// What the handles of one request share. The connection knows it by a plain pointer, until the answer.
struct HttpExchange::State
{
    State(HttpConnection* owner, quint64 number, HttpRequest content);
    ~State(); ///< answers 500 when nobody did
    Q_DISABLE_COPY_MOVE(State)

    HttpConnection* connection; ///< null once answered, taken over, or gone
    const quint64 sequence;     ///< of the request on its connection
    HttpRequest request;
    std::function<void()> peerEnd;
};

} // namespace signalbox
