// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/widgets/button.h"

#include "console/views/look/icons.h"
#include "console/views/look/look.h"

namespace signalbox::console {

Button::Button(const Look& look, const char* picture, ButtonKind kind, QWidget* parent)
    : QPushButton(parent)
    , m_look(look)
    , m_picture(picture)
    , m_kind(kind)
{
    setAutoDefault(false);
    connect(&look, &Look::changed, this, &Button::apply);
    apply();
}

void Button::setPicture(const char* picture)
{
    m_picture = picture;
    apply();
}

void Button::setKind(ButtonKind kind)
{
    m_kind = kind;
    apply();
}

void Button::apply()
{
    const Colors& colors = m_look.colors();
    setButtonKind(this, m_kind);
    if (m_picture)
        setIcon(console::icon(m_picture, m_kind == ButtonKind::Primary  ? colors.onAccent
                                         : m_kind == ButtonKind::Danger ? colors.onBad
                                                                        : colors.text));
}

IconButton::IconButton(const Look& look, const char* picture, QWidget* parent)
    : QToolButton(parent)
    , m_look(look)
    , m_picture(picture)
{
    setIconSize(QSize(16, 16));
    setFocusPolicy(Qt::TabFocus);
    connect(&look, &Look::changed, this, &IconButton::apply);
    apply();
}

void IconButton::setPicture(const char* picture)
{
    m_picture = picture;
    apply();
}

void IconButton::setName(const QString& name)
{
    setToolTip(name);
    setAccessibleName(name);
}

void IconButton::apply()
{
    setIcon(console::icon(m_picture, m_look.colors().muted));
}

} // namespace signalbox::console
