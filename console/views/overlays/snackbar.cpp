// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/overlays/snackbar.h"

#include "console/views/look/look.h"
#include "console/views/widgets/button.h"
#include "console/views/widgets/text.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>

namespace signalbox::console {

namespace {

constexpr int kEdge = 16;
constexpr int kStatusBar = 36;

} // namespace

Snackbar::Snackbar(const Look& look, QWidget* parent)
    : QWidget(parent)
    , m_look(look)
    , m_text(new Text(look, 0, QFont::Medium, Shade::Normal, this))
    , m_action(new Button(look, nullptr, ButtonKind::Quiet, this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 6, 8, 6);
    row->setSpacing(12);
    row->addWidget(m_text);
    row->addWidget(m_action);
    m_action->setFocusPolicy(Qt::NoFocus);
    m_end.setSingleShot(true);
    connect(&m_end, &QTimer::timeout, this, &QWidget::hide);
    connect(m_action, &QPushButton::clicked, this, [this] {
        hide();
        emit pressed(m_tag);
    });
    parent->installEventFilter(this);
    hide();
}

void Snackbar::show(const QString& text, const QString& action, const QString& tag, int ms)
{
    m_tag = tag;
    m_text->setText(text);
    setAccessibleName(text);
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    QPalette own = m_action->palette();
    own.setColor(QPalette::ButtonText, m_look.colors().accent);
    m_action->setPalette(own);
    QWidget::show();
    place();
    raise();
    update();
    m_end.start(ms);
    QAccessibleEvent told(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&told);
}

QString Snackbar::text() const
{
    return m_text->text();
}

void Snackbar::withdraw(const QString& tag)
{
    if (tag == m_tag)
        hide();
}

void Snackbar::place()
{
    layout()->activate();
    const int most = parentWidget()->width() - 2 * kEdge;
    m_text->setWordWrap(sizeHint().width() > most);
    resize(std::min(sizeHint().width(), most), std::max(44, heightForWidth(most)));
    move(kEdge, parentWidget()->height() - height() - kEdge - kStatusBar);
}

bool Snackbar::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize && isVisible())
        place();
    return QWidget::eventFilter(watched, event);
}

void Snackbar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& colors = m_look.colors();
    painter.setPen(QPen(colors.outline, 1));
    painter.setBrush(colors.raised);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
}

} // namespace signalbox::console
