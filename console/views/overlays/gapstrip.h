// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/gapreport.h"

#include <QWidget>

class QHBoxLayout;

namespace signalbox::console {

class IconButton;
class Look;
class Text;

/// After a gap: "2 dialogs changed while you were away 38 s", each a link. Stays until it is put away.
class GapStrip : public QWidget
{
    Q_OBJECT
public:
    static constexpr int kMostLinks = 4;

    explicit GapStrip(const Look& look, QWidget* parent = nullptr);

    /// A report without changes hides it.
    void setReport(const GapReport& report);

signals:
    void chosen(qint64 dialogId);

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void retranslate();
    QString describe(const GapChange& change) const;

    const Look& m_look;
    Text* m_title;
    QHBoxLayout* m_links;
    IconButton* m_close;
    GapReport m_report;
};

} // namespace signalbox::console
