// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/thread/composepane.h"

#include "console/client/actions.h"
#include "console/client/drafts.h"
#include "console/models/cannedfields.h"
#include "console/models/dialoglistmodel.h"
#include "console/store/store.h"
#include "console/views/desktop/commands.h"
#include "console/views/dialogs/attachdialog.h"
#include "console/views/look/look.h"
#include "console/views/thread/cannedpopup.h"
#include "console/views/thread/composer.h"
#include "console/views/widgets/button.h"
#include "console/views/widgets/text.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QImage>
#include <QPainter>
#include <QVBoxLayout>

namespace signalbox::console {

namespace {

constexpr int kKeepMs = 400;
constexpr int kMostAttachments = 10; // as the server takes them

} // namespace

ComposePane::ComposePane(const Look& look, Commands& commands, Store& store, Drafts& drafts, Actions& actions,
                         QWidget* parent)
    : QWidget(parent)
    , m_look(look)
    , m_commands(commands)
    , m_store(store)
    , m_drafts(drafts)
    , m_actions(actions)
    , m_composer(new Composer(look, this))
    , m_canned(new CannedPopup(look, store, parent))
    , m_mode(new Button(look, "message-square", ButtonKind::Quiet, this))
    , m_hint(new Text(look, -1, QFont::Normal, Shade::Muted, this))
    , m_count(new Text(look, -1, QFont::Normal, Shade::Muted, this))
    , m_files(new Text(look, -1, QFont::Medium, Shade::Accent, this))
    , m_dropFiles(new IconButton(look, "x", this))
    , m_attach(new IconButton(look, "paperclip", this))
    , m_templates(new IconButton(look, "zap", this))
    , m_send(new Button(look, "send", ButtonKind::Primary, this))
{
    build(look);
    m_keep.setSingleShot(true);
    connect(&m_keep, &QTimer::timeout, this, &ComposePane::keepDraft);
    connect(m_composer, &QPlainTextEdit::textChanged, this, &ComposePane::textChanged);
    connect(m_composer, &Composer::sendWanted, this, &ComposePane::send);
    connect(m_composer, &Composer::recallWanted, this, &ComposePane::recallWanted);
    connect(m_composer, &Composer::cannedWanted, this, &ComposePane::openCanned);
    connect(m_composer, &Composer::imagePasted, this, &ComposePane::imagePasted);
    connect(m_composer, &Composer::escaped, this, [this] {
        if (m_editing != 0)
            stopEditing();
        else
            emit escaped();
    });
    connect(m_send, &QPushButton::clicked, this, &ComposePane::send);
    connect(m_mode, &QPushButton::clicked, m_commands.action(Command::ToggleNote), &QAction::trigger);
    connect(m_templates, &QToolButton::clicked, this, &ComposePane::openCanned);
    connect(m_attach, &QToolButton::clicked, this, &ComposePane::attachLink);
    connect(m_dropFiles, &QToolButton::clicked, this, [this] {
        m_attachments.remove(m_dialogId);
        updateAttachments();
    });
    connect(m_canned, &CannedPopup::picked, this, &ComposePane::insertCanned);
    connect(m_canned, &CannedPopup::closed, this, [this] { m_composer->setFocus(); });
    connect(&look, &Look::changed, this, qOverload<>(&QWidget::update));
    retranslate();
    setDialog(0);
}

ComposePane::~ComposePane()
{
    keepDraft();
}

void ComposePane::build(const Look&)
{
    auto* top = new QHBoxLayout;
    top->setSpacing(6);
    top->addWidget(m_mode);
    top->addWidget(m_hint, 1);
    top->addWidget(m_count);
    m_hint->setElided(true);
    auto* bottom = new QHBoxLayout;
    bottom->setSpacing(4);
    bottom->addWidget(m_attach);
    bottom->addWidget(m_templates);
    bottom->addWidget(m_files, 1);
    bottom->addWidget(m_dropFiles);
    bottom->addWidget(m_send);
    m_files->setElided(true);
    m_send->setFocusPolicy(Qt::TabFocus);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 10, 22, 16);
    column->setSpacing(2);
    column->addLayout(top);
    column->addWidget(m_composer);
    column->addLayout(bottom);
    setTabOrder(m_composer, m_send);
}

void ComposePane::setDialog(qint64 dialogId)
{
    if (dialogId == m_dialogId && dialogId != 0)
        return update();
    keepDraft();
    m_dialogId = dialogId;
    m_editing = 0;
    m_outdated = false;
    m_canned->hide();
    const Draft draft = dialogId == 0 ? Draft() : m_drafts.of(dialogId);
    m_isLoading = true;
    m_composer->setWholeText(draft.text, true);
    m_isLoading = false;
    m_isNote = draft.isNote;
    updateAttachments();
    retranslate();
}

bool ComposePane::mayWrite() const
{
    const Dialog* dialog = m_dialogId == 0 ? nullptr : m_store.dialog(m_dialogId);
    return dialog && (m_isNote || m_store.isMine(*dialog) || m_actions.isTaking(m_dialogId));
}

void ComposePane::update()
{
    const Dialog* dialog = m_dialogId == 0 ? nullptr : m_store.dialog(m_dialogId);
    setVisible(dialog);
    if (!dialog)
        return;
    m_send->setEnabled(mayWrite());
    if (m_outdated)
        return;
    const QString key = Commands::keyText(m_commands.key(Command::Take));
    if (m_editing != 0)
        setHint(tr("Editing; Esc leaves it as it was"), false);
    else if (m_isNote)
        setHint(tr("Only the team sees this"), false);
    else if (mayWrite())
        setHint(tr("Enter sends, Shift+Enter breaks the line, / for canned replies"), false);
    else if (dialog->status == DialogStatus::Closed)
        setHint(tr("The dialog is closed. Reopen it to answer."), false);
    else if (dialog->status == DialogStatus::Operator)
        setHint(tr("%1 has this dialog. You can write a note.").arg(m_store.operatorName(dialog->operatorId)), false);
    else
        setHint(key.isEmpty() ? tr("Take the dialog to answer") : tr("Take the dialog to answer: %1").arg(key), false);
    QWidget::update();
}

void ComposePane::setHint(const QString& hint, bool isWarning)
{
    m_hint->setShade(isWarning ? Shade::Warning : Shade::Muted);
    m_hint->setWhole(hint);
}

void ComposePane::setNote(bool note)
{
    m_isNote = note;
    retranslate();
    keepDraft();
}

void ComposePane::textChanged()
{
    const auto length = m_composer->document()->characterCount() - 1;
    m_count->setVisible(length >= Composer::kCountFrom);
    m_count->setText(tr("%1 of %2").arg(length).arg(Composer::kLongestText));
    m_count->setShade(length > Composer::kLongestText ? Shade::Bad : Shade::Muted);
    if (m_isLoading)
        return;
    m_keep.start(kKeepMs);
    if (!m_isNote && m_dialogId != 0)
        m_actions.typing(m_dialogId, length > 0);
}

void ComposePane::keepDraft()
{
    m_keep.stop();
    if (m_dialogId == 0 || m_editing != 0)
        return;
    const QString text = m_composer->toPlainText();
    const Draft kept = m_drafts.of(m_dialogId);
    if (kept.text != text || (!text.isEmpty() && kept.isNote != m_isNote))
        m_drafts.set(m_dialogId, {text, m_isNote, m_store.now()});
}

void ComposePane::warnOutdated(const QString& who, const QString& text)
{
    if (m_composer->document()->isEmpty() || m_isNote)
        return;
    m_outdated = true;
    setHint(tr("%1 has answered meanwhile: “%2”. Enter again sends yours all the same.").arg(who, text.simplified()),
            true);
}

bool ComposePane::selectOpenField()
{
    const QList<CannedField> open = cannedFields(m_composer->toPlainText());
    if (open.isEmpty())
        return false;
    m_composer->select(static_cast<int>(open.first().start), static_cast<int>(open.first().length));
    setHint(tr("Fill in “%1” first").arg(open.first().name), true);
    return true;
}

bool ComposePane::send()
{
    const QString text = m_composer->toPlainText().trimmed();
    const QJsonArray attachments = m_isNote ? QJsonArray() : m_attachments.value(m_dialogId);
    if ((text.isEmpty() && attachments.isEmpty()) || m_dialogId == 0 || text.size() > Composer::kLongestText)
        return false;
    if (!mayWrite()) {
        emit refused(m_hint->accessibleName());
        return false;
    }
    if (m_outdated) {
        m_outdated = false;
        return false;
    }
    if (selectOpenField())
        return false;
    if (m_editing != 0) {
        m_actions.edit(m_dialogId, m_editing, text);
        stopEditing();
        return true;
    }
    const Result<QString> kept =
        m_isNote ? m_actions.addNote(m_dialogId, text) : m_actions.post(m_dialogId, text, attachments);
    if (!kept) {
        emit refused(kept.error().text());
        return false;
    }
    clearInput();
    emit sent();
    return true;
}

void ComposePane::clearInput()
{
    m_attachments.remove(m_dialogId);
    m_isLoading = true;
    m_composer->setWholeText({}, true);
    m_isLoading = false;
    m_isNote = false;
    m_actions.typing(m_dialogId, false);
    m_drafts.set(m_dialogId, {});
    updateAttachments();
    retranslate();
}

void ComposePane::edit(qint64 messageId, const QString& text)
{
    keepDraft();
    m_editing = messageId;
    m_isNote = false;
    m_isLoading = true;
    m_composer->setWholeText(text, true);
    m_isLoading = false;
    retranslate();
    m_composer->setFocus();
}

void ComposePane::stopEditing()
{
    m_editing = 0;
    m_isLoading = true;
    m_composer->setWholeText(m_drafts.of(m_dialogId).text, true);
    m_isLoading = false;
    retranslate();
}

void ComposePane::openCanned()
{
    const QPoint corner = mapTo(m_canned->parentWidget(), m_composer->geometry().topLeft());
    m_canned->openAbove(QRect(corner, m_composer->size()));
}

void ComposePane::insertCanned(const QString& text)
{
    const Dialog* dialog = m_store.dialog(m_dialogId);
    const QString guest = dialog ? dialog->guestName : QString();
    QHash<QString, QString> known{{QStringLiteral("operator"), m_store.me().name},
                                  {QStringLiteral("dialog"), QString::number(m_dialogId)}};
    if (!guest.isEmpty())
        known.insert(QStringLiteral("name"), guest);
    const FilledText filled = fillFields(text, known);
    m_composer->insertText(filled.text);
    m_composer->setFocus();
    if (!filled.open.isEmpty())
        selectOpenField();
}

void ComposePane::repairLayout()
{
    m_composer->repairLayout();
}

void ComposePane::attachLink()
{
    AttachDialog dialog(m_look, {}, this);
    if (dialog.exec() == QDialog::Accepted)
        addAttachment(dialog.attachment());
}

void ComposePane::imagePasted(const QImage& image)
{
    AttachDialog dialog(m_look, image, this);
    if (dialog.exec() == QDialog::Accepted)
        addAttachment(dialog.attachment());
}

void ComposePane::addAttachment(const QJsonObject& attachment)
{
    QJsonArray& list = m_attachments[m_dialogId];
    if (list.size() < kMostAttachments)
        list.append(attachment);
    updateAttachments();
}

void ComposePane::updateAttachments()
{
    const auto count = static_cast<int>(m_attachments.value(m_dialogId).size());
    m_files->setWhole(count > 0 ? tr("%n attachment(s)", nullptr, count) : QString());
    m_dropFiles->setVisible(count > 0);
}

void ComposePane::focus()
{
    m_composer->setFocus(Qt::OtherFocusReason);
}

void ComposePane::retranslate()
{
    m_mode->setText(m_editing != 0 ? tr("Edit") : m_isNote ? tr("Note") : tr("Reply"));
    m_mode->setPicture(m_isNote ? "sticky-note" : "message-square");
    m_mode->setToolTip(tr("Reply or internal note (%1)").arg(Commands::keyText(m_commands.key(Command::ToggleNote))));
    m_composer->setPlaceholderText(m_isNote ? tr("A note for the team…") : tr("Your answer…"));
    m_composer->setAccessibleName(m_isNote ? tr("Internal note") : tr("Answer"));
    m_send->setText(m_editing != 0 ? tr("Save") : m_isNote ? tr("Add note") : tr("Send"));
    m_attach->setName(tr("Attach a link"));
    m_templates->setName(tr("Canned replies"));
    m_dropFiles->setName(tr("Remove the attachments"));
    updateAttachments();
    update();
}

void ComposePane::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

void ComposePane::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& colors = m_look.colors();
    painter.fillRect(rect(), colors.surface);
    const bool focused = m_composer->hasFocus();
    painter.setPen(QPen(focused ? colors.accent : mixed(colors.surface, colors.outline, 0.8), focused ? 2 : 1));
    painter.setBrush(m_isNote ? colors.note : colors.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(13, 3, -13, -11), 10, 10);
}

} // namespace signalbox::console
