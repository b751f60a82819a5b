// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QHash>

class QKeySequenceEdit;
class QTableWidget;

namespace signalbox::console {

class Button;
class Commands;
class Look;
class SearchField;
class Text;

/// F1: every key, and a way to choose another one or to switch it off. Says why a key cannot be had.
class ShortcutSheet : public QDialog
{
    Q_OBJECT
public:
    ShortcutSheet(const Look& look, Commands& commands, const QHash<QString, QString>& changed, QWidget* parent);

    const QHash<QString, QString>& changed() const { return m_changed; }

signals:
    /// Commands have the new keys already.
    void keysChanged(const QHash<QString, QString>& changed);

private:
    void fill();
    void filter(const QString& text);
    void rowChosen();
    void assign(const QKeySequence& key);
    void reset();
    int commandAt(int row) const;

    Commands& m_commands;
    QHash<QString, QString> m_changed;
    SearchField* m_search;
    QTableWidget* m_table;
    Text* m_hint;
    QKeySequenceEdit* m_key;
    Button* m_off;
    Button* m_usual;
};

} // namespace signalbox::console
