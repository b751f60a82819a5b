// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/dialogs/shortcutsheet.h"

#include "console/views/desktop/commands.h"
#include "console/views/look/look.h"
#include "console/views/widgets/button.h"
#include "console/views/widgets/searchfield.h"
#include "console/views/widgets/text.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLineEdit>
#include <QTableWidget>
#include <QVBoxLayout>

namespace signalbox::console {

ShortcutSheet::ShortcutSheet(const Look& look, Commands& commands, const QHash<QString, QString>& changed,
                             QWidget* parent)
    : QDialog(parent)
    , m_commands(commands)
    , m_changed(changed)
    , m_search(new SearchField(look, this))
    , m_table(new QTableWidget(0, 2, this))
    , m_hint(new Text(look, -1, QFont::Normal, Shade::Muted, this))
    , m_key(new QKeySequenceEdit(this))
    , m_off(new Button(look, nullptr, ButtonKind::Plain, this))
    , m_usual(new Button(look, "rotate-ccw", ButtonKind::Plain, this))
{
    setWindowTitle(tr("Keyboard"));
    resize(560, 600);
    m_search->setName(tr("Search keys"));
    m_table->setAccessibleName(tr("Keys"));
    m_table->setSelectionBehavior(QTableWidget::SelectRows);
    m_table->setSelectionMode(QTableWidget::SingleSelection);
    m_table->setEditTriggers(QTableWidget::NoEditTriggers);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_hint->setWordWrap(true);
    m_hint->setMinimumHeight(34);
    m_key->setAccessibleName(tr("New key"));
    m_key->findChild<QLineEdit*>()->setPlaceholderText(tr("Press a key"));
    m_key->findChild<QLineEdit*>()->setAccessibleName(tr("New key"));
    m_off->setText(tr("Switch off"));
    m_usual->setText(tr("All as usual"));
    auto* row = new QHBoxLayout;
    row->addWidget(m_key, 1);
    row->addWidget(m_off);
    row->addWidget(m_usual);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 20, 20, 16);
    column->setSpacing(10);
    column->addWidget(m_search);
    column->addWidget(m_table, 1);
    column->addWidget(m_hint);
    column->addLayout(row);
    connect(m_search, &QLineEdit::textChanged, this, &ShortcutSheet::filter);
    connect(m_search, &SearchField::escaped, this, &QDialog::reject);
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &ShortcutSheet::rowChosen);
    connect(m_key, &QKeySequenceEdit::editingFinished, this, [this] {
        if (!m_key->keySequence().isEmpty())
            assign(m_key->keySequence());
    });
    connect(m_off, &QPushButton::clicked, this, [this] { assign({}); });
    connect(m_usual, &QPushButton::clicked, this, &ShortcutSheet::reset);
    fill();
    rowChosen();
    m_search->setFocus();
}

void ShortcutSheet::fill()
{
    const int selected = m_table->currentRow();
    m_table->setRowCount(0);
    for (int i = 0; i < static_cast<int>(Command::Count_); ++i) {
        const QAction* action = m_commands.action(static_cast<Command>(i));
        const int row = m_table->rowCount();
        m_table->insertRow(row);
        auto* name = new QTableWidgetItem(action->text());
        name->setData(Qt::UserRole, i);
        m_table->setItem(row, 0, name);
        const QString key = Commands::keyText(action->shortcut());
        m_table->setItem(row, 1, new QTableWidgetItem(key.isEmpty() ? QStringLiteral("—") : key));
    }
    filter(m_search->text());
    if (selected >= 0)
        m_table->selectRow(selected);
}

void ShortcutSheet::filter(const QString& text)
{
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const bool fits = m_table->item(row, 0)->text().contains(text, Qt::CaseInsensitive) ||
                          m_table->item(row, 1)->text().contains(text, Qt::CaseInsensitive);
        m_table->setRowHidden(row, !fits);
    }
}

int ShortcutSheet::commandAt(int row) const
{
    const QTableWidgetItem* item = m_table->item(row, 0);
    return item && m_table->selectionModel()->hasSelection() ? item->data(Qt::UserRole).toInt() : -1;
}

void ShortcutSheet::rowChosen()
{
    const bool chosen = commandAt(m_table->currentRow()) >= 0;
    m_key->setEnabled(chosen);
    m_off->setEnabled(chosen);
    m_hint->setShade(Shade::Muted);
    m_hint->setText(chosen ? tr("Press the new key in the field below.")
                           : tr("Choose a line to give it another key or to switch it off."));
    m_key->clear();
}

void ShortcutSheet::assign(const QKeySequence& key)
{
    const int number = commandAt(m_table->currentRow());
    if (number < 0)
        return;
    QString objection = Commands::objection(key);
    const QAction* other = key.isEmpty() ? nullptr : m_commands.actionOf(key);
    if (objection.isEmpty() && other && other != m_commands.action(static_cast<Command>(number)))
        objection = tr("“%1” has this key.").arg(other->text());
    if (!objection.isEmpty()) {
        m_hint->setShade(Shade::Bad);
        m_hint->setText(objection);
        m_key->clear();
        return;
    }
    m_changed.insert(Commands::idOf(static_cast<Command>(number)), key.toString(QKeySequence::PortableText));
    m_commands.setKeys(m_changed);
    fill();
    emit keysChanged(m_changed);
}

void ShortcutSheet::reset()
{
    m_changed.clear();
    m_commands.setKeys({});
    fill();
    emit keysChanged(m_changed);
}

} // namespace signalbox::console
