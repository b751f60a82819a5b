// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/logfile.h"

#include <QFile>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace signalbox {

namespace {

int openForAppend(const QByteArray& path)
{
    return ::open(path.constData(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
}

QByteArray numbered(const QByteArray& path, int number)
{
    return path + '.' + QByteArray::number(number);
}

/// A second write only follows when the system took a part of the first one.
bool writeWhole(int fd, QByteArrayView line)
{
    while (!line.isEmpty()) {
        const ssize_t written = ::write(fd, line.data(), static_cast<size_t>(line.size()));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        line = line.sliced(written);
    }
    return true;
}

} // namespace

std::unique_ptr<LogFile> LogFile::standardError()
{
    return std::unique_ptr<LogFile>(new LogFile(STDERR_FILENO, {}, 0, 0));
}

Result<std::unique_ptr<LogFile>> LogFile::open(const QByteArray& path, qint64 maxBytes, int keep)
{
    const int fd = openForAppend(path);
    if (fd < 0) {
        const QString reason = QString::fromLocal8Bit(std::strerror(errno));
        return Error(ErrorCode::Unavailable, QFile::decodeName(path) + QStringLiteral(": ") + reason);
    }
    return std::unique_ptr<LogFile>(new LogFile(fd, path, maxBytes, keep));
}

LogFile::LogFile(int fd, QByteArray path, qint64 maxBytes, int keep)
    : m_path(std::move(path))
    , m_maxBytes(maxBytes)
    , m_keep(keep)
{
    adopt(fd);
}

LogFile::~LogFile()
{
    if (!m_path.isEmpty())
        ::close(m_fd);
}

void LogFile::adopt(int fd)
{
    if (fd < 0)
        return;
    if (m_fd >= 0)
        ::close(m_fd);
    m_fd = fd;
    struct stat info = {};
    m_size = ::fstat(fd, &info) == 0 ? info.st_size : 0;
}

void LogFile::write(QByteArrayView line)
{
    if (!m_path.isEmpty() && m_size > 0 && m_size + line.size() > m_maxBytes)
        rotate();
    if (writeWhole(m_fd, line))
        m_size += line.size();
    else
        ++m_lost;
}

void LogFile::rotate()
{
    for (int number = m_keep - 1; number >= 1; --number)
        std::rename(numbered(m_path, number).constData(), numbered(m_path, number + 1).constData());
    if (m_keep > 0)
        std::rename(m_path.constData(), numbered(m_path, 1).constData());
    else
        ::unlink(m_path.constData());
    adopt(openForAppend(m_path));
}

void LogFile::reopen()
{
    if (!m_path.isEmpty())
        adopt(openForAppend(m_path));
}

} // namespace signalbox
