// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/thread/threadview.h"

#include "console/views/look/look.h"
#include "console/views/thread/messagedelegate.h"
#include "console/views/thread/messagemenu.h"
#include "console/views/widgets/button.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QTimer>
#include <QToolTip>

namespace signalbox::console {

namespace {

constexpr int kNearEdge = 200; // pixels from the upper end at which older messages are fetched

} // namespace

ThreadView::ThreadView(const Look& look, ThreadModel& model, QWidget* parent)
    : QListView(parent)
    , m_look(look)
    , m_model(model)
    , m_delegate(new MessageDelegate(look, this))
    , m_pill(new Button(look, "arrow-down", ButtonKind::Primary, this))
{
    setItemDelegate(m_delegate);
    setModel(&model);
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // an item as wide as the viewport would bring one
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);    // its coming and going would change every wrap
    setEditTriggers(NoEditTriggers);
    setSelectionMode(SingleSelection);
    setMouseTracking(true);
    verticalScrollBar()->setSingleStep(24);
    m_pill->hide();
    m_pill->setFocusPolicy(Qt::NoFocus);
    connect(m_pill, &QPushButton::clicked, this, &ThreadView::goToEnd);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &ThreadView::scrolled);
    connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, [this] {
        if (m_sticks)
            verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    });
    connect(&model, &QAbstractItemModel::rowsAboutToBeInserted, this,
            [this](const QModelIndex&, int first) { rowsAboutToCome(first); });
    connect(&model, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex&, int first) { rowsCame(first); });
    connect(&model, &QAbstractItemModel::rowsAboutToBeRemoved, this, &ThreadView::keepPlace);
    connect(&model, &QAbstractItemModel::rowsRemoved, this, &ThreadView::restorePlace);
    connect(&model, &QAbstractItemModel::modelReset, this, &ThreadView::goToStart);
    connect(&model, &ThreadModel::foreignMessageArrived, this, [this] {
        if (m_sticks)
            return reportSeen();
        ++m_newBelow;
        updatePill();
    });
    connect(&look, &Look::changed, this, [this] {
        m_delegate->clear();
        scheduleDelayedItemsLayout();
    });
    retranslate();
}

void ThreadView::retranslate()
{
    setAccessibleName(tr("Messages"));
    m_delegate->clear();
    updatePill();
}

void ThreadView::goToEnd()
{
    m_sticks = true;
    m_newBelow = 0;
    // Before the first layout a scroll is lost: it is done once more when the loop comes round.
    const auto down = [this] {
        executeDelayedItemsLayout();
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
        reportSeen();
    };
    down();
    QTimer::singleShot(0, this, [this, down] {
        if (m_sticks)
            down();
    });
    updatePill();
}

void ThreadView::goToRow(int row)
{
    if (row < 0 || row >= m_model.rowCount())
        return;
    m_sticks = false;
    executeDelayedItemsLayout();
    scrollTo(m_model.index(row), PositionAtTop);
    scrolled();
}

void ThreadView::goToStart()
{
    m_newBelow = 0;
    m_findRow = -1;
    m_seen = 0;
    m_delegate->setFound({});
    const int unread = m_model.unreadLineRow();
    goToEnd();
    if (unread < 0)
        return;
    executeDelayedItemsLayout();
    // With everything unread in sight the end is the better place.
    if (visualRect(m_model.index(unread)).top() < 0)
        QTimer::singleShot(0, this, [this, unread] { goToRow(unread); });
}

void ThreadView::scrolled()
{
    const QScrollBar* bar = verticalScrollBar();
    if (m_isMoving)
        return;
    m_sticks = bar->value() >= bar->maximum() - 2;
    if (m_sticks) {
        m_newBelow = 0;
        if (m_model.hasNewer())
            m_model.fetchNewer();
        reportSeen();
    }
    if (bar->value() < kNearEdge && m_model.hasOlder() && m_model.isLoaded())
        m_model.fetchOlder();
    updatePill();
}

void ThreadView::rowsAboutToCome(int first)
{
    if (first < m_model.rowCount())
        keepPlace();
}

void ThreadView::rowsCame(int)
{
    if (m_sticks)
        goToEnd();
    else if (m_place.isValid())
        restorePlace();
}

void ThreadView::keepPlace()
{
    m_place = indexAt(QPoint(viewport()->width() / 2, 1));
    m_placeOffset = m_place.isValid() ? visualRect(m_place).top() : 0;
}

void ThreadView::restorePlace()
{
    if (!m_place.isValid() || m_sticks)
        return;
    m_isMoving = true;
    executeDelayedItemsLayout();
    QScrollBar* bar = verticalScrollBar();
    bar->setValue(bar->value() + visualRect(m_place).top() - m_placeOffset);
    m_isMoving = false;
    m_place = QPersistentModelIndex();
}

void ThreadView::reportSeen()
{
    const qint64 newest = m_model.newestMessageId();
    if (newest <= m_seen || !isVisible() || !window()->isActiveWindow())
        return;
    m_seen = newest;
    emit seen(newest);
}

void ThreadView::resizeEvent(QResizeEvent* event)
{
    const bool stuck = m_sticks;
    keepPlace();
    m_isMoving = true;
    m_delegate->setWidth(viewport()->width());
    QListView::resizeEvent(event);
    scheduleDelayedItemsLayout();
    m_isMoving = false;
    m_sticks = stuck;
    if (stuck)
        goToEnd();
    else
        restorePlace();
    placePill();
}

void ThreadView::showEvent(QShowEvent* event)
{
    QListView::showEvent(event);
    m_delegate->setWidth(viewport()->width());
    goToStart();
}

void ThreadView::updatePill()
{
    m_pill->setVisible(!m_sticks && m_model.rowCount() > 0);
    m_pill->setText(m_newBelow > 0 ? tr("%n new", nullptr, m_newBelow) : tr("To the end"));
    placePill();
}

void ThreadView::placePill()
{
    m_pill->adjustSize();
    m_pill->move((viewport()->width() - m_pill->width()) / 2, viewport()->height() - m_pill->height() - 12);
}

void ThreadView::mouseMoveEvent(QMouseEvent* event)
{
    const QModelIndex index = indexAt(event->pos());
    const bool pressable =
        index.isValid() &&
        m_delegate->spotAt(index, event->pos() - visualRect(index).topLeft()).kind != MessageSpot::Kind::None;
    viewport()->setCursor(pressable ? Qt::PointingHandCursor : Qt::ArrowCursor);
    QListView::mouseMoveEvent(event);
}

void ThreadView::mouseReleaseEvent(QMouseEvent* event)
{
    QListView::mouseReleaseEvent(event);
    const QModelIndex index = indexAt(event->pos());
    if (event->button() == Qt::LeftButton && index.isValid())
        press(index, m_delegate->spotAt(index, event->pos() - visualRect(index).topLeft()));
}

void ThreadView::press(const QModelIndex& index, const MessageSpot& spot)
{
    const QString clientId = index.data(ThreadModel::ClientIdRole).toString();
    switch (spot.kind) {
    case MessageSpot::Kind::Link:
    case MessageSpot::Kind::Attachment: {
        // A guest's link opens in the browser or not at all: never a file or a program.
        const QUrl url(spot.target);
        if (url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http"))
            QDesktopServices::openUrl(url);
        else
            copy(spot.target);
        break;
    }
    case MessageSpot::Kind::Number:
        copy(spot.target);
        break;
    case MessageSpot::Kind::Retry:
        emit retryWanted(clientId);
        break;
    case MessageSpot::Kind::Remove:
        emit removeWanted(clientId);
        break;
    case MessageSpot::Kind::Copy:
        copy(index.data(ThreadModel::TextRole).toString());
        break;
    case MessageSpot::Kind::None:
        break;
    }
}

void ThreadView::copy(const QString& text)
{
    QGuiApplication::clipboard()->setText(text);
    emit copied(text);
}

QString ThreadView::currentText() const
{
    return currentIndex().data(ThreadModel::TextRole).toString();
}

void ThreadView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy))
        copy(currentText());
    else if (event->key() == Qt::Key_Return && currentIndex().isValid())
        MessageMenu(*this, currentIndex()).showAt(viewport()->mapToGlobal(visualRect(currentIndex()).center()));
    else
        QListView::keyPressEvent(event);
}

void ThreadView::contextMenuEvent(QContextMenuEvent* event)
{
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const QModelIndex index = byKey ? currentIndex() : indexAt(event->pos());
    if (index.isValid())
        MessageMenu(*this, index)
            .showAt(byKey ? viewport()->mapToGlobal(visualRect(index).center()) : event->globalPos());
}

bool ThreadView::viewportEvent(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QListView::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const QModelIndex index = indexAt(help->pos());
    const int latency = index.isValid() ? index.data(ThreadModel::LatencyRole).toInt() : -1;
    if (latency >= 0)
        QToolTip::showText(help->globalPos(), tr("The server had it after %1 ms.").arg(latency), viewport());
    else
        QToolTip::hideText();
    return true;
}

bool ThreadView::findAbove(const QString& text)
{
    const QList<int> rows = m_model.search(text);
    if (rows.isEmpty()) {
        endFind();
        return false;
    }
    int next = rows.last();
    for (const int row : rows) {
        if (m_findRow >= 0 && row < m_findRow)
            next = row;
    }
    m_findRow = next;
    const QModelIndex index = m_model.index(next);
    m_delegate->setFound(index);
    scrollTo(index, PositionAtCenter);
    viewport()->update();
    return true;
}

void ThreadView::endFind()
{
    m_findRow = -1;
    m_delegate->setFound({});
    viewport()->update();
}

} // namespace signalbox::console
