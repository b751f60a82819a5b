// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPlainTextEdit>

namespace signalbox::console {

class Look;

/// Where an answer is written: two to eight lines, grows as one writes. Keys: Enter sends, Shift+Enter breaks the
/// line, Up in an empty one recalls the last, "/" at a line's start asks for canned replies. Never sends or clears by
/// itself.
class Composer : public QPlainTextEdit
{
    Q_OBJECT
public:
    static constexpr int kLongestText = 10000; ///< characters, as the server takes them
    static constexpr int kCountFrom = 9000;    ///< from here on the number of characters is shown

    explicit Composer(const Look& look, QWidget* parent = nullptr);

    /// Alt+X: the selection or the last word as the same keys give it on the other layout.
    void repairLayout();
    /// In place of the selection, the cursor behind it. One step of undo.
    void insertText(const QString& text);
    void select(int start, int length);
    /// Replaces everything; one step of undo unless `forget`.
    void setWholeText(const QString& text, bool forget);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

signals:
    void sendWanted();
    void recallWanted();
    void cannedWanted();
    void escaped();
    void imagePasted(const QImage& image);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool canInsertFromMimeData(const QMimeData* source) const override;
    void insertFromMimeData(const QMimeData* source) override;

private:
    void grow();
    bool isAtLineStart() const;

    const Look& m_look;
    int m_height = 0;
};

} // namespace signalbox::console
