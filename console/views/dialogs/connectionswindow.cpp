// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/dialogs/connectionswindow.h"

#include "console/client/actions.h"
#include "console/models/exporter.h"
#include "console/store/store.h"
#include "console/views/details/teamdelegate.h"
#include "console/views/dialogs/operatordialog.h"
#include "console/views/look/icons.h"
#include "console/views/look/look.h"
#include "console/views/widgets/button.h"
#include "console/views/widgets/searchfield.h"
#include "console/views/widgets/text.h"

#include <QEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonArray>
#include <QListView>
#include <QLocale>
#include <QSaveFile>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace signalbox::console {

namespace {

constexpr int kMostRooms = 1000;

void makeCalm(QTableView& table)
{
    table.setShowGrid(false);
    table.setSelectionBehavior(QTableView::SelectRows);
    table.setVerticalScrollMode(QTableView::ScrollPerPixel);
    table.setHorizontalScrollMode(QTableView::ScrollPerPixel);
    table.setEditTriggers(QTableView::NoEditTriggers);
    table.setTabKeyNavigation(false);
    table.setWordWrap(false);
    table.setFrameShape(QFrame::NoFrame);
    table.verticalHeader()->hide();
    // A fixed height: a hundred thousand rows are never measured.
    table.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table.verticalHeader()->setDefaultSectionSize(30);
    table.horizontalHeader()->setHighlightSections(false);
    table.horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table.horizontalHeader()->setMinimumSectionSize(56);
    table.horizontalHeader()->setStretchLastSection(true);
}

} // namespace

ConnectionsWindow::ConnectionsWindow(const Look& look, Store& store, Backend& backend, Actions& actions,
                                     QWidget* parent)
    : QWidget(parent, Qt::Window)
    , m_look(look)
    , m_store(store)
    , m_backend(backend)
    , m_actions(actions)
    , m_model(backend)
    , m_team(store)
    , m_tabs(new QTabWidget(this))
    , m_search(new SearchField(look, this))
    , m_slow(new IconButton(look, "clock", this))
    , m_refresh(new IconButton(look, "refresh-cw", this))
    , m_export(new IconButton(look, "download", this))
    , m_table(new QTableView(this))
    , m_roomTable(new QTableView(this))
    , m_operators(new QListView(this))
    , m_summary(new Text(look, -1, QFont::Normal, Shade::Muted, this))
    , m_close(new Button(look, "x", ButtonKind::Plain, this))
    , m_closeUser(new Button(look, "user", ButtonKind::Plain, this))
    , m_addOperator(new Button(look, "user-plus", ButtonKind::Primary, this))
    , m_changeOperator(new Button(look, "pencil", ButtonKind::Plain, this))
{
    setWindowIcon(appIcon());
    resize(1080, 680);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(makeConnections(), QString());
    m_tabs->addTab(makeRooms(), QString());
    m_tabs->addTab(makeOperators(), QString());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 4, 0, 0);
    column->addWidget(m_tabs);
    retranslate();
    m_search->setFocus();
}

QWidget* ConnectionsWindow::makeConnections()
{
    auto* page = new QWidget(this);
    m_table->setModel(&m_model);
    makeCalm(*m_table);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(ConnectionModel::Age, Qt::AscendingOrder);
    m_slow->setCheckable(true);
    const int widths[] = {104, 136, 84, 116, 84, 96, 84, 84, 60};
    for (int i = 0; i < ConnectionModel::ColumnCount; ++i)
        m_table->setColumnWidth(i, widths[i]);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(16, 12, 16, 8);
    bar->addWidget(m_search, 1);
    for (IconButton* button : {m_slow, m_refresh, m_export})
        bar->addWidget(button);
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(16, 8, 16, 12);
    foot->addWidget(m_summary, 1);
    foot->addWidget(m_closeUser);
    foot->addWidget(m_close);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(bar);
    column->addWidget(m_table, 1);
    column->addLayout(foot);
    connect(m_search, &QLineEdit::textChanged, &m_model, &ConnectionModel::setFilter);
    connect(m_slow, &QToolButton::toggled, &m_model, &ConnectionModel::setSlowOnly);
    connect(m_refresh, &QToolButton::clicked, this, &ConnectionsWindow::refresh);
    connect(m_export, &QToolButton::clicked, this, &ConnectionsWindow::exportTable);
    connect(&m_model, &ConnectionModel::loaded, this, &ConnectionsWindow::updateSummary);
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(&m_model, signal, this, &ConnectionsWindow::updateSummary);
    connect(&m_model, &QAbstractItemModel::modelReset, this, &ConnectionsWindow::updateSummary);
    connect(&m_model, &QAbstractItemModel::layoutChanged, this, [this] { updateSummary(); });
    connect(&m_model, &ConnectionModel::failed, this, [this](const Error& error) {
        m_summary->setShade(Shade::Bad);
        m_summary->setText(tr("Not read: %1").arg(error.text()));
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ConnectionsWindow::updateSummary);
    connect(m_close, &QPushButton::clicked, this, [this] { closeSelected(false); });
    connect(m_closeUser, &QPushButton::clicked, this, [this] { closeSelected(true); });
    return page;
}

QWidget* ConnectionsWindow::makeRooms()
{
    m_roomTable->setModel(&m_rooms);
    makeCalm(*m_roomTable);
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 12, 0, 0);
    column->addWidget(m_roomTable);
    return page;
}

QWidget* ConnectionsWindow::makeOperators()
{
    m_team.setWithDisabled(true);
    m_operators->setModel(&m_team);
    m_operators->setItemDelegate(new TeamDelegate(m_look, m_operators));
    m_operators->setFrameShape(QFrame::NoFrame);
    m_operators->setMouseTracking(true);
    auto* page = new QWidget(this);
    auto* foot = new QHBoxLayout;
    foot->addStretch(1);
    foot->addWidget(m_changeOperator);
    foot->addWidget(m_addOperator);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(16, 12, 16, 12);
    column->addWidget(m_operators, 1);
    column->addLayout(foot);
    connect(m_addOperator, &QPushButton::clicked, this, &ConnectionsWindow::addOperator);
    connect(m_changeOperator, &QPushButton::clicked, this, &ConnectionsWindow::changeOperator);
    connect(m_operators, &QListView::doubleClicked, this, &ConnectionsWindow::changeOperator);
    return page;
}

void ConnectionsWindow::refresh()
{
    m_model.refresh();
    readRooms();
}

void ConnectionsWindow::updateSummary()
{
    const auto selected = m_table->selectionModel()->selectedRows().size();
    const QLocale locale;
    m_summary->setShade(Shade::Muted);
    m_summary->setText(tr("%1 shown of %2").arg(locale.toString(m_model.rowCount()), locale.toString(m_model.total())));
    m_close->setEnabled(selected > 0);
    m_closeUser->setEnabled(selected == 1);
}

void ConnectionsWindow::closeSelected(bool wholeUser)
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    for (const QModelIndex& index : rows.first(std::min<qsizetype>(rows.size(), 100))) {
        const auto done = [this](const CallResult& result) { answered(result); };
        if (wholeUser)
            m_actions.closeConnectionsOf(index.data(ConnectionModel::UserRole).toString(), this, done);
        else
            m_actions.closeConnection(index.data(ConnectionModel::ClientIdRole).toString(), this, done);
    }
}

void ConnectionsWindow::answered(const CallResult& result)
{
    if (const auto* error = std::get_if<CallError>(&result)) {
        m_summary->setShade(Shade::Bad);
        m_summary->setText(error->error.text());
        return;
    }
    refresh();
}

void ConnectionsWindow::readRooms()
{
    Call call;
    call.path = QStringLiteral("/api/v1/stats/rooms");
    call.query.addQueryItem(QStringLiteral("limit"), QString::number(kMostRooms));
    m_backend.call(call, this, [this](const CallResult& result) { roomsArrived(result); });
}

void ConnectionsWindow::roomsArrived(const CallResult& result)
{
    const auto* answer = std::get_if<Answer>(&result);
    if (!answer)
        return;
    m_rooms.setRowCount(0);
    const QJsonArray items = answer->body.value(QLatin1String("rooms")).toArray();
    for (const auto& value : items) {
        const QJsonObject room = value.toObject();
        auto* name = new QStandardItem(room.value(QLatin1String("room")).toString());
        auto* size = new QStandardItem;
        size->setData(room.value(QLatin1String("connections")).toInt(), Qt::DisplayRole);
        m_rooms.appendRow({name, size});
    }
    retranslate();
}

void ConnectionsWindow::addOperator()
{
    OperatorDialog dialog(m_look, {}, this);
    if (dialog.exec() == QDialog::Accepted)
        m_actions.createOperator(dialog.members(), this, [this](const CallResult& result) { answered(result); });
}

void ConnectionsWindow::changeOperator()
{
    const QString id = m_operators->currentIndex().data(TeamModel::IdRole).toString();
    const Operator* person = m_store.findOperator(id);
    if (!person)
        return;
    OperatorDialog dialog(m_look, *person, this);
    if (dialog.exec() == QDialog::Accepted)
        m_actions.changeOperator(id, dialog.members(), this, [this](const CallResult& result) { answered(result); });
}

void ConnectionsWindow::exportTable()
{
    const QString path = QFileDialog::getSaveFileName(this, tr("Export connections"), QStringLiteral("connections.csv"),
                                                      QStringLiteral("*.csv"));
    QSaveFile file(path);
    if (!path.isEmpty() && file.open(QIODevice::WriteOnly)) {
        file.write(tableCsv(m_model));
        file.commit();
    }
}

void ConnectionsWindow::retranslate()
{
    setWindowTitle(tr("Connections"));
    m_tabs->setTabText(0, tr("Connections"));
    m_tabs->setTabText(1, tr("Rooms"));
    m_tabs->setTabText(2, tr("Operators"));
    m_tabs->setAccessibleName(windowTitle());
    m_tabs->tabBar()->setAccessibleName(windowTitle());
    m_search->setName(tr("User, dialog, address, transport"));
    m_slow->setName(tr("Slow ones only"));
    m_refresh->setName(tr("Read anew"));
    m_export->setName(tr("Export as CSV"));
    m_table->setAccessibleName(tr("Connections"));
    m_roomTable->setAccessibleName(tr("Rooms"));
    m_operators->setAccessibleName(tr("Operators"));
    // The heads' words are wider in some languages.
    const QHeaderView& heads = *m_table->horizontalHeader();
    for (int i = 0; i < ConnectionModel::ColumnCount; ++i)
        m_table->setColumnWidth(i, std::max(m_table->columnWidth(i), heads.sectionSizeHint(i)));
    m_rooms.setHorizontalHeaderLabels({tr("Room"), tr("Connections")});
    m_roomTable->setColumnWidth(0, 320);
    m_close->setText(tr("Close connection"));
    m_closeUser->setText(tr("Close all of this user"));
    m_addOperator->setText(tr("New operator…"));
    m_changeOperator->setText(tr("Change…"));
    updateSummary();
}

void ConnectionsWindow::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace signalbox::console
