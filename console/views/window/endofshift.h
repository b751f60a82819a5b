// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace signalbox::console {

class Look;
class Workspace;

/// The one question that is asked: quitting with dialogs still held, or with words not sent yet.
class EndOfShift : public QDialog
{
    Q_OBJECT
public:
    EndOfShift(const Look& look, int unsent, int mine, QWidget* parent);

    bool returnsAll() const { return m_returnsAll; }
    /// Gives every dialog of this operator back to the queue, and waits (at most kPatienceMs) until that is sent.
    static void returnAll(Workspace& workspace);

private:
    static constexpr int kPatienceMs = 4000;
    bool m_returnsAll = false;
};

} // namespace signalbox::console
