// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace signalbox::console {

class Look;
class Text;

/// What stands where nothing is: a picture, a line, and what one can do.
class EmptyState : public QWidget
{
    Q_OBJECT
public:
    EmptyState(const Look& look, const char* picture, QWidget* parent = nullptr);

    void setTexts(const QString& title, const QString& hint);
    void setPicture(const char* picture);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Look& m_look;
    const char* m_picture;
    Text* m_title;
    Text* m_hint;
};

} // namespace signalbox::console
