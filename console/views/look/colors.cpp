// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/look/colors.h"

#include <cmath>

namespace signalbox::console {

namespace {

Colors light()
{
    Colors t;
    t.scheme = Scheme::Light;
    t.window = QColor(0xf4f5f8);
    t.surface = QColor(0xffffff);
    t.raised = QColor(0xeff1f5);
    t.hover = QColor(0xf3f5fa);
    t.selected = QColor(0xe3ebfd);
    t.border = QColor(0xdfe3ea);
    t.outline = QColor(0x848d9c);
    t.text = QColor(0x1a1e26);
    t.muted = QColor(0x596273);
    t.accent = QColor(0x2a5bd0);
    t.onAccent = QColor(0xffffff);
    t.own = QColor(0xe0e9fd);
    t.ai = QColor(0xefeafc);
    t.note = QColor(0xfdf2cc);
    t.ok = QColor(0x17774a);
    t.warn = QColor(0x955300);
    t.bad = QColor(0xc0282f);
    t.onBad = QColor(0xffffff);
    return t;
}

Colors dark()
{
    Colors t;
    t.scheme = Scheme::Dark;
    t.window = QColor(0x16181c);
    t.surface = QColor(0x1c1f24);
    t.raised = QColor(0x292d34);
    t.hover = QColor(0x24282e);
    t.selected = QColor(0x283654);
    t.border = QColor(0x31363f);
    t.outline = QColor(0x737c8a);
    t.text = QColor(0xe9ebef);
    t.muted = QColor(0xa3acba);
    t.accent = QColor(0x86abff);
    t.onAccent = QColor(0x0f1830);
    t.own = QColor(0x273f6d);
    t.ai = QColor(0x383260);
    t.note = QColor(0x453b1c);
    t.ok = QColor(0x54c78e);
    t.warn = QColor(0xf0b452);
    t.bad = QColor(0xff8a8e);
    t.onBad = QColor(0x2b0709);
    return t;
}

Colors highContrast()
{
    Colors t;
    t.scheme = Scheme::HighContrast;
    t.window = QColor(Qt::black);
    t.surface = QColor(Qt::black);
    t.raised = QColor(0x1a1a1a);
    t.hover = QColor(0x2a2a2a);
    t.selected = QColor(0x003a73);
    t.border = QColor(0xb0b0b0);
    t.outline = QColor(0xffffff);
    t.text = QColor(0xffffff);
    t.muted = QColor(0xe4e4e4);
    t.accent = QColor(0xffe14d);
    t.onAccent = QColor(Qt::black);
    t.own = QColor(0x003a73);
    t.ai = QColor(0x3a1a66);
    t.note = QColor(0x4a3a00);
    t.ok = QColor(0x6dff9e);
    t.warn = QColor(0xffc04d);
    t.bad = QColor(0xff9d9d);
    t.onBad = QColor(Qt::black);
    return t;
}

} // namespace

const Colors& colorsOf(Scheme scheme)
{
    static const Colors table[] = {light(), dark(), highContrast()};
    return table[static_cast<int>(scheme)];
}

QPalette paletteOf(const Colors& t)
{
    QPalette palette(t.raised, t.window);
    palette.setColor(QPalette::WindowText, t.text);
    palette.setColor(QPalette::Base, t.surface);
    palette.setColor(QPalette::AlternateBase, t.hover);
    palette.setColor(QPalette::Text, t.text);
    palette.setColor(QPalette::Button, t.raised);
    palette.setColor(QPalette::ButtonText, t.text);
    palette.setColor(QPalette::BrightText, t.bad);
    palette.setColor(QPalette::PlaceholderText, t.muted);
    palette.setColor(QPalette::Highlight, t.accent);
    palette.setColor(QPalette::HighlightedText, t.onAccent);
    palette.setColor(QPalette::Link, t.accent);
    palette.setColor(QPalette::LinkVisited, t.accent);
    palette.setColor(QPalette::ToolTipBase, t.raised);
    palette.setColor(QPalette::ToolTipText, t.text);
    palette.setColor(QPalette::Mid, t.border);
    palette.setColor(QPalette::Dark, t.outline);
    palette.setColor(QPalette::Light, t.surface);
    const QColor faint = mixed(t.surface, t.muted, 0.7);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, faint);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, t.border);
    return palette;
}

QColor mixed(const QColor& base, const QColor& over, double amount)
{
    const auto part = [amount](int a, int b) { return static_cast<int>(std::lround(a + (b - a) * amount)); };
    return QColor(part(base.red(), over.red()), part(base.green(), over.green()), part(base.blue(), over.blue()));
}

} // namespace signalbox::console
