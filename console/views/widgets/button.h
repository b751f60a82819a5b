// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/views/look/style.h"

#include <QPushButton>
#include <QToolButton>

namespace signalbox::console {

class Look;

/// A push button with a picture of our set, in the colour that its kind asks for; follows the theme.
class Button : public QPushButton
{
    Q_OBJECT
public:
    Button(const Look& look, const char* picture, ButtonKind kind, QWidget* parent = nullptr);

    void setPicture(const char* picture);
    void setKind(ButtonKind kind);

private:
    void apply();

    const Look& m_look;
    const char* m_picture; ///< a literal
    ButtonKind m_kind;
};

/// A button that is a picture alone: its name is its tool tip and what a screen reader says.
class IconButton : public QToolButton
{
    Q_OBJECT
public:
    IconButton(const Look& look, const char* picture, QWidget* parent = nullptr);

    void setPicture(const char* picture);
    void setName(const QString& name);

private:
    void apply();

    const Look& m_look;
    const char* m_picture;
};

} // namespace signalbox::console
