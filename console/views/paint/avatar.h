// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/views/look/colors.h"

#include <QString>

#include <optional>

class QPainter;
class QRectF;

namespace signalbox::console {

/// How urgent a wait is. Shown by colour and by a glyph, never by colour alone.
enum class Urgency : quint8 { None, Calm, Soon, Late };

/// The urgency of a wait of `waitedMs` when an answer is promised within `targetMs`: Soon from half of it, Late beyond.
Urgency urgencyOf(qint64 waitedMs, qint64 targetMs);
QColor urgencyColor(const Colors& colors, Urgency urgency);

/// The disc with a person's initials; around it, while somebody waits, a ring that closes as the time runs out.
struct Avatar
{
    QString name;
    quint64 seed = 0; ///< chooses the disc's colour; the dialog's or operator's number
    Urgency urgency = Urgency::None;
    double elapsed = 0; ///< 0 to 1 of the promised time
    bool byAi = false;  ///< a small mark at the lower right
};

/// Draws within `rect`, whose shorter side is the ring's diameter.
void paintAvatar(QPainter& painter, const QRectF& rect, const Avatar& avatar, const Colors& colors);

} // namespace signalbox::console
