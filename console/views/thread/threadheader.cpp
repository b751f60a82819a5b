// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/thread/threadheader.h"

#include "console/client/actions.h"
#include "console/models/dialoglistmodel.h"
#include "console/store/store.h"
#include "console/views/look/look.h"
#include "console/views/paint/avatar.h"
#include "console/views/paint/timetext.h"
#include "console/views/widgets/button.h"
#include "console/views/widgets/text.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <QVBoxLayout>

namespace signalbox::console {

namespace {

constexpr int kNarrow = 560;

} // namespace

ThreadHeader::ThreadHeader(const Look& look, Commands& commands, const Store& store, const Actions& actions,
                           QWidget* parent)
    : QWidget(parent)
    , m_look(look)
    , m_commands(commands)
    , m_store(store)
    , m_actions(actions)
    , m_name(new Text(look, 2, QFont::DemiBold, Shade::Normal, this))
    , m_detail(new Text(look, -1, QFont::Normal, Shade::Muted, this))
    , m_wait(new Text(look, -1, QFont::Medium, Shade::Muted, this))
    , m_lease(new Text(look, -1, QFont::Normal, Shade::Accent, this))
    , m_primary(new Button(look, "hand", ButtonKind::Primary, this))
    , m_transfer(new Button(look, "arrow-right-left", ButtonKind::Plain, this))
    , m_release(new Button(look, "undo-2", ButtonKind::Plain, this))
    , m_more(new IconButton(look, "ellipsis", this))
    , m_menu(new QMenu(this))
{
    setFixedHeight(60);
    m_name->setElided(true);
    m_detail->setElided(true);
    auto* second = new QHBoxLayout;
    second->setSpacing(8);
    second->addWidget(m_wait);
    second->addWidget(m_lease);
    second->addWidget(m_detail, 1);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(1);
    texts->addStretch(1);
    texts->addWidget(m_name);
    texts->addLayout(second);
    texts->addStretch(1);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(20, 0, 12, 0);
    row->setSpacing(8);
    row->addLayout(texts, 1);
    for (QWidget* button : {static_cast<QWidget*>(m_release), static_cast<QWidget*>(m_transfer),
                            static_cast<QWidget*>(m_primary), static_cast<QWidget*>(m_more)})
        row->addWidget(button);
    m_more->setPopupMode(QToolButton::InstantPopup);
    m_more->setMenu(m_menu);
    connect(m_primary, &QPushButton::clicked, this, [this] {
        if (m_step != Command::Count_)
            m_commands.action(m_step)->trigger();
    });
    connect(m_transfer, &QPushButton::clicked, m_commands.action(Command::Transfer), &QAction::trigger);
    connect(m_release, &QPushButton::clicked, m_commands.action(Command::Release), &QAction::trigger);
    connect(&m_second, &QTimer::timeout, this, &ThreadHeader::updateWait);
    m_second.start(1000);
    fillMenu();
    setDialog(0);
}

void ThreadHeader::fillMenu()
{
    for (const Command command :
         {Command::Transfer, Command::Release, Command::ReturnToAi, Command::Cancel, Command::Reopen})
        m_menu->addAction(m_commands.action(command));
    m_menu->addSeparator();
    for (const Command command : {Command::SearchThread, Command::FirstUnread, Command::Export})
        m_menu->addAction(m_commands.action(command));
}

void ThreadHeader::setDialog(qint64 dialogId)
{
    m_dialogId = dialogId;
    update();
}

void ThreadHeader::update()
{
    const Dialog* dialog = m_dialogId == 0 ? nullptr : m_store.dialog(m_dialogId);
    updateSteps(dialog);
    for (QWidget* part : {static_cast<QWidget*>(m_name), static_cast<QWidget*>(m_detail), static_cast<QWidget*>(m_wait),
                          static_cast<QWidget*>(m_more)})
        part->setVisible(dialog);
    if (dialog)
        updateTexts(*dialog);
    else
        m_lease->hide();
    updateWait();
    QWidget::update();
}

QString ThreadHeader::describe(const Dialog& dialog) const
{
    QStringList parts;
    switch (dialog.status) {
    case DialogStatus::Ai:
        parts << tr("with the AI");
        break;
    case DialogStatus::Queued:
        parts << (dialog.handoff && !dialog.handoff->reservedFor.isEmpty()
                      ? tr("reserved for %1").arg(m_store.operatorName(dialog.handoff->reservedFor))
                      : tr("in the queue"));
        break;
    case DialogStatus::Operator:
        parts << (m_store.isMine(dialog) ? tr("yours") : m_store.operatorName(dialog.operatorId));
        break;
    case DialogStatus::Closed:
        parts << tr("closed");
        break;
    }
    parts << QStringLiteral("#%1").arg(dialog.id);
    parts << dialog.tags;
    return parts.join(QStringLiteral(" · "));
}

void ThreadHeader::updateTexts(const Dialog& dialog)
{
    m_name->setWhole(guestTitle(dialog));
    m_detail->setWhole(describe(dialog));
    QString lease;
    for (const Typist& typist : m_store.typists(dialog.id)) {
        if (typist.sender == Sender::Operator && typist.name != m_store.me().name)
            lease = tr("%1 is writing here").arg(typist.name);
    }
    m_lease->setText(lease);
    m_lease->setVisible(!lease.isEmpty());
}

void ThreadHeader::updateWait()
{
    const Dialog* dialog = m_dialogId == 0 ? nullptr : m_store.dialog(m_dialogId);
    const bool waits = dialog && dialog->waitingSinceMs > 0 && dialog->isOpen();
    m_wait->setVisible(waits);
    if (!waits)
        return;
    const qint64 waited = m_store.now() - dialog->waitingSinceMs;
    m_wait->setText(tr("waits %1").arg(TimeText::wait(waited)));
    const Urgency urgency = urgencyOf(waited, m_slaSeconds * 1000LL);
    const Shade shade = urgency == Urgency::Late ? Shade::Bad : urgency == Urgency::Soon ? Shade::Warning : Shade::Good;
    m_wait->setShade(shade);
}

void ThreadHeader::updateSteps(const Dialog* dialog)
{
    const bool mine = dialog && m_store.isMine(*dialog);
    const bool takes = dialog && m_actions.isTaking(dialog->id);
    const bool queued = dialog && dialog->status == DialogStatus::Queued;
    const bool closed = dialog && dialog->status == DialogStatus::Closed;
    const bool others = dialog && dialog->status == DialogStatus::Operator && !mine;
    const bool mayTake = dialog && !mine && !closed && !others && (!queued || m_store.mayTake(*dialog));
    const bool supervises = m_store.me().isSupervisor();
    const auto enable = [this](Command command, bool on) { m_commands.action(command)->setEnabled(on); };
    enable(Command::Take, mayTake || (others && supervises));
    enable(Command::Transfer, mine || (others && supervises));
    enable(Command::Release, mine);
    enable(Command::ReturnToAi, mine);
    enable(Command::Finish, dialog && !closed);
    enable(Command::Cancel, queued || mine);
    enable(Command::Reopen, closed);
    enable(Command::Export, dialog);
    m_step = closed                              ? Command::Reopen
             : mine                              ? Command::Finish
             : mayTake || (others && supervises) ? Command::Take
                                                 : Command::Count_;
    const bool roomy = width() >= kNarrow;
    m_primary->setVisible(m_step != Command::Count_);
    m_transfer->setVisible(mine && roomy);
    m_release->setVisible(mine && roomy);
    m_primary->setEnabled(!takes);
    m_primary->setPicture(m_step == Command::Finish ? "check" : m_step == Command::Reopen ? "rotate-ccw" : "hand");
    m_primary->setText(takes                       ? tr("Taking…")
                       : m_step == Command::Finish ? tr("Finish")
                       : m_step == Command::Reopen ? tr("Reopen")
                       : others                    ? tr("Take over")
                                                   : tr("Take"));
    m_transfer->setText(tr("Transfer"));
    m_release->setText(tr("To the queue"));
    for (QPushButton* button : {static_cast<QPushButton*>(m_transfer), static_cast<QPushButton*>(m_release)}) {
        const QAction* action = m_commands.action(button == m_transfer ? Command::Transfer : Command::Release);
        button->setToolTip(action->text() + QStringLiteral(" (%1)").arg(Commands::keyText(action->shortcut())));
    }
    if (m_step != Command::Count_)
        m_primary->setToolTip(Commands::keyText(m_commands.key(m_step)));
    m_more->setName(tr("More"));
}

void ThreadHeader::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_look.colors().surface);
    painter.fillRect(QRect(0, height() - 1, width(), 1), m_look.colors().border);
}

void ThreadHeader::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    updateSteps(m_dialogId == 0 ? nullptr : m_store.dialog(m_dialogId));
}

void ThreadHeader::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        update();
    QWidget::changeEvent(event);
}

} // namespace signalbox::console
