// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/journalfile.h"

#include <QSaveFile>
#include <QtEndian>

#include <array>

#ifdef Q_OS_WIN
#include <io.h>
#else
#include <unistd.h>
#endif

namespace signalbox::console {

namespace {

constexpr qsizetype kHead = 8;

constexpr std::array<quint32, 256> crcTable()
{
    std::array<quint32, 256> table{};
    for (quint32 i = 0; i < 256; ++i) {
        quint32 value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value & 1) != 0 ? 0xEDB88320U ^ (value >> 1) : value >> 1;
        table[i] = value;
    }
    return table;
}

quint32 crc32(const QByteArray& bytes)
{
    static constexpr auto kTable = crcTable();
    quint32 crc = 0xFFFFFFFFU;
    for (const char byte : bytes)
        crc = kTable[(crc ^ static_cast<quint8>(byte)) & 0xFF] ^ (crc >> 8);
    return crc ^ 0xFFFFFFFFU;
}

bool toDisk(QFile& file)
{
    if (!file.flush())
        return false;
#ifdef Q_OS_WIN
    return _commit(file.handle()) == 0;
#else
    return ::fsync(file.handle()) == 0;
#endif
}

} // namespace

JournalFile::JournalFile(QString path)
    : m_path(std::move(path))
    , m_file(m_path)
{
}

Error JournalFile::failure() const
{
    return {ErrorCode::Unavailable, QStringLiteral("%1: %2").arg(m_path, m_file.errorString())};
}

QByteArray JournalFile::framed(const QByteArray& record)
{
    QByteArray bytes(kHead, Qt::Uninitialized);
    qToLittleEndian(static_cast<quint32>(record.size()), bytes.data());
    qToLittleEndian(crc32(record), bytes.data() + 4);
    return bytes + record;
}

QList<QByteArray> JournalFile::parse(const QByteArray& bytes, qsizetype* end)
{
    QList<QByteArray> records;
    qsizetype at = 0;
    while (bytes.size() - at >= kHead) {
        const auto length = qFromLittleEndian<quint32>(bytes.constData() + at);
        const auto crc = qFromLittleEndian<quint32>(bytes.constData() + at + 4);
        // An empty record is none: zeros at the end of a file, as a crash may leave them, would be many.
        if (length == 0 || length > kLargestRecord || bytes.size() - at - kHead < static_cast<qsizetype>(length))
            break;
        QByteArray record = bytes.mid(at + kHead, length);
        if (crc32(record) != crc)
            break;
        records.append(std::move(record));
        at += kHead + static_cast<qsizetype>(length);
    }
    *end = at;
    return records;
}

Result<QList<QByteArray>> JournalFile::open()
{
    m_file.close();
    if (!m_file.open(QIODevice::ReadWrite))
        return failure();
    m_file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    qsizetype end = 0;
    QList<QByteArray> records = parse(m_file.readAll(), &end);
    if (end < m_file.size() && !m_file.resize(end))
        return failure();
    if (!m_file.seek(end))
        return failure();
    return records;
}

Result<void> JournalFile::append(const QByteArray& record, bool durable)
{
    if (record.isEmpty() || record.size() > kLargestRecord)
        return Error(ErrorCode::PayloadTooLarge);
    const qint64 before = m_file.pos();
    const QByteArray bytes = framed(record);
    const bool isWritten = m_file.write(bytes) == bytes.size() && (durable ? toDisk(m_file) : m_file.flush());
    if (isWritten)
        return {};
    const Error error = failure();
    // No half record may stand before the next one: what follows it would be cut off with it.
    m_file.resize(before);
    m_file.seek(before);
    return error;
}

Result<void> JournalFile::sync()
{
    if (toDisk(m_file))
        return {};
    return failure();
}

Result<void> JournalFile::rewrite(const QList<QByteArray>& records)
{
    QSaveFile fresh(m_path);
    if (!fresh.open(QIODevice::WriteOnly))
        return Error(ErrorCode::Unavailable, fresh.errorString());
    for (const QByteArray& record : records)
        fresh.write(framed(record));
    fresh.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    m_file.close(); // Windows replaces no open file
    const bool isReplaced = fresh.commit();
    const Error error(ErrorCode::Unavailable, fresh.errorString());
    if (const auto reopened = open(); !reopened)
        return reopened.error();
    if (!isReplaced)
        return error;
    return {};
}

} // namespace signalbox::console
