// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/views/look/colors.h"

namespace signalbox::console {

/// The contrast of two colours as WCAG 2.1 defines it, 1 to 21.
double contrastRatio(const QColor& a, const QColor& b);

/// Two colours that the console shows on one another.
struct ContrastPair
{
    const char* what;
    QColor front;
    QColor back;
    double atLeast; ///< 4.5 for text, 3 for signs and edges (WCAG AA)
};

/// Every combination in use.
QList<ContrastPair> contrastPairs(const Colors& colors);

/// The colour of an avatar's disc for a name: always readable under avatarText().
QColor avatarColor(const Colors& colors, uint hash);
QColor avatarText(const Colors& colors);

} // namespace signalbox::console
