// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/thread/handoffcardview.h"

#include "console/views/look/icons.h"
#include "console/views/look/look.h"
#include "console/views/widgets/button.h"
#include "console/views/widgets/text.h"

#include <QEvent>
#include <QGridLayout>
#include <QPainter>

namespace signalbox::console {

HandoffCardView::HandoffCardView(const Look& look, QWidget* parent)
    : QWidget(parent)
    , m_look(look)
    , m_title(new Text(look, 0, QFont::DemiBold, Shade::Normal, this))
    , m_summary(new Text(look, 0, QFont::Normal, Shade::Normal, this))
    , m_tried(new Text(look, -1, QFont::Normal, Shade::Muted, this))
    , m_facts(new Text(look, -1, QFont::Normal, Shade::Muted, this))
    , m_fold(new IconButton(look, "chevron-up", this))
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(52, 14, 24, 14);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    grid->addWidget(m_title, 0, 0);
    grid->addWidget(m_fold, 0, 1, Qt::AlignTop);
    grid->addWidget(m_summary, 1, 0, 1, 2);
    grid->addWidget(m_tried, 2, 0, 1, 2);
    grid->addWidget(m_facts, 3, 0, 1, 2);
    grid->setColumnStretch(0, 1);
    m_title->setElided(true);
    for (Text* text : {m_summary, m_tried, m_facts}) {
        text->setWordWrap(true);
        text->setTextInteractionFlags(Qt::TextSelectableByMouse);
        text->setFocusPolicy(Qt::NoFocus);
    }
    connect(m_fold, &QToolButton::clicked, this, [this] { fold(!m_folded); });
    connect(&look, &Look::changed, this, qOverload<>(&QWidget::update));
    hide();
}

void HandoffCardView::setCard(qint64 dialogId, const HandoffCard& card)
{
    if (dialogId != m_dialogId)
        m_folded = false;
    m_dialogId = dialogId;
    m_card = card;
    setVisible(!card.isEmpty());
    retranslate();
    fold(m_folded);
}

void HandoffCardView::retranslate()
{
    m_title->setWhole(m_card.reason.isEmpty() ? tr("The AI asks for a human") : m_card.reason);
    m_summary->setText(m_card.summary);
    m_tried->setText(m_card.tried.isEmpty() ? QString()
                                            : tr("Tried: %1").arg(m_card.tried.join(QStringLiteral(" · "))));
    QStringList facts;
    for (const auto& [name, value] : m_card.facts)
        facts << name + QStringLiteral(": ") + value;
    m_facts->setText(facts.join(QStringLiteral("   ")));
    setAccessibleName(tr("Handoff from the AI: %1. %2").arg(m_card.reason, m_card.summary));
    m_fold->setName(m_folded ? tr("Unfold the card") : tr("Fold the card"));
}

void HandoffCardView::fold(bool folded)
{
    m_folded = folded;
    m_summary->setVisible(!folded && !m_summary->text().isEmpty());
    m_tried->setVisible(!folded && !m_tried->text().isEmpty());
    m_facts->setVisible(!folded && !m_facts->text().isEmpty());
    m_fold->setPicture(folded ? "chevron-down" : "chevron-up");
    m_fold->setName(m_folded ? tr("Unfold the card") : tr("Fold the card"));
}

void HandoffCardView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& colors = m_look.colors();
    painter.fillRect(rect(), colors.surface);
    painter.setPen(QPen(mixed(colors.ai, colors.text, 0.12), 1));
    painter.setBrush(colors.ai);
    painter.drawRoundedRect(QRectF(rect()).adjusted(12.5, 6.5, -12.5, -4.5), 10, 10);
    painter.drawPixmap(QPoint(25, 16), stencil(QStringLiteral("sparkles"), colors.text, 18, devicePixelRatioF()));
}

void HandoffCardView::mouseReleaseEvent(QMouseEvent*)
{
    fold(!m_folded);
}

void HandoffCardView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace signalbox::console
