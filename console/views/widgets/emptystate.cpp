// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/widgets/emptystate.h"

#include "console/views/look/icons.h"
#include "console/views/look/look.h"
#include "console/views/widgets/text.h"

#include <QPainter>
#include <QVBoxLayout>

namespace signalbox::console {

namespace {

constexpr int kDisc = 56;

} // namespace

EmptyState::EmptyState(const Look& look, const char* picture, QWidget* parent)
    : QWidget(parent)
    , m_look(look)
    , m_picture(picture)
    , m_title(new Text(look, 1, QFont::DemiBold, Shade::Normal, this))
    , m_hint(new Text(look, 0, QFont::Normal, Shade::Muted, this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, kDisc + 24, 24, 24);
    column->setSpacing(4);
    for (Text* text : {m_title, m_hint}) {
        text->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
        text->setWordWrap(true);
        column->addWidget(text, 0);
    }
    column->insertStretch(0, 2);
    column->addStretch(3);
    connect(&look, &Look::changed, this, qOverload<>(&QWidget::update));
}

void EmptyState::setTexts(const QString& title, const QString& hint)
{
    m_title->setText(title);
    m_hint->setText(hint);
}

void EmptyState::setPicture(const char* picture)
{
    m_picture = picture;
    update();
}

void EmptyState::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF disc(width() / 2.0 - kDisc / 2.0, m_title->y() - kDisc - 12.0, kDisc, kDisc);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_look.colors().raised);
    painter.drawEllipse(disc);
    painter.drawPixmap(disc.center() - QPointF(12, 12),
                       stencil(QString::fromLatin1(m_picture), m_look.colors().muted, 24, devicePixelRatioF()));
}

} // namespace signalbox::console
