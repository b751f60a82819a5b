// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/dialogs/operatordialog.h"

#include "console/views/look/look.h"
#include "console/views/widgets/button.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QJsonObject>
#include <QLineEdit>
#include <QSpinBox>

namespace signalbox::console {

namespace {

constexpr const char* kRoles[] = {"operator", "director", "admin"};
constexpr int kShortestPassword = 8;

} // namespace

OperatorDialog::OperatorDialog(const Look& look, const Operator& person, QWidget* parent)
    : QDialog(parent)
    , m_before(person)
    , m_login(new QLineEdit(person.login, this))
    , m_name(new QLineEdit(person.name, this))
    , m_password(new QLineEdit(this))
    , m_role(new QComboBox(this))
    , m_capacity(new QSpinBox(this))
    , m_disabled(new QCheckBox(tr("Disabled: cannot log in"), this))
    , m_save(new Button(look, "check", ButtonKind::Primary, this))
{
    const bool fresh = person.id.isEmpty();
    setWindowTitle(fresh ? tr("New operator") : person.name);
    setMinimumWidth(400);
    m_login->setEnabled(fresh);
    m_login->setMaxLength(64);
    m_name->setMaxLength(100);
    m_password->setEchoMode(QLineEdit::Password);
    m_password->setPlaceholderText(fresh ? tr("At least 8 characters") : tr("Unchanged"));
    m_role->addItems({tr("Operator"), tr("Director"), tr("Administrator")});
    m_role->setCurrentIndex(static_cast<int>(person.role));
    m_capacity->setRange(1, 100);
    m_capacity->setValue(person.capacity);
    m_disabled->setChecked(person.disabled);
    m_disabled->setVisible(!fresh);
    m_save->setText(tr("Save"));
    m_save->setDefault(true);
    auto* form = new QFormLayout(this);
    form->setContentsMargins(20, 20, 20, 16);
    form->setVerticalSpacing(10);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    const std::pair<QString, QWidget*> rows[] = {{tr("Login"), m_login},
                                                 {tr("Name"), m_name},
                                                 {tr("Password"), m_password},
                                                 {tr("Role"), m_role},
                                                 {tr("Dialogs at once"), m_capacity}};
    for (const auto& [label, field] : rows) {
        field->setAccessibleName(label);
        if (auto* inner = field->findChild<QLineEdit*>())
            inner->setAccessibleName(label);
        form->addRow(label, field);
    }
    form->addRow(m_disabled);
    auto* cancel = new Button(look, nullptr, ButtonKind::Plain, this);
    cancel->setText(tr("Cancel"));
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_save);
    form->addRow(buttons);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_save, &QPushButton::clicked, this, &QDialog::accept);
    for (QLineEdit* field : {m_login, m_name, m_password})
        connect(field, &QLineEdit::textChanged, this, &OperatorDialog::check);
    check();
}

void OperatorDialog::check()
{
    const bool fresh = m_before.id.isEmpty();
    const auto length = m_password->text().toUtf8().size();
    const bool passwordGood = (length == 0 && !fresh) || length >= kShortestPassword;
    m_save->setEnabled(m_login->text().trimmed().size() >= (fresh ? 2 : 0) && !m_name->text().trimmed().isEmpty() &&
                       passwordGood);
}

QJsonObject OperatorDialog::members() const
{
    const bool fresh = m_before.id.isEmpty();
    QJsonObject json;
    if (fresh)
        json.insert(QStringLiteral("login"), m_login->text().trimmed());
    if (fresh || m_name->text().trimmed() != m_before.name)
        json.insert(QStringLiteral("name"), m_name->text().trimmed());
    if (!m_password->text().isEmpty())
        json.insert(QStringLiteral("password"), m_password->text());
    if (fresh || m_role->currentIndex() != static_cast<int>(m_before.role))
        json.insert(QStringLiteral("role"), QLatin1String(kRoles[m_role->currentIndex()]));
    if (fresh || m_capacity->value() != m_before.capacity)
        json.insert(QStringLiteral("capacity"), m_capacity->value());
    if (!fresh && m_disabled->isChecked() != m_before.disabled)
        json.insert(QStringLiteral("disabled"), m_disabled->isChecked());
    return json;
}

} // namespace signalbox::console
