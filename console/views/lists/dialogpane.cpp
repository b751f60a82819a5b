// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/lists/dialogpane.h"

#include "console/models/dialoglistmodel.h"
#include "console/store/store.h"
#include "console/views/desktop/commands.h"
#include "console/views/lists/dialoglistview.h"
#include "console/views/look/look.h"
#include "console/views/widgets/button.h"
#include "console/views/widgets/emptystate.h"
#include "console/views/widgets/searchfield.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace signalbox::console {

namespace {

constexpr DialogFilterModel::List kLists[] = {DialogFilterModel::List::Queue, DialogFilterModel::List::Mine,
                                              DialogFilterModel::List::All};

} // namespace

DialogPane::DialogPane(const Look& look, const Commands& commands, const Store& store, DialogListModel& model,
                       QWidget* parent)
    : QWidget(parent)
    , m_store(store)
    , m_commands(commands)
    , m_tabs(new QTabBar(this))
    , m_search(new SearchField(look, this))
    , m_unread(new IconButton(look, "list-filter", this))
    , m_closed(new IconButton(look, "archive", this))
    , m_pages(new QStackedWidget(this))
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setMinimumWidth(72);
    m_tabs->setDrawBase(true);
    m_tabs->setExpanding(true);
    m_tabs->setElideMode(Qt::ElideNone);
    m_tabs->setUsesScrollButtons(false);
    for (const List list : kLists) {
        m_tabs->addTab(QString());
        m_pages->addWidget(makePage(look, list, model));
    }
    for (IconButton* button : {m_unread, m_closed})
        button->setCheckable(true);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(12, 10, 12, 8);
    bar->setSpacing(4);
    bar->addWidget(m_search, 1);
    bar->addWidget(m_unread);
    bar->addWidget(m_closed);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_tabs);
    column->addLayout(bar);
    column->addWidget(m_pages, 1);

    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        m_pages->setCurrentIndex(tab);
        m_closed->setVisible(list() == List::All);
        emit listChanged(list());
    });
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        for (DialogListView* each : m_views)
            each->filter().setSearch(text);
    });
    connect(m_search, &QLineEdit::returnPressed, this, [this] {
        if (const qint64 first = at(list(), 0))
            emit chosen(first);
    });
    connect(m_search, &SearchField::stepped, this, [this](int) { focusList(); });
    connect(m_search, &SearchField::escaped, this, &DialogPane::escaped);
    connect(m_unread, &QToolButton::toggled, this, [this](bool on) {
        for (DialogListView* each : m_views)
            each->filter().setUnreadOnly(on);
    });
    connect(m_closed, &QToolButton::toggled, this, [this](bool on) { view(List::All).filter().setWithClosed(on); });
    connect(&store, &Store::countsChanged, this, &DialogPane::updateTabs);
    connect(&store, &Store::reset, this, &DialogPane::updateTabs);
    m_closed->setVisible(false);
    retranslate();
}

QWidget* DialogPane::makePage(const Look& look, List list, DialogListModel& model)
{
    const auto i = static_cast<size_t>(list);
    auto* filter = new DialogFilterModel(list, this);
    filter->setSourceModel(&model);
    m_stacks[i] = new QStackedWidget(this);
    m_views[i] = new DialogListView(
        look, *filter, [this] { return m_store.now(); }, m_stacks[i]);
    m_empty[i] = new EmptyState(look, list == List::Queue ? "coffee" : "inbox", m_stacks[i]);
    m_stacks[i]->addWidget(m_views[i]);
    m_stacks[i]->addWidget(m_empty[i]);
    connect(m_views[i], &DialogListView::chosen, this, &DialogPane::chosen);
    connect(m_views[i], &DialogListView::menuWanted, this, &DialogPane::menuWanted);
    connect(filter, &DialogFilterModel::countChanged, this, [this, list] { updatePage(list); });
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(filter, signal, this, [this, list] { updatePage(list); });
    connect(filter, &QAbstractItemModel::modelReset, this, [this, list] { updatePage(list); });
    return m_stacks[i];
}

DialogPane::List DialogPane::list() const
{
    return static_cast<List>(std::max(0, m_tabs->currentIndex()));
}

void DialogPane::showList(List list)
{
    m_tabs->setCurrentIndex(static_cast<int>(list));
}

void DialogPane::setCurrent(qint64 dialogId)
{
    for (DialogListView* each : m_views)
        each->setCurrentDialog(dialogId);
}

qint64 DialogPane::neighbour(int step, bool around) const
{
    return view(list()).neighbour(step, around);
}

qint64 DialogPane::at(List list, int row) const
{
    return view(list).filter().dialogAt(row);
}

qint64 DialogPane::firstOf(List list, qint64 except) const
{
    const qint64 first = at(list, 0);
    return first == except ? at(list, 1) : first;
}

const DialogFilterModel& DialogPane::shown() const
{
    return view(list()).filter();
}

void DialogPane::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void DialogPane::focusList()
{
    view(list()).setFocus(Qt::ShortcutFocusReason);
}

void DialogPane::updateTabs()
{
    const DialogCounts& counts = m_store.counts();
    const bool narrow = width() < 200;
    const auto text = [narrow](const QString& name, int count) {
        return narrow      ? QString::number(count)
               : count > 0 ? name + QStringLiteral("  ") + QString::number(count)
                           : name;
    };
    m_tabs->setTabText(0, text(tr("Queue"), counts.queue));
    m_tabs->setTabText(1, text(tr("Mine"), counts.mine));
    m_tabs->setTabText(2, text(tr("All"), counts.all));
}

void DialogPane::updatePage(List list)
{
    const auto i = static_cast<size_t>(list);
    m_stacks[i]->setCurrentIndex(m_views[i]->filter().rowCount() > 0 ? 0 : 1);
}

void DialogPane::retranslate()
{
    m_search->setName(tr("Search dialogs"));
    m_unread->setName(tr("Unread only"));
    m_closed->setName(tr("Closed ones too"));
    m_tabs->setAccessibleName(tr("Lists of dialogs"));
    const QString names[] = {tr("Queue"), tr("My dialogs"), tr("All dialogs")};
    for (size_t i = 0; i < m_views.size(); ++i)
        m_views[i]->setAccessibleName(names[i]);
    m_empty[0]->setTexts(tr("Nobody is waiting"), tr("Whoever needs a human appears here."));
    const QString key = Commands::keyText(m_commands.key(Command::TakeMostUrgent));
    m_empty[1]->setTexts(tr("Nothing on your desk"), key.isEmpty() ? tr("Take a dialog from the queue.")
                                                                   : tr("%1 takes the most urgent one.").arg(key));
    m_empty[2]->setTexts(tr("No dialogs here"), tr("Nothing fits the search and the filters."));
    updateTabs();
    for (const List list : kLists)
        updatePage(list);
}

void DialogPane::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

void DialogPane::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const bool narrow = width() < 200;
    m_search->setVisible(!narrow);
    m_unread->setVisible(!narrow);
    updateTabs();
}

} // namespace signalbox::console
