// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/widgets/text.h"

#include "console/views/look/look.h"

#include <QResizeEvent>

namespace signalbox::console {

QColor colorOf(const Look& look, Shade shade)
{
    const Colors& colors = look.colors();
    switch (shade) {
    case Shade::Muted:
        return colors.muted;
    case Shade::Accent:
        return colors.accent;
    case Shade::Good:
        return colors.ok;
    case Shade::Warning:
        return colors.warn;
    case Shade::Bad:
        return colors.bad;
    case Shade::Normal:
        break;
    }
    return colors.text;
}

Text::Text(const Look& look, int step, QFont::Weight weight, Shade shade, QWidget* parent)
    : QLabel(parent)
    , m_look(look)
    , m_step(step)
    , m_weight(weight)
    , m_shade(shade)
{
    setTextFormat(Qt::PlainText);
    connect(&look, &Look::changed, this, &Text::apply);
    apply();
}

void Text::setShade(Shade shade)
{
    m_shade = shade;
    apply();
}

void Text::setElided(bool elided)
{
    m_elided = elided;
    if (elided)
        setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

void Text::setWhole(const QString& text)
{
    if (m_whole == text)
        return;
    m_whole = text;
    elide();
}

QSize Text::minimumSizeHint() const
{
    const QSize usual = QLabel::minimumSizeHint();
    return m_elided ? QSize(0, usual.height()) : usual;
}

void Text::resizeEvent(QResizeEvent* event)
{
    QLabel::resizeEvent(event);
    if (m_elided)
        elide();
}

void Text::apply()
{
    setFont(m_look.font(m_step, m_weight));
    QPalette own = palette();
    // On a pane of base colour a label writes with Text, not with WindowText.
    for (const auto role : {QPalette::WindowText, QPalette::Text})
        own.setColor(role, colorOf(m_look, m_shade));
    setPalette(own);
    if (m_elided)
        elide();
}

void Text::elide()
{
    const QString line = m_elided ? QString(m_whole).replace(QLatin1Char('\n'), QLatin1Char(' ')) : m_whole;
    const QString shown = m_elided ? fontMetrics().elidedText(line, Qt::ElideRight, width()) : m_whole;
    setText(shown);
    setToolTip(shown == line ? QString() : m_whole.toHtmlEscaped());
    setAccessibleName(m_whole);
}

} // namespace signalbox::console
