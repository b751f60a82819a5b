// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/widgets/searchfield.h"

#include "console/views/look/icons.h"
#include "console/views/look/look.h"

#include <QAction>
#include <QKeyEvent>

namespace signalbox::console {

SearchField::SearchField(const Look& look, QWidget* parent)
    : QLineEdit(parent)
    , m_look(look)
    , m_lens(addAction(QIcon(), QLineEdit::LeadingPosition))
{
    setMaxLength(200);
    connect(&look, &Look::changed, this, &SearchField::apply);
    apply();
}

void SearchField::setName(const QString& name)
{
    setPlaceholderText(name);
    setAccessibleName(name);
}

void SearchField::apply()
{
    m_lens->setIcon(icon("search", m_look.colors().muted));
}

void SearchField::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        if (text().isEmpty())
            emit escaped();
        clear();
    } else if (event->key() == Qt::Key_Down || event->key() == Qt::Key_Up) {
        emit stepped(event->key() == Qt::Key_Down ? 1 : -1);
    } else {
        QLineEdit::keyPressEvent(event);
    }
}

} // namespace signalbox::console
