// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>

namespace signalbox::console {

class Look;

/// A line to search with: a lens, a cross to clear; Esc clears it first and leaves it then (escaped()).
class SearchField : public QLineEdit
{
    Q_OBJECT
public:
    explicit SearchField(const Look& look, QWidget* parent = nullptr);

    void setName(const QString& name); ///< placeholder and accessible name

signals:
    void escaped();
    void stepped(int rows); ///< arrow up -1, down 1

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void apply();

    const Look& m_look;
    QAction* m_lens;
};

} // namespace signalbox::console
