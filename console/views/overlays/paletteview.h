// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/views/overlays/palettemodel.h"

#include <QFrame>

class QListView;

namespace signalbox::console {

class Look;
class SearchField;

/// Ctrl+K: a line to type into and what fits below it, over the upper middle of the window.
class PaletteView : public QFrame
{
    Q_OBJECT
public:
    PaletteView(const Look& look, const Commands& commands, const Store& store, QWidget* parent);

    void open();
    void shut();
    void retranslate();

signals:
    void picked(const signalbox::console::PaletteModel::Entry& entry);
    void closed();

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void step(int rows);
    void pick();

    const Look& m_look;
    PaletteModel m_model;
    SearchField* m_search;
    QListView* m_list;
};

} // namespace signalbox::console
