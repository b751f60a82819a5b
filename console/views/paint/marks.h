// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/thread.h"
#include "console/views/look/colors.h"

class QPainter;
class QRectF;

namespace signalbox::console {

// Small signs that are painted rather than typed: glyphs of a font would be boxes where the font has none.

/// A number in a rounded field, right-aligned at `right`, centred on `y`; the width that was used. "99+" above 99.
double paintPill(QPainter& painter, double right, double y, int number, const QColor& fill, const QColor& text);

/// A word in a quiet rounded field, left-aligned; the width that was used, at most `most`.
double paintChip(QPainter& painter, double left, double y, const QString& word, const QColor& fill, const QColor& text,
                 double most);

/// How far an outgoing message has come: clock, one tick, two ticks, two coloured ticks, or an alarm sign.
void paintDelivery(QPainter& painter, const QRectF& rect, Delivery delivery, const Colors& colors);

/// The dot of a presence: full when online, hollow when away, barred for do-not-disturb, empty when offline.
void paintPresence(QPainter& painter, const QRectF& rect, Presence presence, const Colors& colors);

} // namespace signalbox::console
