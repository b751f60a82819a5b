// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/records.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QSpinBox;

namespace signalbox::console {

class Button;
class Look;

/// A new operator of the desk (empty id), or what may be changed of one.
class OperatorDialog : public QDialog
{
    Q_OBJECT
public:
    OperatorDialog(const Look& look, const Operator& person, QWidget* parent);

    /// The members to send once accepted: everything for a new one, else only what was changed.
    QJsonObject members() const;

private:
    void check();

    Operator m_before;
    QLineEdit* m_login;
    QLineEdit* m_name;
    QLineEdit* m_password;
    QComboBox* m_role;
    QSpinBox* m_capacity;
    QCheckBox* m_disabled;
    Button* m_save;
};

} // namespace signalbox::console
