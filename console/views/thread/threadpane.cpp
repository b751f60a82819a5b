// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/thread/threadpane.h"

#include "console/client/actions.h"
#include "console/client/outbox.h"
#include "console/client/threads.h"
#include "console/client/workspace.h"
#include "console/store/store.h"
#include "console/views/look/look.h"
#include "console/views/overlays/gapstrip.h"
#include "console/views/thread/composepane.h"
#include "console/views/thread/composer.h"
#include "console/views/thread/handoffcardview.h"
#include "console/views/thread/threadheader.h"
#include "console/views/thread/threadview.h"
#include "console/views/widgets/button.h"
#include "console/views/widgets/emptystate.h"
#include "console/views/widgets/searchfield.h"
#include "console/views/widgets/text.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace signalbox::console {

ThreadPane::ThreadPane(const Look& look, Commands& commands, Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_model(workspace.store(), workspace.threads())
    , m_stack(new QStackedWidget(this))
    , m_empty(new EmptyState(look, "messages-square", this))
    , m_gap(new GapStrip(look, this))
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(buildThread(look, commands));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_gap);
    column->addWidget(m_stack, 1);
    wire();
    retranslate();
}

ThreadPane::~ThreadPane() = default;

QWidget* ThreadPane::buildThread(const Look& look, Commands& commands)
{
    auto* page = new QWidget(m_stack);
    m_header = new ThreadHeader(look, commands, m_workspace.store(), m_workspace.actions(), page);
    m_card = new HandoffCardView(look, page);
    m_findBar = new QWidget(page);
    m_find = new SearchField(look, m_findBar);
    m_findResult = new Text(look, -1, QFont::Normal, Shade::Muted, m_findBar);
    auto* find = new QHBoxLayout(m_findBar);
    find->setContentsMargins(20, 8, 20, 4);
    find->addWidget(m_find, 1);
    find->addWidget(m_findResult);
    m_findBar->hide();
    m_view = new ThreadView(look, m_model, page);
    m_typing = new Text(look, -1, QFont::Normal, Shade::Muted, page);
    m_typing->setElided(true);
    m_typing->setFixedHeight(22); // there whether somebody types or not: nothing jumps
    m_typing->setContentsMargins(24, 0, 24, 0);
    m_compose = new ComposePane(look, commands, m_workspace.store(), m_workspace.drafts(), m_workspace.actions(), page);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addWidget(m_card);
    column->addWidget(m_findBar);
    column->addWidget(m_view, 1);
    column->addWidget(m_typing);
    column->addWidget(m_compose);
    return page;
}

void ThreadPane::wire()
{
    Store& store = m_workspace.store();
    connect(&store, &Store::dialogChanged, this, [this, &store](int row) { dialogChanged(store.dialogAt(row).id); });
    connect(&store, &Store::reset, this, [this] { dialogChanged(dialogId()); });
    connect(&store, &Store::meChanged, this, [this] { dialogChanged(dialogId()); });
    connect(&store, &Store::typingChanged, this, [this](qint64 id) {
        if (id == dialogId())
            updateTyping();
    });
    connect(&m_workspace.actions(), &Actions::takingChanged, this, &ThreadPane::dialogChanged);
    connect(&m_model, &ThreadModel::foreignMessageArrived, this, &ThreadPane::foreignArrived);
    connect(&m_workspace.outbox(), &Outbox::sent, &m_model,
            [this](const Intent& intent, const QJsonObject&, int ms) { m_model.setLatency(intent.clientId, ms); });
    connect(m_view, &ThreadView::retryWanted, this, [this](const QString& id) { m_workspace.outbox().retry(id); });
    connect(m_view, &ThreadView::removeWanted, this, [this](const QString& id) { m_workspace.outbox().remove(id); });
    connect(m_view, &ThreadView::editWanted, m_compose, &ComposePane::edit);
    connect(m_view, &ThreadView::seen, this, [this](qint64 id) {
        const Dialog* dialog = m_workspace.store().dialog(dialogId());
        if (dialog && m_workspace.store().isMine(*dialog) && id > dialog->staffRead)
            m_workspace.actions().markRead(dialogId(), id);
    });
    connect(m_view, &ThreadView::copied, this, [this] { emit said(tr("Copied")); });
    connect(m_compose, &ComposePane::recallWanted, this, &ThreadPane::recallLast);
    connect(m_compose, &ComposePane::sent, m_view, &ThreadView::goToEnd);
    connect(m_compose, &ComposePane::refused, this, &ThreadPane::said);
    connect(m_find, &QLineEdit::returnPressed, this, [this] {
        const bool found = m_view->findAbove(m_find->text());
        m_findResult->setText(found ? QString() : tr("Not in what is loaded"));
    });
    connect(m_find, &SearchField::escaped, this, &ThreadPane::closeSearch);
}

void ThreadPane::open(qint64 dialogId)
{
    if (dialogId == m_model.dialogId())
        return;
    closeSearch();
    if (dialogId != 0)
        m_workspace.threads().keep(dialogId);
    m_model.setDialog(dialogId);
    m_compose->setDialog(dialogId);
    m_stack->setCurrentIndex(dialogId == 0 ? 0 : 1);
    dialogChanged(dialogId);
}

void ThreadPane::dialogChanged(qint64 dialogId)
{
    if (dialogId != m_model.dialogId())
        return;
    m_header->setDialog(dialogId);
    m_compose->update();
    const Dialog* dialog = dialogId == 0 ? nullptr : m_workspace.store().dialog(dialogId);
    m_card->setCard(dialogId, dialog && dialog->handoff ? handoffCard(*dialog->handoff) : HandoffCard());
    updateTyping();
}

void ThreadPane::updateTyping()
{
    QStringList names;
    for (const Typist& typist : m_workspace.store().typists(dialogId())) {
        if (typist.sender == Sender::Client)
            names << (typist.name.isEmpty() ? tr("The visitor") : typist.name);
        else if (typist.sender == Sender::Ai)
            names << tr("The AI");
        else if (typist.name != m_workspace.store().me().name)
            names << typist.name;
    }
    m_typing->setWhole(names.isEmpty() ? QString() : tr("%1 is typing…").arg(names.join(QStringLiteral(", "))));
    m_header->setDialog(dialogId());
}

void ThreadPane::foreignArrived(qint64 messageId)
{
    const QModelIndex index = m_model.index(m_model.rowOfMessage(messageId));
    const auto kind = static_cast<ThreadModel::Kind>(index.data(ThreadModel::KindRole).toInt());
    if (index.isValid() && (kind == ThreadModel::Kind::Operator || kind == ThreadModel::Kind::Ai))
        m_compose->warnOutdated(index.data(ThreadModel::SenderNameRole).toString(),
                                index.data(ThreadModel::TextRole).toString());
}

void ThreadPane::openSearch()
{
    if (dialogId() == 0)
        return;
    m_findBar->show();
    m_find->setFocus();
    m_find->selectAll();
}

void ThreadPane::focusMessages()
{
    m_view->setFocus(Qt::ShortcutFocusReason);
    if (!m_view->currentIndex().isValid() && m_model.rowCount() > 0)
        m_view->setCurrentIndex(m_model.index(m_model.rowCount() - 1));
}

void ThreadPane::closeSearch()
{
    if (m_findBar->isHidden())
        return;
    m_findBar->hide();
    m_findResult->clear();
    m_view->endFind();
    m_compose->focus();
}

void ThreadPane::goToUnread()
{
    if (m_model.unreadLineRow() >= 0)
        m_view->goToRow(m_model.unreadLineRow());
    else
        m_view->goToEnd();
}

void ThreadPane::recallLast()
{
    for (int row = m_model.rowCount() - 1; row >= 0; --row) {
        const QModelIndex index = m_model.index(row);
        if (index.data(ThreadModel::MayEditRole).toBool())
            return m_compose->edit(index.data(ThreadModel::IdRole).toLongLong(),
                                   index.data(ThreadModel::TextRole).toString());
    }
}

void ThreadPane::retranslate()
{
    m_empty->setTexts(tr("No dialog is open"), tr("Choose one at the left, or let the console choose: Alt+A."));
    m_find->setName(tr("Search this dialog, Enter goes upwards"));
    m_view->retranslate();
    updateTyping();
}

void ThreadPane::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace signalbox::console
