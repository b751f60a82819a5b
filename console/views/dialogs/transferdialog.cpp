// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/dialogs/transferdialog.h"

#include "console/models/teammodel.h"
#include "console/store/store.h"
#include "console/views/details/teamdelegate.h"
#include "console/views/look/look.h"
#include "console/views/widgets/button.h"
#include "console/views/widgets/searchfield.h"
#include "console/views/widgets/text.h"

#include <QHBoxLayout>
#include <QListView>
#include <QPlainTextEdit>
#include <QSortFilterProxyModel>
#include <QVBoxLayout>

namespace signalbox::console {

namespace {

/// Everybody but oneself, by name.
class OthersModel : public QSortFilterProxyModel
{
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override
    {
        const QModelIndex index = sourceModel()->index(row, 0, parent);
        return !index.data(TeamModel::IsMeRole).toBool() && QSortFilterProxyModel::filterAcceptsRow(row, parent);
    }
};

} // namespace

TransferDialog::TransferDialog(const Look& look, Store& store, const QString& guest, QWidget* parent)
    : QDialog(parent)
    , m_store(store)
    , m_team(new TeamModel(store, this))
    , m_shown(new OthersModel(this))
    , m_search(new SearchField(look, this))
    , m_list(new QListView(this))
    , m_note(new QPlainTextEdit(this))
    , m_transfer(new Button(look, "arrow-right-left", ButtonKind::Primary, this))
    , m_queue(new Button(look, "inbox", ButtonKind::Plain, this))
{
    setWindowTitle(tr("Transfer %1").arg(guest));
    resize(440, 480);
    m_shown->setSourceModel(m_team);
    m_shown->setFilterRole(TeamModel::NameRole);
    m_shown->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_list->setModel(m_shown);
    m_list->setItemDelegate(new TeamDelegate(look, m_list));
    m_list->setAccessibleName(tr("Operators"));
    m_list->setUniformItemSizes(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setCurrentIndex(m_shown->index(0, 0));
    m_search->setName(tr("To whom?"));
    m_note->setPlaceholderText(tr("What should the other one know?"));
    m_note->setAccessibleName(tr("Note"));
    m_note->setTabChangesFocus(true);
    m_note->document()->setDocumentMargin(8);
    m_note->setFixedHeight(88);
    m_queue->setText(tr("To the queue"));
    auto* cancel = new Button(look, nullptr, ButtonKind::Plain, this);
    cancel->setText(tr("Cancel"));
    m_transfer->setDefault(true);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_queue);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_transfer);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 20, 20, 16);
    column->setSpacing(10);
    column->addWidget(m_search);
    column->addWidget(m_list, 1);
    column->addWidget(m_note);
    column->addLayout(buttons);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_shown->setFilterFixedString(text);
        m_list->setCurrentIndex(m_shown->index(0, 0));
    });
    connect(m_search, &SearchField::stepped, this, &TransferDialog::step);
    connect(m_search, &SearchField::escaped, this, &QDialog::reject);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &TransferDialog::check);
    connect(m_note, &QPlainTextEdit::textChanged, this, &TransferDialog::check);
    connect(m_transfer, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_list, &QListView::doubleClicked, this, &QDialog::accept);
    connect(m_queue, &QPushButton::clicked, this, [this] {
        m_toQueue = true;
        accept();
    });
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    check();
    m_search->setFocus();
}

QString TransferDialog::operatorId() const
{
    return m_toQueue ? QString() : m_list->currentIndex().data(TeamModel::IdRole).toString();
}

QString TransferDialog::note() const
{
    return m_note->toPlainText().trimmed();
}

void TransferDialog::step(int rows)
{
    const int row = std::clamp(m_list->currentIndex().row() + rows, 0, std::max(0, m_shown->rowCount() - 1));
    m_list->setCurrentIndex(m_shown->index(row, 0));
}

void TransferDialog::check()
{
    const QModelIndex current = m_list->currentIndex();
    m_transfer->setText(current.isValid() ? tr("Transfer to %1").arg(current.data(TeamModel::NameRole).toString())
                                          : tr("Transfer"));
    m_transfer->setEnabled(current.isValid() && note().size() <= kLongestNote);
    m_queue->setEnabled(note().size() <= kLongestNote);
}

} // namespace signalbox::console
