// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/adaptermessage.h"

namespace signalbox {

// What python-socketio's servers and managers say to each other, as of 5.14: JSON `{"method",…}` in one channel. Pure;
// any thread. Input is untrusted: what is not understood is BadRequest, BadJson, or InvalidField with the member's
// name. Older ones write pickles, which are never read.

struct PythonMessage
{
    enum class Method : quint8 { Emit, Disconnect, EnterRoom, LeaveRoom, CloseRoom, Callback };

    Method method = Method::Emit;
    QByteArray host; ///< who sent it; of Callback: whom it is for. May be empty
    QByteArray nsp = "/";
    SocketBroadcast broadcast = {}; ///< of Emit
    QJsonValue callback = {};       ///< of Emit: what the answer has to name, `[room, namespace, id]`; else null
    SocketSelection who = {};       ///< of all others but Callback
    QByteArray room = {};           ///< to enter, to leave
};
Result<PythonMessage> decodePythonMessage(const QByteArray& bytes, const MsgPackLimits& limits);
/// An event of the bus. `host`: in whose name.
QByteArray encodePythonEmit(const QByteArray& host, const Event& event);
/// The answer of a client to an Emit that asked for one; nothing when it has bytes, for which there is no form.
QByteArray encodePythonCallback(const PythonMessage& asked, const SocketValues& answer);

} // namespace signalbox
