// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/store.h"

namespace signalbox {

// A place in the list of dialogs as clients hand it back: opaque, and good only for a list of the same kind, because a
// search is in another order than a list.

QByteArray dialogCursorText(const DialogFilter& filter, ListPlace place);
/// BadRequest with the field "cursor" for anything that dialogCursorText() did not make for such a list.
Result<ListPlace> parseDialogCursor(const DialogFilter& filter, const QByteArray& text);

} // namespace signalbox
