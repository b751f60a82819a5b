// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/look/style.h"

#include <QAbstractButton>
#include <QFrame>
#include <QPainter>
#include <QPainterPath>
#include <QStyleOption>
#include <QVariant>

namespace signalbox::console {

namespace {

constexpr int kControlHeight = 32;
constexpr int kSmallControlHeight = 28;
constexpr double kRadius = 6;
constexpr int kPictureGap = 7; // between a button's picture and its text
constexpr int kArrow = 18;
constexpr int kScrollBarWidth = 10;
constexpr char kKindProperty[] = "signalboxKind";

ButtonKind kindOf(const QWidget* widget)
{
    return widget ? static_cast<ButtonKind>(widget->property(kKindProperty).toInt()) : ButtonKind::Plain;
}

void rounded(QPainter& painter, const QRect& rect, const QColor& fill, const QColor& edge, double width = 1)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    painter.setPen(edge.isValid() ? QPen(edge, width) : QPen(Qt::NoPen));
    const double inset = edge.isValid() ? width / 2 : 0;
    painter.drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), kRadius, kRadius);
    painter.restore();
}

int buttonWidth(const QStyleOptionButton& button)
{
    const int picture = button.icon.isNull() ? 0 : button.iconSize.width() + kPictureGap;
    const int arrow = button.features.testFlag(QStyleOptionButton::HasMenu) ? kArrow : 0;
    return std::max(72, button.fontMetrics.size(Qt::TextShowMnemonic, button.text).width() + picture + arrow + 28);
}

bool has(const QStyleOption& option, QStyle::StateFlag flag)
{
    return option.state.testFlag(flag);
}

} // namespace

void setButtonKind(QAbstractButton* button, ButtonKind kind)
{
    if (kindOf(button) == kind)
        return;
    button->setProperty(kKindProperty, static_cast<int>(kind));
    button->update();
}

Style::Style()
    : QProxyStyle(QStringLiteral("Fusion"))
    , m_colors(colorsOf(Scheme::Light))
{
}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                          const QWidget* widget) const
{
    switch (element) {
    case PE_PanelButtonCommand:
    case PE_PanelButtonTool:
        return drawButton(*option, *painter, widget);
    case PE_PanelLineEdit:
    case PE_FrameLineEdit:
        return drawInput(*option, *painter, widget);
    case PE_FrameFocusRect:
        return drawFocus(option->rect, *painter);
    case PE_FrameTabBarBase:
        return painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1),
                                 m_colors.border);
    case PE_Frame:
        return rounded(*painter, option->rect, {}, m_colors.border);
    case PE_IndicatorCheckBox:
    case PE_IndicatorMenuCheckMark:
        return drawCheck(*option, *painter);
    case PE_FrameTabWidget:
    case PE_FrameStatusBarItem:
        return;
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void Style::drawButton(const QStyleOption& option, QPainter& painter, const QWidget* widget) const
{
    const ButtonKind kind = kindOf(widget);
    const bool on = has(option, State_On);
    const bool tool = !widget || widget->inherits("QToolButton");
    QColor fill = m_colors.raised;
    QColor edge = mixed(m_colors.raised, m_colors.outline, 0.45);
    if (kind == ButtonKind::Primary || kind == ButtonKind::Danger) {
        fill = kind == ButtonKind::Primary ? m_colors.accent : m_colors.bad;
        edge = QColor();
    } else if (kind == ButtonKind::Quiet || tool) {
        fill = on ? m_colors.selected : QColor();
        edge = QColor();
    } else if (on) {
        fill = m_colors.selected;
    }
    if (!has(option, State_Enabled)) {
        fill = fill.isValid() ? m_colors.raised : QColor();
        edge = QColor();
    } else if (has(option, State_Sunken)) {
        fill = mixed(fill.isValid() ? fill : m_colors.raised, m_colors.text, 0.14);
    } else if (has(option, State_MouseOver)) {
        fill = mixed(fill.isValid() ? fill : m_colors.window, m_colors.text, 0.07);
    }
    rounded(painter, option.rect, fill, edge);
    if (has(option, State_HasFocus) && has(option, State_KeyboardFocusChange))
        drawFocus(option.rect, painter);
}

void Style::drawInput(const QStyleOption& option, QPainter& painter, const QWidget* widget) const
{
    // A line edit inside another control (spin box, combo box) has its owner's frame.
    if (const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(&option); frame && frame->lineWidth == 0)
        return;
    const bool focused = has(option, State_HasFocus);
    const QColor fill = widget && !widget->isEnabled() ? m_colors.raised : m_colors.surface;
    const QColor edge = focused ? m_colors.accent : mixed(m_colors.surface, m_colors.outline, 0.8);
    rounded(painter, option.rect, fill, edge, focused ? 2 : 1);
}

void Style::drawFocus(const QRect& rect, QPainter& painter) const
{
    rounded(painter, rect, {}, m_colors.accent, 2);
}

void Style::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                        const QWidget* widget) const
{
    switch (element) {
    case CE_PushButtonLabel:
        if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option))
            return drawButtonLabel(*button, *painter, widget);
        break;
    case CE_TabBarTabShape:
        return drawTab(*option, *painter);
    case CE_HeaderSection:
    case CE_HeaderEmptyArea:
        return drawHeader(*option, *painter);
    case CE_Splitter:
        return painter->fillRect(option->rect, m_colors.border);
    case CE_ShapedFrame:
        if (widget && widget->inherits("QAbstractScrollArea")) {
            const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
            if (frame && frame->frameShape == QFrame::NoFrame)
                return;
            const bool focused = has(*option, State_HasFocus);
            return rounded(*painter, option->rect, {}, focused ? m_colors.accent : m_colors.border, focused ? 2 : 1);
        }
        break;
    default:
        break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void Style::drawButtonLabel(const QStyleOptionButton& option, QPainter& painter, const QWidget* widget) const
{
    const ButtonKind kind = kindOf(widget);
    const bool enabled = has(option, State_Enabled);
    const int picture = option.icon.isNull() ? 0 : option.iconSize.width();
    const int arrow = option.features.testFlag(QStyleOptionButton::HasMenu) ? kArrow : 0;
    const QRect room = option.rect.adjusted(8, 0, -8, 0);
    const int gap = picture > 0 && !option.text.isEmpty() ? kPictureGap : 0;
    const QFontMetrics metrics(painter.font());
    const int most = room.width() - picture - gap - arrow;
    const QString text = metrics.elidedText(option.text, Qt::ElideRight, most, Qt::TextShowMnemonic);
    const int width = metrics.size(Qt::TextShowMnemonic, text).width();
    int x = room.left() + (room.width() - picture - gap - width - arrow) / 2;
    if (picture > 0) {
        const QRect place(x, room.center().y() - picture / 2, picture, picture);
        option.icon.paint(&painter, place, Qt::AlignCenter, enabled ? QIcon::Normal : QIcon::Disabled);
    }
    x += picture + gap;
    painter.setPen(!enabled                      ? option.palette.color(QPalette::Disabled, QPalette::ButtonText)
                   : kind == ButtonKind::Primary ? m_colors.onAccent
                   : kind == ButtonKind::Danger  ? m_colors.onBad
                                                 : option.palette.color(QPalette::ButtonText));
    painter.drawText(QRect(x, room.top(), width + 2, room.height()),
                     Qt::AlignLeft | Qt::AlignVCenter | Qt::TextHideMnemonic, text);
    if (arrow > 0)
        drawArrow(QPointF(room.right() - 3, room.center().y() + 1.0), painter);
}

void Style::drawCheck(const QStyleOption& option, QPainter& painter) const
{
    const bool on = has(option, State_On);
    const bool enabled = has(option, State_Enabled);
    const QRectF box = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(on ? m_colors.accent : m_colors.outline, 1));
    painter.setBrush(on ? m_colors.accent : m_colors.surface);
    if (!enabled)
        painter.setOpacity(0.5);
    painter.drawRoundedRect(box, 4, 4);
    if (on) {
        painter.setPen(QPen(m_colors.onAccent, 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        const QPointF middle = box.center();
        painter.drawPolyline(
            QPolygonF({middle + QPointF(-3.4, 0.2), middle + QPointF(-1, 2.8), middle + QPointF(3.6, -2.6)}));
    }
    painter.restore();
}

void Style::drawArrow(const QPointF& middle, QPainter& painter) const
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_colors.muted, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPolyline(QPolygonF({middle + QPointF(-4, -2), middle + QPointF(0, 2), middle + QPointF(4, -2)}));
    painter.restore();
}

void Style::drawTab(const QStyleOption& option, QPainter& painter) const
{
    const QRect line(option.rect.left() + 4, option.rect.bottom() - 1, option.rect.width() - 8, 2);
    if (has(option, State_MouseOver) && !has(option, State_Selected))
        rounded(painter, option.rect.adjusted(2, 2, -2, -4), m_colors.hover, {});
    if (has(option, State_Selected))
        painter.fillRect(line, m_colors.accent);
    if (has(option, State_HasFocus))
        drawFocus(option.rect.adjusted(2, 2, -2, -4), painter);
}

void Style::drawHeader(const QStyleOption& option, QPainter& painter) const
{
    painter.fillRect(option.rect, m_colors.window);
    painter.fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), m_colors.border);
}

void Style::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                               const QWidget* widget) const
{
    if (control == CC_ScrollBar)
        return drawScrollBar(*option, *painter, widget);
    if (control == CC_ComboBox)
        return drawComboBox(*option, *painter, widget);
    if (control == CC_SpinBox)
        return drawSpinBox(*option, *painter, widget);
    if (const auto* button = qstyleoption_cast<const QStyleOptionToolButton*>(option);
        button && control == CC_ToolButton) {
        // A button that is a picture says by its picture that it opens a menu.
        QStyleOptionToolButton plain = *button;
        plain.features &= ~QStyleOptionToolButton::HasMenu;
        return QProxyStyle::drawComplexControl(control, &plain, painter, widget);
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

void Style::drawScrollBar(const QStyleOptionComplex& option, QPainter& painter, const QWidget* widget) const
{
    const QRect thumb = proxy()->subControlRect(CC_ScrollBar, &option, SC_ScrollBarSlider, widget);
    const auto* slider = qstyleoption_cast<const QStyleOptionSlider*>(&option);
    if (!slider || slider->minimum == slider->maximum)
        return;
    const bool live = has(option, State_MouseOver) || has(option, State_Sunken);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(mixed(m_colors.surface, m_colors.outline, live ? 0.9 : 0.5));
    painter.drawRoundedRect(QRectF(thumb).adjusted(2, 2, -2, -2), 3, 3);
    painter.restore();
}

void Style::drawComboBox(const QStyleOptionComplex& option, QPainter& painter, const QWidget* widget) const
{
    drawButton(option, painter, widget);
    const QRect rect = option.rect;
    drawArrow(QPointF(rect.right() - 14, rect.center().y() + 1.0), painter);
    if (has(option, State_HasFocus))
        drawFocus(rect, painter);
}

void Style::drawSpinBox(const QStyleOptionComplex& option, QPainter& painter, const QWidget* widget) const
{
    drawInput(option, painter, widget);
    for (const SubControl part : {SC_SpinBoxUp, SC_SpinBoxDown}) {
        const QPointF middle = QRectF(proxy()->subControlRect(CC_SpinBox, &option, part, widget)).center();
        painter.save();
        painter.translate(middle);
        painter.scale(0.8, part == SC_SpinBoxUp ? -0.8 : 0.8);
        drawArrow(QPointF(0, 0), painter);
        painter.restore();
    }
}

QRect Style::subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl part,
                            const QWidget* widget) const
{
    if (control == CC_ComboBox && part == SC_ComboBoxEditField)
        return option->rect.adjusted(10, 0, -26, 0);
    const auto* slider = qstyleoption_cast<const QStyleOptionSlider*>(option);
    if (control != CC_ScrollBar || !slider)
        return QProxyStyle::subControlRect(control, option, part, widget);
    if (part == SC_ScrollBarAddLine || part == SC_ScrollBarSubLine)
        return {};
    if (part == SC_ScrollBarGroove)
        return option->rect;
    const bool upright = slider->orientation == Qt::Vertical;
    const int room = upright ? option->rect.height() : option->rect.width();
    const qint64 range = qint64(slider->maximum) - slider->minimum;
    const int length =
        range <= 0 ? room
                   : std::clamp<int>(int(qint64(room) * slider->pageStep / (range + slider->pageStep)), 32, room);
    const int at = sliderPositionFromValue(slider->minimum, slider->maximum, slider->sliderPosition, room - length,
                                           slider->upsideDown);
    const auto stretch = [&](int from, int to) {
        return upright ? QRect(option->rect.left(), option->rect.top() + from, option->rect.width(), to - from)
                       : QRect(option->rect.left() + from, option->rect.top(), to - from, option->rect.height());
    };
    if (part == SC_ScrollBarSlider)
        return stretch(at, at + length);
    if (part == SC_ScrollBarSubPage)
        return stretch(0, at);
    if (part == SC_ScrollBarAddPage)
        return stretch(at + length, room);
    return QProxyStyle::subControlRect(control, option, part, widget);
}

QRect Style::subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const
{
    const QRect rect = QProxyStyle::subElementRect(element, option, widget);
    const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
    // Within a spin box or a combo box the owner has left room already.
    return element == SE_LineEditContents && frame && frame->lineWidth > 0 ? rect.adjusted(6, 0, -6, 0) : rect;
}

QSize Style::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                              const QWidget* widget) const
{
    QSize wanted = QProxyStyle::sizeFromContents(type, option, size, widget);
    switch (type) {
    case CT_PushButton:
        wanted.setHeight(std::max(wanted.height(), kControlHeight));
        if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
            button && !button->text.isEmpty())
            wanted.setWidth(buttonWidth(*button));
        break;
    case CT_ComboBox:
        wanted += QSize(24, 0);
        [[fallthrough]];
    case CT_LineEdit:
    case CT_SpinBox:
        wanted.setHeight(std::max(wanted.height(), kControlHeight));
        break;
    case CT_ToolButton:
        wanted = wanted.expandedTo(QSize(kSmallControlHeight, kSmallControlHeight));
        break;
    case CT_TabBarTab:
        wanted.setHeight(std::max(wanted.height(), 36));
        break;
    case CT_MenuItem:
        wanted.setHeight(std::max(wanted.height(), wanted.height() > 12 ? kSmallControlHeight : 9));
        break;
    default:
        break;
    }
    return wanted;
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const
{
    switch (metric) {
    case PM_ScrollBarExtent:
        return kScrollBarWidth;
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing:
        return 8;
    case PM_LayoutLeftMargin:
    case PM_LayoutTopMargin:
    case PM_LayoutRightMargin:
    case PM_LayoutBottomMargin:
        return 12;
    case PM_TabBarTabHSpace:
        return 14;
    case PM_TabBarTabShiftVertical:
    case PM_TabBarTabShiftHorizontal:
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
        return 0;
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
        return 16;
    case PM_FocusFrameHMargin: // the margin of texts in tables
    case PM_HeaderMargin:
        return 8;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
        return 16;
    case PM_SplitterWidth:
        return 5;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int Style::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* answer) const
{
    switch (hint) {
    case SH_EtchDisabledText:
    case SH_DialogButtonBox_ButtonsHaveIcons:
    case SH_ItemView_ShowDecorationSelected:
    case SH_UnderlineShortcut:
    case SH_ComboBox_Popup:
        return 0;
    case SH_ScrollBar_LeftClickAbsolutePosition:
        return 1;
    default:
        return QProxyStyle::styleHint(hint, option, widget, answer);
    }
}

} // namespace signalbox::console
