// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/cannedmodel.h"

#include <QDialog>

class QCheckBox;
class QLineEdit;
class QListView;
class QPlainTextEdit;

namespace signalbox::console {

class Actions;
class Button;
class Look;
class Text;

/// The canned replies: one's own and, for supervisors, everybody's. A form beside the list; Save sends it.
class CannedDialog : public QDialog
{
    Q_OBJECT
public:
    CannedDialog(const Look& look, Store& store, Actions& actions, QWidget* parent);

private:
    void buildForm();
    void show(int row);
    void save();
    void remove();
    void answered(const QString& word, bool ok);
    void check();

    const Look& m_look;
    Store& m_store;
    Actions& m_actions;
    CannedModel m_model;
    QListView* m_list;
    QLineEdit* m_shortcut;
    QLineEdit* m_title;
    QPlainTextEdit* m_text;
    QCheckBox* m_shared;
    Text* m_word;
    Button* m_save;
    Button* m_remove;
    Button* m_new;
    CannedReply m_reply;
};

} // namespace signalbox::console
