// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace signalbox {

/// Which channels are the desk's, whose history the journal keeps. A dialog is the desk's when its number has been
/// given out, as far as is known. Core thread.
class DeskChannels
{
public:
    bool isDurable(const QByteArray& channel) const;
    /// A dialog that another server of the desk may have made a moment ago.
    bool mayBecomeDurable(const QByteArray& channel) const;
    /// Is, or may become.
    static bool isNumberedDialog(const QByteArray& channel);

    /// The desk holds dialogs 1 to this. False when no more than was known.
    bool learnLastDialog(qint64 last);
    /// The journal has an event of this channel: a dialog is the desk's. False when that was known.
    bool learn(const QByteArray& channel);

private:
    qint64 m_lastDialog = 0;
};

} // namespace signalbox
