// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/threadmodel.h"
#include "console/views/desktop/commands.h"

#include <QWidget>

class QStackedWidget;

namespace signalbox::console {

class ComposePane;
class EmptyState;
class GapStrip;
class HandoffCardView;
class IconButton;
class Look;
class SearchField;
class Text;
class ThreadHeader;
class ThreadView;
class Workspace;

/// The middle pane: one dialog with all that belongs to answering it.
class ThreadPane : public QWidget
{
    Q_OBJECT
public:
    ThreadPane(const Look& look, Commands& commands, Workspace& workspace, QWidget* parent = nullptr);
    ~ThreadPane() override;

    qint64 dialogId() const { return m_model.dialogId(); }
    /// 0: none. Keeps the draft of the one before.
    void open(qint64 dialogId);
    ThreadView& view() { return *m_view; }
    ComposePane& compose() { return *m_compose; }
    ThreadHeader& header() { return *m_header; }
    GapStrip& gapStrip() { return *m_gap; }
    ThreadModel& model() { return m_model; }
    void openSearch();
    void focusMessages();
    void goToUnread();
    void recallLast();

signals:
    void said(const QString& message); ///< for the status line, and screen readers

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* buildThread(const Look& look, Commands& commands);
    void wire();
    void dialogChanged(qint64 dialogId);
    void updateTyping();
    void foreignArrived(qint64 messageId);
    void closeSearch();
    void retranslate();

    Workspace& m_workspace;
    ThreadModel m_model;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    ThreadHeader* m_header;
    GapStrip* m_gap;
    HandoffCardView* m_card;
    QWidget* m_findBar;
    SearchField* m_find;
    Text* m_findResult;
    ThreadView* m_view;
    Text* m_typing;
    ComposePane* m_compose;
};

} // namespace signalbox::console
