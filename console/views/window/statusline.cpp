// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/window/statusline.h"

#include "console/client/outbox.h"
#include "console/client/session.h"
#include "console/client/workspace.h"
#include "console/models/healthseries.h"
#include "console/store/store.h"
#include "console/views/chart/chart.h"
#include "console/views/details/teamdelegate.h"
#include "console/views/look/look.h"
#include "console/views/paint/marks.h"
#include "console/views/paint/timetext.h"
#include "console/views/widgets/button.h"
#include "console/views/widgets/text.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>

namespace signalbox::console {

QIcon presenceIcon(Presence presence, const Look& look)
{
    QIcon icon;
    for (const int ratio : {1, 2, 3}) {
        QPixmap pixmap(16 * ratio, 16 * ratio);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.scale(ratio, ratio);
        paintPresence(painter, QRectF(3, 3, 10, 10), presence, look.colors());
        painter.end();
        icon.addPixmap(pixmap);
    }
    return icon;
}

StatusLine::StatusLine(const Look& look, Workspace& workspace, const HealthSeries& series, int slaSeconds,
                       QWidget* parent)
    : QWidget(parent)
    , m_look(look)
    , m_workspace(workspace)
    , m_slaSeconds(slaSeconds)
    , m_connection(new Button(look, "wifi", ButtonKind::Quiet, this))
    , m_unsent(new Text(look, -1, QFont::Medium, Shade::Warning, this))
    , m_word(new Text(look, -1, QFont::Normal, Shade::Muted, this))
    , m_deadline(new Text(look, -1, QFont::Medium, Shade::Muted, this))
    , m_queue(new Text(look, -1, QFont::Normal, Shade::Muted, this))
    , m_spark(new Chart(look, series.queueLength(), Chart::Form::Sparkline, this))
    , m_status(new Button(look, nullptr, ButtonKind::Quiet, this))
    , m_statusMenu(new QMenu(this))
{
    setFixedHeight(36);
    m_spark->setFixedSize(72, 18);
    m_word->setElided(true);
    for (Button* button : {m_connection, m_status})
        button->setFixedHeight(28);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 0, 8, 0);
    row->setSpacing(12);
    row->addWidget(m_connection);
    row->addWidget(m_unsent);
    row->addWidget(m_word, 1);
    row->addWidget(m_deadline);
    row->addWidget(m_queue);
    row->addWidget(m_spark);
    row->addWidget(m_status);
    m_status->setMenu(m_statusMenu);
    connect(m_connection, &QPushButton::clicked, this, &StatusLine::connectionPressed);
    connect(m_statusMenu, &QMenu::aboutToShow, this, &StatusLine::fillStatusMenu);
    connect(&workspace.session(), &Session::stateChanged, this, &StatusLine::update);
    connect(&workspace.session(), &Session::latencyChanged, this, &StatusLine::update);
    connect(&workspace.store(), &Store::meChanged, this, &StatusLine::update);
    connect(&workspace.store(), &Store::countsChanged, this, &StatusLine::update);
    connect(&workspace.store(), &Store::reset, this, &StatusLine::update);
    connect(&workspace.outbox(), &Outbox::changed, this, &StatusLine::update);
    connect(&series, &HealthSeries::changed, m_spark, &Chart::refresh);
    connect(&look, &Look::changed, this, &StatusLine::update);
    connect(&m_second, &QTimer::timeout, this, &StatusLine::updateDeadline);
    m_second.start(1000);
    m_wordEnd.setSingleShot(true);
    connect(&m_wordEnd, &QTimer::timeout, this, [this] { m_word->setWhole({}); });
    update();
}

void StatusLine::say(const QString& text)
{
    m_word->setWhole(text);
    m_wordEnd.start(6000);
}

QString StatusLine::connectionText() const
{
    const Session& session = m_workspace.session();
    switch (session.state()) {
    case Session::State::Live:
        if (m_workspace.isDemo())
            return tr("Practice");
        return session.latencyMs() >= 0 ? tr("Connected · %1 ms").arg(session.latencyMs()) : tr("Connected");
    case Session::State::Connecting:
        return session.retryInMs() > 500 ? tr("No connection, again in %1 s").arg((session.retryInMs() + 999) / 1000)
                                         : tr("Connecting…");
    case Session::State::Syncing:
        return tr("Loading…");
    case Session::State::Refused:
        return tr("Refused");
    case Session::State::Offline:
        break;
    }
    return tr("Offline");
}

void StatusLine::update()
{
    const Session& session = m_workspace.session();
    m_connection->setText(connectionText());
    m_connection->setAccessibleName(tr("Connection: %1").arg(connectionText()));
    m_connection->setPicture(session.isLive() ? "wifi" : "wifi-off");
    m_connection->setToolTip(session.isLive() ? m_workspace.address().server.toDisplayString()
                                              : session.lastError().text());
    const int unsent = m_workspace.outbox().waiting();
    m_unsent->setText(tr("%n unsent", nullptr, unsent));
    m_unsent->setVisible(unsent > 0);
    m_queue->setText(tr("Queue %1").arg(m_workspace.store().counts().queue));
    m_spark->setAccessibleName(tr("Length of the queue"));
    const Operator& me = m_workspace.store().me();
    QString text = TeamDelegate::presenceText(static_cast<int>(me.wanted));
    if (me.wanted == Presence::Dnd && me.wantedUntilMs > 0)
        text = tr("do not disturb until %1").arg(TimeText::clock(me.wantedUntilMs));
    m_status->setIcon(presenceIcon(me.wanted, m_look));
    m_status->setText(me.name.isEmpty() ? text : me.name + QStringLiteral(" · ") + text);
    m_status->setAccessibleName(tr("My status: %1").arg(text));
    updateDeadline();
}

void StatusLine::updateDeadline()
{
    const Session& session = m_workspace.session();
    if (!session.isLive())
        m_connection->setText(connectionText());
    const Store& store = m_workspace.store();
    qint64 oldest = 0;
    if (store.counts().queue > 0 || store.counts().mineWaiting > 0) {
        for (int row = 0; row < store.dialogCount(); ++row) {
            const Dialog& dialog = store.dialogAt(row);
            const bool counts =
                store.isMine(dialog) || (dialog.status == DialogStatus::Queued && store.mayTake(dialog));
            if (counts && dialog.waitingSinceMs > 0 && (oldest == 0 || dialog.waitingSinceMs < oldest))
                oldest = dialog.waitingSinceMs;
        }
    }
    m_deadline->setVisible(oldest > 0);
    if (oldest == 0)
        return;
    const qint64 left = oldest + m_slaSeconds * 1000LL - store.now();
    m_deadline->setShade(left < 0 ? Shade::Bad : Shade::Muted);
    m_deadline->setText(left < 0 ? tr("late by %1").arg(TimeText::wait(-left))
                                 : tr("next answer in %1").arg(TimeText::wait(left)));
}

void StatusLine::fillStatusMenu()
{
    m_statusMenu->clear();
    const std::pair<QString, Presence> states[] = {{tr("Available"), Presence::Online}, {tr("Away"), Presence::Away}};
    for (const auto& [text, presence] : states) {
        QAction* action = m_statusMenu->addAction(presenceIcon(presence, m_look), text);
        connect(action, &QAction::triggered, this, [this, presence = presence] { emit statusWanted(presence, 0); });
    }
    m_statusMenu->addSection(tr("Do not disturb"));
    addDnd(*m_statusMenu, tr("15 minutes"), 15 * 60);
    addDnd(*m_statusMenu, tr("1 hour"), 3600);
    addDnd(*m_statusMenu, tr("Until I change it"), 0);
    m_statusMenu->addSeparator();
    connect(m_statusMenu->addAction(presenceIcon(Presence::Offline, m_look), tr("Offline")), &QAction::triggered, this,
            [this] { emit statusWanted(Presence::Offline, 0); });
}

void StatusLine::addDnd(QMenu& menu, const QString& text, qint64 seconds)
{
    connect(menu.addAction(presenceIcon(Presence::Dnd, m_look), text), &QAction::triggered, this, [this, seconds] {
        const qint64 until = seconds == 0 ? 0 : m_workspace.store().now() + seconds * 1000;
        emit statusWanted(Presence::Dnd, until);
    });
}

void StatusLine::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_look.colors().window);
    painter.fillRect(QRect(0, 0, width(), 1), m_look.colors().border);
}

void StatusLine::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        update();
    QWidget::changeEvent(event);
}

} // namespace signalbox::console
