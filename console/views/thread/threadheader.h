// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/records.h"
#include "console/views/desktop/commands.h"

#include <QTimer>
#include <QWidget>

class QMenu;

namespace signalbox::console {

class Actions;
class Button;
class IconButton;
class Look;
class Store;
class Text;

/// The line above the messages: who, how long, whose, and the one button that is the next right step. The other steps
/// that are possible now stand beside it or in the menu; commands that make no sense are disabled everywhere.
class ThreadHeader : public QWidget
{
    Q_OBJECT
public:
    ThreadHeader(const Look& look, Commands& commands, const Store& store, const Actions& actions,
                 QWidget* parent = nullptr);

    void setDialog(qint64 dialogId);
    void setSlaSeconds(int seconds) { m_slaSeconds = seconds; }
    void update();
    /// What the primary button does now; Count_: there is none.
    Command nextStep() const { return m_step; }

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void updateTexts(const Dialog& dialog);
    void updateSteps(const Dialog* dialog);
    void updateWait();
    void fillMenu();
    QString describe(const Dialog& dialog) const;

    const Look& m_look;
    Commands& m_commands;
    const Store& m_store;
    const Actions& m_actions;
    Text* m_name;
    Text* m_detail;
    Text* m_wait;
    Text* m_lease;
    Button* m_primary;
    Button* m_transfer;
    Button* m_release;
    IconButton* m_more;
    QMenu* m_menu;
    QTimer m_second;
    qint64 m_dialogId = 0;
    int m_slaSeconds = 120;
    Command m_step = Command::Count_;
};

} // namespace signalbox::console
