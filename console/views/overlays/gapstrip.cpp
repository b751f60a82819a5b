// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/overlays/gapstrip.h"

#include "console/views/look/icons.h"
#include "console/views/look/look.h"
#include "console/views/paint/timetext.h"
#include "console/views/widgets/button.h"
#include "console/views/widgets/text.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>

namespace signalbox::console {

GapStrip::GapStrip(const Look& look, QWidget* parent)
    : QWidget(parent)
    , m_look(look)
    , m_title(new Text(look, 0, QFont::Medium, Shade::Normal, this))
    , m_links(new QHBoxLayout)
    , m_close(new IconButton(look, "x", this))
{
    setObjectName(QStringLiteral("gapStrip"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(44, 6, 12, 6);
    row->setSpacing(8);
    m_links->setSpacing(2);
    row->addWidget(m_title);
    row->addLayout(m_links);
    row->addStretch(1);
    row->addWidget(m_close);
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);
    retranslate();
    hide();
}

void GapStrip::setReport(const GapReport& report)
{
    m_report = report;
    setVisible(!report.changes.isEmpty());
    retranslate();
}

QString GapStrip::describe(const GapChange& change) const
{
    QString name = change.guestName.isEmpty() ? tr("Visitor %1").arg(change.dialogId) : change.guestName;
    if (!change.takenBy.isEmpty())
        return tr("%1: taken by %2").arg(name, change.takenBy);
    if (change.isNew)
        return tr("%1: new").arg(name);
    if (change.newMessages > 0)
        return tr("%1: %n new", nullptr, change.newMessages).arg(name);
    if (change.status == DialogStatus::Closed)
        return tr("%1: closed").arg(name);
    return name;
}

void GapStrip::retranslate()
{
    const auto count = static_cast<int>(m_report.changes.size()) + m_report.moreChanges;
    m_title->setText(
        tr("%n dialog(s) changed while you were away %1", nullptr, count).arg(TimeText::span(m_report.awayMs)));
    while (QLayoutItem* item = m_links->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const GapChange& change : m_report.changes.first(std::min<qsizetype>(kMostLinks, m_report.changes.size()))) {
        auto* link = new Button(m_look, nullptr, ButtonKind::Quiet, this);
        link->setText(describe(change).replace(QLatin1Char('&'), QLatin1String("&&")));
        link->setAccessibleName(describe(change));
        connect(link, &QPushButton::clicked, this, [this, id = change.dialogId] { emit chosen(id); });
        m_links->addWidget(link);
    }
    m_close->setName(tr("Put away"));
}

void GapStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const Colors& colors = m_look.colors();
    painter.fillRect(rect(), colors.selected);
    painter.fillRect(QRect(0, height() - 1, width(), 1), colors.border);
    painter.drawPixmap(QPoint(20, height() / 2 - 8),
                       stencil(QStringLiteral("refresh-cw"), colors.accent, 16, devicePixelRatioF()));
}

void GapStrip::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace signalbox::console
