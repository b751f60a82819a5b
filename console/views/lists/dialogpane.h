// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/dialogfiltermodel.h"

#include <QWidget>

#include <array>

class QStackedWidget;
class QTabBar;

namespace signalbox::console {

class Commands;
class DialogListModel;
class DialogListView;
class EmptyState;
class IconButton;
class Look;
class SearchField;
class Store;

/// The left pane: Queue, Mine and All with their counts, search, filters. Chooses dialogs; shows nothing of them.
class DialogPane : public QWidget
{
    Q_OBJECT
public:
    using List = DialogFilterModel::List;

    DialogPane(const Look& look, const Commands& commands, const Store& store, DialogListModel& model,
               QWidget* parent = nullptr);

    List list() const;
    void showList(List list);
    /// Marks the dialog that is open, in every list that has it.
    void setCurrent(qint64 dialogId);
    /// The next or previous one of the list that is shown; 0: the list is empty.
    qint64 neighbour(int step, bool around = false) const;
    qint64 at(List list, int row) const;
    /// The first one of a list, beside `except`: who waits next.
    qint64 firstOf(List list, qint64 except) const;
    const DialogFilterModel& shown() const;
    void focusSearch();
    void focusList();

signals:
    void chosen(qint64 dialogId);
    void menuWanted(qint64 dialogId, const QPoint& globalPosition);
    void listChanged(signalbox::console::DialogFilterModel::List list);
    void escaped();

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makePage(const Look& look, List list, DialogListModel& model);
    void updateTabs();
    void updatePage(List list);
    void retranslate();
    DialogListView& view(List list) const { return *m_views[static_cast<size_t>(list)]; }

    const Store& m_store;
    const Commands& m_commands;
    QTabBar* m_tabs;
    SearchField* m_search;
    IconButton* m_unread;
    IconButton* m_closed;
    QStackedWidget* m_pages;
    std::array<DialogListView*, 3> m_views{};
    std::array<EmptyState*, 3> m_empty{};
    std::array<QStackedWidget*, 3> m_stacks{};
};

} // namespace signalbox::console
