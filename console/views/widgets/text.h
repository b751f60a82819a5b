// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QLabel>

namespace signalbox::console {

class Look;

enum class Shade : quint8 { Normal, Muted, Accent, Good, Warning, Bad };

/// A label in the console's font and one of its shades; follows theme and text size. Plain text always: what guests
/// write never becomes markup.
class Text : public QLabel
{
    Q_OBJECT
public:
    Text(const Look& look, int step, QFont::Weight weight, Shade shade, QWidget* parent = nullptr);

    void setShade(Shade shade);
    /// Cuts with an ellipsis instead of asking for more room; the whole text becomes the tool tip.
    void setElided(bool elided);
    void setWhole(const QString& text);
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void apply();
    void elide();

    const Look& m_look;
    int m_step;
    QFont::Weight m_weight;
    Shade m_shade;
    bool m_elided = false;
    QString m_whole;
};

QColor colorOf(const Look& look, Shade shade);

} // namespace signalbox::console
