// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>
#include <QPixmap>

namespace signalbox::console {

// Pictures of the set in resources/icons (Lucide), made to PNG at build time because Windows has no SVG plugin. They
// are stencils: the colour is the caller's. An unknown name gives a null picture.

/// `name` as Lucide calls it, for instance "bell-off"; `side` in logical pixels.
QPixmap stencil(const QString& name, const QColor& color, int side, double devicePixelRatio);

/// For widgets: in each of the sizes that screens ask for.
QIcon icon(const char* name, const QColor& color);

/// The console's own mark, in colour.
QIcon appIcon();

} // namespace signalbox::console
