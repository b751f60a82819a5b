// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/thread/composer.h"

#include "console/models/keyboardlayout.h"
#include "console/views/look/look.h"

#include <QAbstractTextDocumentLayout>
#include <QImage>
#include <QKeyEvent>
#include <QMimeData>
#include <QTextBlock>

namespace signalbox::console {

namespace {

constexpr int kFewestLines = 2;
constexpr int kMostLines = 8;

} // namespace

Composer::Composer(const Look& look, QWidget* parent)
    : QPlainTextEdit(parent)
    , m_look(look)
{
    setTabChangesFocus(true);
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    document()->setDocumentMargin(4);
    viewport()->setAutoFillBackground(false);
    connect(document()->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged, this, &Composer::grow);
    connect(&look, &Look::changed, this, &Composer::grow);
    grow();
}

void Composer::grow()
{
    int lines = 0;
    for (QTextBlock block = document()->begin(); block.isValid() && lines < kMostLines; block = block.next())
        lines += std::max(1, block.lineCount());
    const int line = QFontMetrics(m_look.font()).lineSpacing();
    const int height = std::clamp(lines, kFewestLines, kMostLines) * line + 10;
    if (height == m_height)
        return;
    m_height = height;
    updateGeometry();
}

QSize Composer::sizeHint() const
{
    return QSize(200, m_height);
}

void Composer::insertText(const QString& text)
{
    QTextCursor cursor = textCursor();
    cursor.insertText(text);
    setTextCursor(cursor);
}

void Composer::select(int start, int length)
{
    QTextCursor cursor = textCursor();
    cursor.setPosition(start);
    cursor.setPosition(start + length, QTextCursor::KeepAnchor);
    setTextCursor(cursor);
}

void Composer::setWholeText(const QString& text, bool forget)
{
    if (forget) {
        setPlainText(text);
    } else {
        selectAll();
        insertText(text);
    }
    moveCursor(QTextCursor::End);
}

void Composer::repairLayout()
{
    QTextCursor cursor = textCursor();
    if (!cursor.hasSelection()) {
        const int end = cursor.position();
        cursor.setPosition(static_cast<int>(wordStart(toPlainText(), end)));
        cursor.setPosition(end, QTextCursor::KeepAnchor);
    }
    QString text = cursor.selectedText();
    text.replace(QChar::ParagraphSeparator, QLatin1Char('\n'));
    if (!text.isEmpty())
        cursor.insertText(otherLayout(text));
}

bool Composer::isAtLineStart() const
{
    return textCursor().positionInBlock() == 0 && !textCursor().hasSelection();
}

void Composer::keyPressEvent(QKeyEvent* event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    const Qt::KeyboardModifiers modifiers = event->modifiers() & ~Qt::KeypadModifier;
    if (enter && modifiers == Qt::NoModifier)
        emit sendWanted();
    else if (enter && modifiers == Qt::ShiftModifier)
        insertText(QStringLiteral("\n"));
    else if (event->key() == Qt::Key_Up && modifiers == Qt::NoModifier && document()->isEmpty())
        emit recallWanted();
    else if (event->key() == Qt::Key_Escape)
        emit escaped();
    // By the text, not the key: "/" is elsewhere on every layout.
    else if (event->text() == QLatin1String("/") && isAtLineStart())
        emit cannedWanted();
    else
        QPlainTextEdit::keyPressEvent(event);
}

bool Composer::canInsertFromMimeData(const QMimeData* source) const
{
    return source->hasImage() || source->hasText();
}

void Composer::insertFromMimeData(const QMimeData* source)
{
    if (source->hasImage() && !source->hasText())
        return emit imagePasted(qvariant_cast<QImage>(source->imageData()));
    insertText(source->text().left(kLongestText));
}

} // namespace signalbox::console
