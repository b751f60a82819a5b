// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/look/look.h"

#include "console/views/look/style.h"

#include <QApplication>
#include <QFontDatabase>
#include <QToolTip>

namespace signalbox::console {

namespace {

QString loadedFamily()
{
    QString family;
    for (const char* file : {":/fonts/inter-regular.otf", ":/fonts/inter-medium.otf", ":/fonts/inter-semibold.otf"}) {
        const int id = QFontDatabase::addApplicationFont(QString::fromLatin1(file));
        if (id >= 0 && family.isEmpty())
            family = QFontDatabase::applicationFontFamilies(id).value(0);
    }
    return family;
}

} // namespace

Look::Look(QObject* parent)
    : QObject(parent)
{
    const QString family = loadedFamily();
    if (!family.isEmpty())
        QApplication::setFont(QFont(family));
    m_style = new Style;
    QApplication::setStyle(m_style);
    connect(&m_system, &SystemTheme::changed, this, [this] {
        if (m_choice == ThemeChoice::System)
            apply();
    });
    apply();
}

Look::~Look() = default;

void Look::setTheme(ThemeChoice choice)
{
    m_choice = choice;
    apply();
}

void Look::setTextSize(int pixels)
{
    m_textSize = std::clamp(pixels, kSmallestText, kLargestText);
    apply();
}

QFont Look::font(int step, QFont::Weight weight) const
{
    QFont font = QApplication::font();
    font.setPixelSize(m_textSize + step);
    font.setWeight(weight);
    return font;
}

void Look::apply()
{
    m_colors = colorsOf(scheme());
    if (m_style)
        m_style->setColors(m_colors);
    QApplication::setPalette(paletteOf(m_colors));
    QToolTip::setPalette(paletteOf(m_colors));
    QApplication::setFont(font());
    emit changed();
}

Scheme Look::scheme() const
{
    switch (m_choice) {
    case ThemeChoice::Light:
        return Scheme::Light;
    case ThemeChoice::Dark:
        return Scheme::Dark;
    case ThemeChoice::HighContrast:
        return Scheme::HighContrast;
    case ThemeChoice::System:
        break;
    }
    if (m_system.highContrast())
        return Scheme::HighContrast;
    return m_system.dark() ? Scheme::Dark : Scheme::Light;
}

} // namespace signalbox::console
