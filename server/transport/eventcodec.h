// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/wireformat.h"
#include "shared/isotime.h"

namespace signalbox {

/// Events as their doors send them (spec section 4): seed 002's and seed 000's JSON envelopes in WebSocket text
/// frames or event-stream blocks, seed 004's typed event-stream blocks. Pure; any thread.
class EventCodec final : public FrameEncoder
{
public:
    QByteArray encode(const Event& event, size_t placement, WireFormat format) const override;
};

/// A message of the server's own that is no event: it has no place in a history.
struct ControlMessage
{
    QByteArray name;       ///< "connection.established", "reset", "warning", …
    QByteArray data = {};  ///< a JSON object
    QByteArray extra = {}; ///< further members of the envelope, "\"a\":1,\"b\":2"; not in streams
    QByteArray id = {};    ///< SSE `id:`; empty: none
    quint64 sequence = 0;  ///< for the Dialog envelope
    bool named = true;     ///< SSE: with `event: name` (else it arrives as `message`)
};

QByteArray encodeControl(const ControlMessage& message, WireFormat format);

/// JSON (one line) around which only the framing is missing. `type` and `id` are SSE fields; empty ones are left out.
QByteArray frameJson(QByteArrayView json, WireFormat format, QByteArrayView type = {}, QByteArrayView id = {});

/// Bytes of an event stream as this framing wants them: a comment, `retry:`, an `id:` of its own.
QByteArray sseBlock(QByteArrayView block, Framing framing);

/// A dialog's id as seed 002's clients expect it: a JSON number when it is one, else a string.
QByteArray sessionIdJson(QByteArrayView dialogId);

} // namespace signalbox
