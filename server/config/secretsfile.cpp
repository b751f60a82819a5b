// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/secretsfile.h"

#include "config/inifile.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QRandomGenerator>
#include <QSaveFile>
#include <QThread>

#include <array>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace signalbox {

namespace {

constexpr auto kOwnerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

Error unavailable(const QByteArray& path, const QString& reason)
{
    return Error(ErrorCode::Unavailable, QFile::decodeName(path) + QStringLiteral(": ") + reason);
}

/// flock() of a file beside the secrets: the kernel lets go of it when its holder dies, whatever its process id.
class FolderLock
{
public:
    explicit FolderLock(const QByteArray& path)
        : m_fd(::open(path.constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600))
    {
    }
    ~FolderLock()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

    bool wait(int timeoutMs) const
    {
        QElapsedTimer timer;
        timer.start();
        while (m_fd >= 0 && timer.elapsed() <= timeoutMs) {
            if (::flock(m_fd, LOCK_EX | LOCK_NB) == 0)
                return true;
            QThread::msleep(10);
        }
        return false;
    }

private:
    int m_fd;
};

QByteArray randomSecret()
{
    std::array<quint32, 8> words{};
    QRandomGenerator::system()->fillRange(words.data(), static_cast<qsizetype>(words.size()));
    const QByteArrayView bytes(reinterpret_cast<const char*>(words.data()), sizeof(words));
    return bytes.toByteArray().toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

/// Everything the file holds; no file is an empty map.
Result<SecretValues> readAll(const QByteArray& path)
{
    const Result<QByteArray> text = readIniFile(path);
    if (!text.ok() && text.error().code == ErrorCode::NotFound)
        return SecretValues();
    if (!text.ok())
        return unavailable(path, text.error().text());
    const IniFile file = parseIni(*text);
    if (!file.problems.isEmpty())
        return unavailable(path, QStringLiteral("line %1 is damaged").arg(file.problems.first().line));
    SecretValues values;
    for (const IniEntry& entry : file.entries)
        values.insert(entry.key, entry.value);
    return values;
}

QByteArray fileText(const SecretValues& values)
{
    QByteArray text = "; Secrets that signalboxd made for its development profile. Keep this file private.\n";
    QByteArray section;
    for (auto it = values.begin(); it != values.end(); ++it) {
        const qsizetype slash = it.key().indexOf('/');
        if (it.key().left(slash) != section) {
            section = it.key().left(slash);
            text += '[' + section + "]\n";
        }
        text += it.key().mid(slash + 1) + " = " + iniQuoted(it.value()) + '\n';
    }
    return text;
}

Result<void> writeAll(const QByteArray& path, const SecretValues& values)
{
    QSaveFile file(QFile::decodeName(path));
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(kOwnerOnly))
        return unavailable(path, file.errorString());
    file.write(fileText(values));
    if (!file.commit())
        return unavailable(path, file.errorString());
    return {};
}

bool makeFolder(const QByteArray& dataDir)
{
    const QString folder = QFile::decodeName(dataDir);
    if (QDir(folder).exists())
        return true;
    return QDir().mkpath(folder) && QFile::setPermissions(folder, kOwnerOnly | QFileDevice::ExeOwner);
}

SecretValues only(const SecretValues& values, const QByteArrayList& keys)
{
    SecretValues wanted;
    for (const QByteArray& key : keys) {
        if (!values.value(key).isEmpty())
            wanted.insert(key, values.value(key));
    }
    return wanted;
}

} // namespace

QByteArray secretsPath(const QByteArray& dataDir)
{
    return dataDir + "/secrets.ini";
}

Result<SecretValues> readSecrets(const QByteArray& dataDir, const QByteArrayList& keys)
{
    const Result<SecretValues> values = readAll(secretsPath(dataDir));
    if (!values.ok())
        return values.error();
    return only(*values, keys);
}

Result<SecretValues> ensureSecrets(const QByteArray& dataDir, const QByteArrayList& keys)
{
    Result<SecretValues> known = readSecrets(dataDir, keys);
    if (!known.ok() || known->size() == keys.size())
        return known;
    if (!makeFolder(dataDir))
        return unavailable(dataDir, QStringLiteral("the data folder cannot be made"));
    const FolderLock lock(dataDir + "/secrets.lock");
    constexpr int kLockTimeoutMs = 5000;
    if (!lock.wait(kLockTimeoutMs))
        return unavailable(dataDir, QStringLiteral("the data folder cannot be written or locked"));
    Result<SecretValues> values = readAll(secretsPath(dataDir));
    if (!values.ok())
        return values;
    for (const QByteArray& key : keys) {
        if (values->value(key).isEmpty())
            values->insert(key, randomSecret());
    }
    const Result<void> written = writeAll(secretsPath(dataDir), *values);
    if (!written.ok())
        return written.error();
    return only(*values, keys);
}

} // namespace signalbox
