// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QJsonArray>
#include <QTimer>
#include <QWidget>

namespace signalbox::console {

class Actions;
class Button;
class CannedPopup;
class Commands;
class Composer;
class Drafts;
class IconButton;
class Look;
class Store;
class Text;

/// The lower part of the middle pane: composer, its mode (reply or internal note), attachments, send. Keeps a draft of
/// what is written at each pause and whenever the dialog changes; a refused send leaves the text where it is.
class ComposePane : public QWidget
{
    Q_OBJECT
public:
    ComposePane(const Look& look, Commands& commands, Store& store, Drafts& drafts, Actions& actions,
                QWidget* parent = nullptr);
    ~ComposePane() override;

    void setDialog(qint64 dialogId);
    /// Whether and why not something can be written; call it when the dialog changed.
    void update();
    bool isNote() const { return m_isNote; }
    void setNote(bool note);
    /// False when nothing was sent: empty, a field to fill, the second Enter of the guard is due, refused.
    bool send();
    void openCanned();
    /// At the cursor, with what is known filled in; the first open field is selected.
    void insertCanned(const QString& text);
    void repairLayout();
    /// Somebody else of ours answered: what is being written may be out of date.
    void warnOutdated(const QString& who, const QString& text);
    void edit(qint64 messageId, const QString& text);
    Composer& composer() { return *m_composer; }
    CannedPopup& canned() { return *m_canned; }
    void keepDraft();
    void focus();

signals:
    void recallWanted(); ///< the last own message, to be edited
    void escaped();
    void sent();
    void refused(const QString& why);

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void build(const Look& look);
    void textChanged();

    bool selectOpenField();
    void attachLink();
    void imagePasted(const QImage& image);
    void addAttachment(const QJsonObject& attachment);
    void clearInput();
    void stopEditing();
    void setHint(const QString& hint, bool isWarning);
    void updateAttachments();
    void retranslate();
    bool mayWrite() const;

    const Look& m_look;
    Commands& m_commands;
    Store& m_store;
    Drafts& m_drafts;
    Actions& m_actions;
    Composer* m_composer;
    CannedPopup* m_canned;
    Button* m_mode;
    Text* m_hint;
    Text* m_count;
    Text* m_files;
    IconButton* m_dropFiles;
    IconButton* m_attach;
    IconButton* m_templates;
    Button* m_send;
    QTimer m_keep; ///< writes the draft after a pause
    qint64 m_dialogId = 0;
    qint64 m_editing = 0; ///< the message that is being edited; 0: a new one
    bool m_isNote = false;
    bool m_outdated = false; ///< the next Enter only shows what came
    bool m_isLoading = false;
    QHash<qint64, QJsonArray> m_attachments; ///< of dialogs whose answer is being written
};

} // namespace signalbox::console
