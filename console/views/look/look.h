// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/views/look/colors.h"
#include "console/views/look/systemtheme.h"

#include <QFont>
#include <QObject>
#include <QPointer>

namespace signalbox::console {

class Style;

enum class ThemeChoice : quint8 { System, Light, Dark, HighContrast };

/// How the console looks now: colours, fonts, text size. One for the program, made after QApplication and handed to
/// whoever draws; it outlives them. Sets the application's style, palette and font, and tells of each change.
class Look : public QObject
{
    Q_OBJECT
public:
    static constexpr int kSmallestText = 10; ///< logical pixels of a line's font
    static constexpr int kUsualText = 13;
    static constexpr int kLargestText = 22;

    explicit Look(QObject* parent = nullptr);
    ~Look() override;

    const Colors& colors() const { return m_colors; }
    ThemeChoice theme() const { return m_choice; }
    void setTheme(ThemeChoice choice);

    int textSize() const { return m_textSize; }
    /// Kept within the limits above.
    void setTextSize(int pixels);

    /// The console's font, `step` pixels larger than usual text, in one of the weights that are shipped.
    QFont font(int step = 0, QFont::Weight weight = QFont::Normal) const;

    /// Whether things may move: false where the desktop asks for calm.
    bool animated() const { return m_animated; }
    void setAnimated(bool animated) { m_animated = animated; }

signals:
    void changed();

private:
    void apply();
    Scheme scheme() const;

    SystemTheme m_system;
    Colors m_colors;
    ThemeChoice m_choice = ThemeChoice::System;
    int m_textSize = kUsualText;
    bool m_animated = true;
    QPointer<Style> m_style; ///< owned by the application
};

} // namespace signalbox::console
