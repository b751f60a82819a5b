// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/look/contrast.h"

#include <cmath>

namespace signalbox::console {

namespace {

constexpr double kTextRatio = 4.5;
constexpr double kSignRatio = 3.0;

double linear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color)
{
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

} // namespace

double contrastRatio(const QColor& a, const QColor& b)
{
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

QList<ContrastPair> contrastPairs(const Colors& t)
{
    QList<ContrastPair> pairs;
    const QColor grounds[] = {t.window, t.surface, t.raised, t.hover, t.selected, t.own, t.ai, t.note};
    for (const QColor& ground : grounds) {
        pairs.push_back({"text", t.text, ground, kTextRatio});
        pairs.push_back({"second line", t.muted, ground, kTextRatio});
        pairs.push_back({"link", t.accent, ground, kTextRatio});
    }
    for (const QColor& ground : {t.window, t.surface, t.hover, t.selected, t.raised}) {
        pairs.push_back({"good", t.ok, ground, kTextRatio});
        pairs.push_back({"warning", t.warn, ground, kTextRatio});
        pairs.push_back({"trouble", t.bad, ground, kTextRatio});
    }
    pairs.push_back({"failed mark", t.bad, t.own, kSignRatio});
    pairs.push_back({"primary button, pill", t.onAccent, t.accent, kTextRatio});
    pairs.push_back({"alarm pill", t.onBad, t.bad, kTextRatio});
    pairs.push_back({"edge of an input", t.outline, t.surface, kSignRatio});
    pairs.push_back({"edge on a bar", t.outline, t.window, kSignRatio});
    pairs.push_back({"focus ring", t.accent, t.selected, kSignRatio});
    for (uint hash = 0; hash < 12; ++hash)
        pairs.push_back({"avatar", avatarText(t), avatarColor(t, hash), kTextRatio});
    return pairs;
}

QColor avatarColor(const Colors& t, uint hash)
{
    const int hue = static_cast<int>(hash % 12) * 30 + 8;
    if (t.scheme == Scheme::Light)
        return QColor::fromHsl(hue, 95, 212);
    return QColor::fromHsl(hue, 70, t.scheme == Scheme::Dark ? 66 : 50);
}

QColor avatarText(const Colors& t)
{
    return t.text;
}

} // namespace signalbox::console
