// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/overlays/paletteview.h"

#include "console/views/look/look.h"
#include "console/views/widgets/searchfield.h"
#include "console/views/widgets/twolinedelegate.h"

#include <QEvent>
#include <QListView>
#include <QPainter>
#include <QVBoxLayout>

namespace signalbox::console {

PaletteView::PaletteView(const Look& look, const Commands& commands, const Store& store, QWidget* parent)
    : QFrame(parent)
    , m_look(look)
    , m_model(commands, store)
    , m_search(new SearchField(look, this))
    , m_list(new QListView(this))
{
    m_list->setModel(&m_model);
    m_list->setItemDelegate(new TwoLineDelegate(look, PaletteModel::TitleRole, PaletteModel::DetailRole, this,
                                                PaletteModel::HintRole, PaletteModel::PictureRole));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformItemSizes(true);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QListView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 10, 10, 10);
    column->addWidget(m_search);
    column->addWidget(m_list, 1);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_model.setSearch(text);
        m_list->setCurrentIndex(m_model.index(0));
    });
    connect(m_search, &SearchField::stepped, this, &PaletteView::step);
    connect(m_search, &QLineEdit::returnPressed, this, &PaletteView::pick);
    connect(m_search, &SearchField::escaped, this, &PaletteView::shut);
    connect(m_list, &QListView::clicked, this, &PaletteView::pick);
    m_search->installEventFilter(this);
    retranslate();
    hide();
}

void PaletteView::open()
{
    const QSize room = parentWidget()->size();
    const int width = std::min(600, room.width() - 48);
    setGeometry((room.width() - width) / 2, 64, width, std::min(440, room.height() - 128));
    m_search->clear();
    m_model.setSearch({});
    m_list->setCurrentIndex(m_model.index(0));
    show();
    raise();
    m_search->setFocus(Qt::PopupFocusReason);
}

void PaletteView::shut()
{
    if (isHidden())
        return;
    hide();
    emit closed();
}

void PaletteView::step(int rows)
{
    const int row = std::clamp(m_list->currentIndex().row() + rows, 0, std::max(0, m_model.rowCount() - 1));
    m_list->setCurrentIndex(m_model.index(row));
}

void PaletteView::pick()
{
    const PaletteModel::Entry entry = m_model.at(m_list->currentIndex().row());
    if (!m_list->currentIndex().isValid())
        return;
    shut();
    emit picked(entry);
}

bool PaletteView::eventFilter(QObject* watched, QEvent* event)
{
    // A click elsewhere puts it away; another window in front does not.
    if (event->type() == QEvent::FocusOut && isVisible() && window()->isActiveWindow())
        shut();
    return QFrame::eventFilter(watched, event);
}

void PaletteView::retranslate()
{
    m_search->setName(tr("A dialog, a command, a canned reply…"));
    m_list->setAccessibleName(tr("What was found"));
}

void PaletteView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_look.colors().outline, 1));
    painter.setBrush(m_look.colors().surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 12, 12);
}

} // namespace signalbox::console
