// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QList>
#include <QPalette>

namespace signalbox::console {

enum class Scheme : quint8 { Light, Dark, HighContrast };

/// Every colour of the console, by what it is for. Widgets and delegates take colours from here and from nowhere else;
/// contrastPairs() names the combinations that they may use, and a test measures each of them.
struct Colors
{
    Scheme scheme = Scheme::Light;
    QColor window;   ///< behind the panes, bars, dialogs
    QColor surface;  ///< lists, the thread, inputs
    QColor raised;   ///< buttons, cards, a guest's message
    QColor hover;    ///< a row under the mouse
    QColor selected; ///< the chosen row
    QColor border;   ///< hairlines: decoration, never the only sign of something
    QColor outline;  ///< edges of inputs and buttons, which have to be seen
    QColor text;
    QColor muted; ///< second lines, times
    QColor accent;
    QColor onAccent;
    QColor own;  ///< an operator's message
    QColor ai;   ///< the AI's message
    QColor note; ///< an internal note
    QColor ok;
    QColor warn;
    QColor bad;
    QColor onBad;
};

const Colors& colorsOf(Scheme scheme);

/// The palette that Fusion and our Style draw with.
QPalette paletteOf(const Colors& colors);

/// `amount` (0 to 1) of `over` on `base`.
QColor mixed(const QColor& base, const QColor& over, double amount);

} // namespace signalbox::console
