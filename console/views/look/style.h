// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/views/look/colors.h"

#include <QProxyStyle>

class QAbstractButton;
class QStyleOptionButton;

namespace signalbox::console {

/// What a button is among its neighbours.
enum class ButtonKind : quint8 {
    Plain,
    Primary, ///< the one next right step; at most one in sight
    Quiet,   ///< no ground until the mouse is over it
    Danger,
};
void setButtonKind(QAbstractButton* button, ButtonKind kind);

/// Fusion with flat, rounded controls of the colors' colours. Owned by QApplication; drawing reads the colors only.
class Style : public QProxyStyle
{
    Q_OBJECT
public:
    Style();

    void setColors(const Colors& colors) { m_colors = colors; }

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                            const QWidget* widget) const override;
    QRect subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl part,
                         const QWidget* widget) const override;
    QRect subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                           const QWidget* widget) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override;
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* answer) const override;

private:
    void drawButton(const QStyleOption& option, QPainter& painter, const QWidget* widget) const;
    void drawButtonLabel(const QStyleOptionButton& option, QPainter& painter, const QWidget* widget) const;
    void drawArrow(const QPointF& middle, QPainter& painter) const;
    void drawCheck(const QStyleOption& option, QPainter& painter) const;
    void drawInput(const QStyleOption& option, QPainter& painter, const QWidget* widget) const;
    void drawTab(const QStyleOption& option, QPainter& painter) const;
    void drawHeader(const QStyleOption& option, QPainter& painter) const;
    void drawScrollBar(const QStyleOptionComplex& option, QPainter& painter, const QWidget* widget) const;
    void drawComboBox(const QStyleOptionComplex& option, QPainter& painter, const QWidget* widget) const;
    void drawSpinBox(const QStyleOptionComplex& option, QPainter& painter, const QWidget* widget) const;
    void drawFocus(const QRect& rect, QPainter& painter) const;

    Colors m_colors;
};

} // namespace signalbox::console
