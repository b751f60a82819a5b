// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/thread/cannedpopup.h"

#include "console/views/look/look.h"
#include "console/views/widgets/searchfield.h"
#include "console/views/widgets/twolinedelegate.h"

#include <QEvent>
#include <QListView>
#include <QPainter>
#include <QVBoxLayout>

namespace signalbox::console {

CannedPopup::CannedPopup(const Look& look, Store& store, QWidget* parent)
    : QFrame(parent)
    , m_look(look)
    , m_model(store)
    , m_search(new SearchField(look, this))
    , m_list(new QListView(this))
{
    m_list->setModel(&m_model);
    m_list->setItemDelegate(new TwoLineDelegate(look, CannedModel::ShortcutRole, CannedModel::TextRole, this));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setUniformItemSizes(true);
    m_list->setVerticalScrollMode(QListView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setMouseTracking(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->addWidget(m_list, 1);
    column->addWidget(m_search);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_model.setSearch(text);
        m_list->setCurrentIndex(m_model.index(0));
    });
    connect(m_search, &SearchField::stepped, this, &CannedPopup::step);
    connect(m_search, &QLineEdit::returnPressed, this, &CannedPopup::pick);
    connect(m_search, &SearchField::escaped, this, &CannedPopup::shut);
    connect(m_list, &QListView::clicked, this, &CannedPopup::pick);
    retranslate();
    hide();
}

void CannedPopup::openAbove(const QRect& anchor)
{
    m_search->clear();
    const int height = std::min(320, anchor.top() - 16);
    setGeometry(anchor.left(), anchor.top() - height - 4, std::min(anchor.width(), 560), height);
    show();
    raise();
    m_list->setCurrentIndex(m_model.index(0));
    m_search->setFocus(Qt::PopupFocusReason);
}

void CannedPopup::step(int rows)
{
    const int row = std::clamp(m_list->currentIndex().row() + rows, 0, std::max(0, m_model.rowCount() - 1));
    m_list->setCurrentIndex(m_model.index(row));
}

void CannedPopup::pick()
{
    const QModelIndex index = m_list->currentIndex();
    if (!index.isValid())
        return;
    const QString text = index.data(CannedModel::TextRole).toString();
    shut();
    emit picked(text);
}

void CannedPopup::shut()
{
    hide();
    emit closed();
}

void CannedPopup::retranslate()
{
    m_search->setName(tr("Search canned replies"));
    m_list->setAccessibleName(tr("Canned replies"));
}

void CannedPopup::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QFrame::changeEvent(event);
}

void CannedPopup::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_look.colors().outline, 1));
    painter.setBrush(m_look.colors().surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10);
}

} // namespace signalbox::console
