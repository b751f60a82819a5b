// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>

class QLineEdit;
class QVBoxLayout;

namespace signalbox::console {

class Actions;
class Look;
class Store;
class Text;

/// Who the guest of the open dialog is: what is known, tags to change, what else came with the dialog.
class CustomerTab : public QScrollArea
{
    Q_OBJECT
public:
    static constexpr int kMostFacts = 40;

    CustomerTab(const Look& look, Store& store, Actions& actions, QWidget* parent = nullptr);

    void setDialog(qint64 dialogId);
    /// What is shown may have changed.
    void refresh();

protected:
    void changeEvent(QEvent* event) override;

private:
    void addFact(const QString& name, const QString& value);
    void saveTags();

    const Look& m_look;
    Store& m_store;
    Actions& m_actions;
    qint64 m_dialogId = 0;
    QWidget* m_body;
    Text* m_name;
    Text* m_state;
    Text* m_tagsTitle;
    QLineEdit* m_tags;
    QVBoxLayout* m_facts;
    QStringList m_shown; ///< what the facts were made of: remade only when it changed
};

} // namespace signalbox::console
