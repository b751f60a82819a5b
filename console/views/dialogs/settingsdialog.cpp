// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/dialogs/settingsdialog.h"

#include "console/views/widgets/button.h"
#include "console/views/widgets/text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QScrollArea>
#include <QSlider>
#include <QSpinBox>
#include <QVBoxLayout>

namespace signalbox::console {

SettingsDialog::SettingsDialog(const Look& look, const Settings& settings, QWidget* parent)
    : QDialog(parent)
    , m_settings(settings)
{
    setWindowTitle(tr("Settings"));
    resize(520, 620);
    auto* body = new QWidget(this);
    auto* form = new QFormLayout(body);
    form->setContentsMargins(24, 16, 24, 24);
    form->setHorizontalSpacing(20);
    form->setVerticalSpacing(10);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    addLook(*form, look);
    addNotices(*form, look);
    addWork(*form, look);
    auto* area = new QScrollArea(this);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(body);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(area);
}

void SettingsDialog::addTitle(QFormLayout& form, const Look& look, const QString& text)
{
    auto* title = new Text(look, 1, QFont::DemiBold, Shade::Normal, this);
    title->setText(text);
    title->setContentsMargins(0, 12, 0, 2);
    form.addRow(title);
}

QCheckBox* SettingsDialog::addCheck(QFormLayout& form, const QString& text, bool& value)
{
    auto* box = new QCheckBox(text, this);
    box->setChecked(value);
    connect(box, &QCheckBox::toggled, this, [this, &value](bool on) {
        value = on;
        emit changed(m_settings);
    });
    form.addRow(box);
    return box;
}

QSpinBox* SettingsDialog::addNumber(QFormLayout& form, const QString& label, int& value, int least, int most,
                                    const QString& suffix)
{
    auto* box = new QSpinBox(this);
    box->setRange(least, most);
    box->setSuffix(QChar(QChar::Nbsp) + suffix);
    box->setValue(value);
    box->setAccessibleName(label);
    box->findChild<QLineEdit*>()->setAccessibleName(label);
    if (least == 0)
        box->setSpecialValueText(tr("never"));
    connect(box, &QSpinBox::valueChanged, this, [this, &value](int number) {
        value = number;
        emit changed(m_settings);
    });
    form.addRow(label, box);
    return box;
}

void SettingsDialog::addLook(QFormLayout& form, const Look& look)
{
    addTitle(form, look, tr("Look"));
    auto* theme = new QComboBox(this);
    theme->addItems({tr("As the system"), tr("Light"), tr("Dark"), tr("High contrast")});
    theme->setCurrentIndex(static_cast<int>(m_settings.theme));
    theme->setAccessibleName(tr("Theme"));
    connect(theme, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_settings.theme = static_cast<ThemeChoice>(index);
        emit changed(m_settings);
    });
    form.addRow(tr("Theme"), theme);
    auto* language = new QComboBox(this);
    const QStringList codes{QString(), QStringLiteral("ru"), QStringLiteral("en")};
    language->addItems({tr("As the system"), QStringLiteral("Русский"), QStringLiteral("English")});
    language->setCurrentIndex(std::max<int>(0, static_cast<int>(codes.indexOf(m_settings.language))));
    language->setAccessibleName(tr("Language"));
    connect(language, &QComboBox::currentIndexChanged, this, [this, codes](int index) {
        m_settings.language = codes.value(index);
        emit changed(m_settings);
    });
    form.addRow(tr("Language"), language);
    addNumber(form, tr("Text size"), m_settings.textSize, Look::kSmallestText, Look::kLargestText, tr("px"));
    addCheck(form, tr("Things may move"), m_settings.animated);
}

void SettingsDialog::addNotices(QFormLayout& form, const Look& look)
{
    addTitle(form, look, tr("Notices"));
    addCheck(form, tr("Show notices on the desktop"), m_settings.notifications);
    addCheck(form, tr("Sound while somebody waits in the queue"), m_settings.soundOnWaiting);
    addCheck(form, tr("Sound when a guest of mine writes"), m_settings.soundOnMessage);
    addCheck(form, tr("Sound when a dialog is given to me"), m_settings.soundOnAssigned);
    addNumber(form, tr("Repeat while somebody waits"), m_settings.repeatSeconds, 0, 300, tr("s"));
    auto* volume = new QSlider(Qt::Horizontal, this);
    volume->setRange(0, 100);
    volume->setPageStep(10);
    volume->setValue(m_settings.volumePercent);
    volume->setAccessibleName(tr("Volume"));
    connect(volume, &QSlider::valueChanged, this, [this](int percent) {
        m_settings.volumePercent = percent;
        emit changed(m_settings);
    });
    auto* listen = new Button(look, "bell", ButtonKind::Plain, this);
    listen->setText(tr("Listen"));
    connect(listen, &QPushButton::clicked, this, &SettingsDialog::soundTried);
    auto* row = new QHBoxLayout;
    row->addWidget(volume, 1);
    row->addWidget(listen);
    form.addRow(tr("Volume"), row);
}

void SettingsDialog::addWork(QFormLayout& form, const Look& look)
{
    addTitle(form, look, tr("Work"));
    addNumber(form, tr("An answer is promised within"), m_settings.slaSeconds, 10, 86400, tr("s"));
    addNumber(form, tr("Suggest going away after"), m_settings.idleMinutes, 0, 240, tr("min"));
    addCheck(form, tr("Closing the window leaves the console in the tray"), m_settings.closeToTray);
}

} // namespace signalbox::console
