// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/dialogs/canneddialog.h"

#include "console/client/actions.h"
#include "console/store/store.h"
#include "console/views/look/look.h"
#include "console/views/widgets/button.h"
#include "console/views/widgets/text.h"
#include "console/views/widgets/twolinedelegate.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace signalbox::console {

CannedDialog::CannedDialog(const Look& look, Store& store, Actions& actions, QWidget* parent)
    : QDialog(parent)
    , m_look(look)
    , m_store(store)
    , m_actions(actions)
    , m_model(store)
    , m_list(new QListView(this))
    , m_shortcut(new QLineEdit(this))
    , m_title(new QLineEdit(this))
    , m_text(new QPlainTextEdit(this))
    , m_shared(new QCheckBox(tr("For everybody"), this))
    , m_word(new Text(look, -1, QFont::Normal, Shade::Muted, this))
    , m_save(new Button(look, "check", ButtonKind::Primary, this))
    , m_remove(new Button(look, "trash-2", ButtonKind::Plain, this))
    , m_new(new Button(look, "plus", ButtonKind::Plain, this))
{
    setWindowTitle(tr("Canned replies"));
    resize(720, 480);
    m_list->setModel(&m_model);
    m_list->setItemDelegate(new TwoLineDelegate(look, CannedModel::ShortcutRole, CannedModel::TextRole, this));
    m_list->setAccessibleName(tr("Canned replies"));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setMinimumWidth(240);
    buildForm();
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& index) { show(index.row()); });
    connect(m_new, &QPushButton::clicked, this, [this] {
        m_list->clearSelection();
        show(-1);
        m_shortcut->setFocus();
    });
    connect(m_save, &QPushButton::clicked, this, &CannedDialog::save);
    connect(m_remove, &QPushButton::clicked, this, &CannedDialog::remove);
    show(-1);
}

void CannedDialog::buildForm()
{
    m_shortcut->setMaxLength(64);
    m_shortcut->setPlaceholderText(tr("Shortcut, for instance: hello"));
    m_shortcut->setAccessibleName(tr("Shortcut"));
    m_title->setMaxLength(200);
    m_title->setPlaceholderText(tr("Title"));
    m_title->setAccessibleName(tr("Title"));
    m_text->setPlaceholderText(tr("Text; {name} and {operator} fill themselves, other {fields} are asked for"));
    m_text->setAccessibleName(tr("Text"));
    m_text->setTabChangesFocus(true);
    m_shared->setVisible(m_store.me().isSupervisor());
    m_save->setText(tr("Save"));
    m_remove->setText(tr("Delete"));
    m_new->setText(tr("New"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_remove);
    buttons->addStretch(1);
    buttons->addWidget(m_save);
    auto* form = new QVBoxLayout;
    form->setSpacing(8);
    form->addWidget(m_shortcut);
    form->addWidget(m_title);
    form->addWidget(m_text, 1);
    form->addWidget(m_shared);
    form->addWidget(m_word);
    form->addLayout(buttons);
    auto* left = new QVBoxLayout;
    left->addWidget(m_list, 1);
    left->addWidget(m_new, 0, Qt::AlignLeft);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 16, 16, 16);
    row->setSpacing(16);
    row->addLayout(left, 1);
    row->addLayout(form, 2);
    connect(m_shortcut, &QLineEdit::textChanged, this, &CannedDialog::check);
    connect(m_text, &QPlainTextEdit::textChanged, this, &CannedDialog::check);
}

void CannedDialog::show(int row)
{
    m_reply = row >= 0 && row < m_model.rowCount() ? m_model.at(row) : CannedReply();
    m_shortcut->setText(m_reply.shortcut);
    m_title->setText(m_reply.title);
    m_text->setPlainText(m_reply.text);
    m_shared->setChecked(m_reply.id != 0 && m_reply.ownerId.isEmpty());
    m_word->setText({});
    check();
}

void CannedDialog::check()
{
    const bool own = m_reply.id == 0 || m_reply.ownerId == m_store.me().id || m_store.me().isSupervisor();
    m_save->setEnabled(own && !m_shortcut->text().trimmed().isEmpty() && !m_text->toPlainText().trimmed().isEmpty());
    m_remove->setEnabled(own && m_reply.id != 0);
}

void CannedDialog::save()
{
    CannedReply reply = m_reply;
    reply.shortcut = m_shortcut->text().trimmed();
    reply.title = m_title->text().trimmed();
    reply.text = m_text->toPlainText().left(10000);
    m_actions.saveCanned(reply, m_shared->isChecked(), this,
                         [this](const CallResult& result) { answered(tr("Saved"), result.index() == 0); });
}

void CannedDialog::remove()
{
    m_actions.deleteCanned(m_reply.id, this,
                           [this](const CallResult& result) { answered(tr("Deleted"), result.index() == 0); });
}

void CannedDialog::answered(const QString& word, bool ok)
{
    m_word->setShade(ok ? Shade::Good : Shade::Bad);
    m_word->setText(ok ? word : tr("The server has refused it."));
}

} // namespace signalbox::console
