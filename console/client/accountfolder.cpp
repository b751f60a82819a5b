// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/accountfolder.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QLockFile>

namespace signalbox::console {

AccountFolder::AccountFolder(QString path)
    : m_path(std::move(path))
{
}

AccountFolder::~AccountFolder() = default;

Result<void> AccountFolder::open()
{
    if (!QDir().mkpath(m_path))
        return Error(ErrorCode::Unavailable,
                     QCoreApplication::translate("AccountFolder", "The folder %1 cannot be made.").arg(m_path));
    QFile::setPermissions(m_path, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    m_lock = std::make_unique<QLockFile>(m_path + QStringLiteral("/lock"));
    m_lock->setStaleLockTime(0); // by the process's end alone, not by age
    if (m_lock->tryLock(0))
        return {};
    if (m_lock->error() == QLockFile::LockFailedError)
        return Error(ErrorCode::Conflict,
                     QCoreApplication::translate("AccountFolder", "Another console is open for this account."));
    return Error(ErrorCode::Unavailable,
                 QCoreApplication::translate("AccountFolder", "The folder %1 cannot be written.").arg(m_path));
}

QString AccountFolder::nameFor(const QString& account)
{
    constexpr qsizetype kMostLetters = 60;
    QString name = account.left(kMostLetters);
    for (QChar& letter : name) {
        const bool isPlain = letter.unicode() < 128 && (letter.isLetterOrNumber() || letter == u'.' || letter == u'-');
        if (!isPlain)
            letter = u'_';
    }
    const QByteArray hash = QCryptographicHash::hash(account.toUtf8(), QCryptographicHash::Sha256).toHex().left(8);
    return name + u'-' + QString::fromLatin1(hash);
}

} // namespace signalbox::console
