// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/handoffcard.h"

#include <QWidget>

class QVBoxLayout;

namespace signalbox::console {

class IconButton;
class Look;
class Text;

/// What the AI tells the human who takes over: reason, summary, what it tried, facts. Folds to one line.
class HandoffCardView : public QWidget
{
    Q_OBJECT
public:
    explicit HandoffCardView(const Look& look, QWidget* parent = nullptr);

    /// Hidden when there is nothing to tell. Opens unfolded for each dialog.
    void setCard(qint64 dialogId, const HandoffCard& card);

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    void fold(bool folded);
    void retranslate();

    const Look& m_look;
    Text* m_title;
    Text* m_summary;
    Text* m_tried;
    Text* m_facts;
    IconButton* m_fold;
    HandoffCard m_card;
    qint64 m_dialogId = 0;
    bool m_folded = false;
};

} // namespace signalbox::console
