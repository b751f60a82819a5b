// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/cannedmodel.h"

#include <QFrame>

class QListView;

namespace signalbox::console {

class Look;
class SearchField;

/// The canned replies above the composer: type to search, arrows, Enter inserts, Esc goes back.
class CannedPopup : public QFrame
{
    Q_OBJECT
public:
    CannedPopup(const Look& look, Store& store, QWidget* parent);

    /// Above `anchor`, which is in the parent's coordinates.
    void openAbove(const QRect& anchor);

signals:
    void picked(const QString& text);
    void closed();

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void step(int rows);
    void pick();
    void shut();
    void retranslate();

    const Look& m_look;
    CannedModel m_model;
    SearchField* m_search;
    QListView* m_list;
};

} // namespace signalbox::console
