// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/views/desktop/settings.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QSlider;
class QSpinBox;

namespace signalbox::console {

/// What can be chosen; each choice works at once (changed()), there is nothing to confirm.
class SettingsDialog : public QDialog
{
    Q_OBJECT
public:
    SettingsDialog(const Look& look, const Settings& settings, QWidget* parent);

signals:
    void changed(const signalbox::console::Settings& settings);
    void soundTried();

private:
    void addLook(QFormLayout& form, const Look& look);
    void addNotices(QFormLayout& form, const Look& look);
    void addWork(QFormLayout& form, const Look& look);
    void addTitle(QFormLayout& form, const Look& look, const QString& text);
    QCheckBox* addCheck(QFormLayout& form, const QString& text, bool& value);
    QSpinBox* addNumber(QFormLayout& form, const QString& label, int& value, int least, int most,
                        const QString& suffix);

    Settings m_settings;
};

} // namespace signalbox::console
