// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QByteArray>

#include <memory>

namespace signalbox {

/// Where log lines go: standard error, or a file that is renamed to FILE.1, FILE.2, … when it has grown to its size.
/// One thread at a time. Each line is one write(2) with O_APPEND, so lines of several threads or programs never mix;
/// only one program may rotate a file. A line that the system does not take (disk full, a pipe that nobody reads) is
/// lost and counted: logging never stops the server.
class LogFile
{
public:
    static std::unique_ptr<LogFile> standardError();

    /// Opens or makes the file (mode 0640) and appends. It is rotated before it would outgrow `maxBytes`; `keep` old
    /// ones stay, the oldest goes. Error unavailable: it cannot be opened.
    static Result<std::unique_ptr<LogFile>> open(const QByteArray& path, qint64 maxBytes, int keep);

    ~LogFile();
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;

    /// `line` ends with its line break.
    void write(QByteArrayView line);

    /// Opens the path again, for an outside logrotate; when that fails the open file stays in use.
    void reopen();

    qint64 lostLines() const { return m_lost; }

private:
    LogFile(int fd, QByteArray path, qint64 maxBytes, int keep);

    void rotate();
    void adopt(int fd);

    QByteArray m_path; ///< empty: standard error, whose descriptor is not ours to close
    qint64 m_maxBytes = 0;
    int m_keep = 0;
    int m_fd = -1;
    qint64 m_size = 0;
    qint64 m_lost = 0;
};

} // namespace signalbox
