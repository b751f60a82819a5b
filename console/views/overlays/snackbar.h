// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

namespace signalbox::console {

class Button;
class Look;
class Text;

/// A word at the lower left that goes by itself, with at most one thing to do about it: "Undo", "Take", "Open". A new
/// word takes the place of the old one. Never takes the focus.
class Snackbar : public QWidget
{
    Q_OBJECT
public:
    static constexpr int kUsualMs = 5000;

    Snackbar(const Look& look, QWidget* parent);

    /// The action's text may be empty. What the action does is told by pressed() with `tag`.
    void show(const QString& text, const QString& action = {}, const QString& tag = {}, int ms = kUsualMs);
    /// Only what is shown with that tag.
    void withdraw(const QString& tag);
    QString text() const;
    /// Beside the parent's lower left corner.
    void place();

signals:
    void pressed(const QString& tag);

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    const Look& m_look;
    Text* m_text;
    Button* m_action;
    QString m_tag;
    QTimer m_end;
};

} // namespace signalbox::console
