// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/window/endofshift.h"

#include "console/client/actions.h"
#include "console/client/outbox.h"
#include "console/client/workspace.h"
#include "console/store/store.h"
#include "console/views/look/look.h"
#include "console/views/widgets/button.h"
#include "console/views/widgets/text.h"

#include <QEventLoop>
#include <QHBoxLayout>
#include <QTimer>
#include <QVBoxLayout>

namespace signalbox::console {

EndOfShift::EndOfShift(const Look& look, int unsent, int mine, QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Quit"));
    setMinimumWidth(420);
    auto* title = new Text(look, 3, QFont::DemiBold, Shade::Normal, this);
    title->setText(mine > 0 ? tr("You still have %n dialog(s)", nullptr, mine)
                            : tr("%n message(s) are not sent yet", nullptr, unsent));
    auto* detail = new Text(look, 0, QFont::Normal, Shade::Muted, this);
    detail->setWordWrap(true);
    detail->setText(unsent > 0 ? tr("What is not sent is kept on this computer and goes out at the next start.")
                               : tr("Guests may go on waiting for you. Give the dialogs back if your shift is over."));
    auto* stay = new Button(look, nullptr, ButtonKind::Plain, this);
    stay->setText(tr("Stay"));
    auto* quit = new Button(look, "log-out", mine > 0 ? ButtonKind::Plain : ButtonKind::Primary, this);
    quit->setText(tr("Quit"));
    auto* back = new Button(look, "undo-2", ButtonKind::Primary, this);
    back->setText(tr("Return all and quit"));
    back->setVisible(mine > 0);
    (mine > 0 ? back : quit)->setDefault(true);
    auto* row = new QHBoxLayout;
    row->addWidget(stay);
    row->addStretch(1);
    row->addWidget(quit);
    row->addWidget(back);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 24, 24, 20);
    column->setSpacing(8);
    column->addWidget(title);
    column->addWidget(detail);
    column->addSpacing(12);
    column->addLayout(row);
    connect(stay, &QPushButton::clicked, this, &QDialog::reject);
    connect(quit, &QPushButton::clicked, this, &QDialog::accept);
    connect(back, &QPushButton::clicked, this, [this] {
        m_returnsAll = true;
        accept();
    });
}

void EndOfShift::returnAll(Workspace& workspace)
{
    const Store& store = workspace.store();
    QList<qint64> mine;
    for (int row = 0; row < store.dialogCount(); ++row) {
        if (store.isMine(store.dialogAt(row)))
            mine << store.dialogAt(row).id;
    }
    for (const qint64 dialogId : mine)
        workspace.actions().returnToQueue(dialogId);
    workspace.actions().commitPending();
    QEventLoop loop;
    QTimer::singleShot(kPatienceMs, &loop, &QEventLoop::quit);
    QObject::connect(&workspace.outbox(), &Outbox::changed, &loop, [&workspace, &loop] {
        if (workspace.outbox().waiting() == 0)
            loop.quit();
    });
    if (workspace.outbox().waiting() > 0)
        loop.exec();
}

} // namespace signalbox::console
