// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/sqlitevfs.h"

#include <new>
#include <vector>

#include <sqlite3.h>

namespace signalbox {

namespace {

constexpr size_t kMostGathered = 64 * 1024;

sqlite3_vfs* realVfs()
{
    static sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
    return vfs;
}

/// A write-ahead log; the default VFS's file lies behind it in the same memory.
struct LogFile
{
    sqlite3_file base;
    std::vector<char> gathered;
    sqlite3_int64 start = 0; ///< where in the file `gathered` belongs

    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    const sqlite3_io_methods& io() { return *real()->pMethods; }
    int flush();
    int write(const void* data, int size, sqlite3_int64 offset);
};

LogFile* logOf(sqlite3_file* file)
{
    return reinterpret_cast<LogFile*>(file);
}

int LogFile::flush()
{
    if (gathered.empty())
        return SQLITE_OK;
    const int result = io().xWrite(real(), gathered.data(), static_cast<int>(gathered.size()), start);
    gathered.clear();
    return result;
}

int LogFile::write(const void* data, int size, sqlite3_int64 offset)
{
    const bool goesOn = offset == start + static_cast<sqlite3_int64>(gathered.size());
    if (!goesOn || gathered.size() + static_cast<size_t>(size) > kMostGathered) {
        if (const int result = flush(); result != SQLITE_OK)
            return result;
    }
    if (gathered.empty())
        start = offset;
    const auto* bytes = static_cast<const char*>(data);
    gathered.insert(gathered.end(), bytes, bytes + size);
    return SQLITE_OK;
}

/// Runs a call of the real file behind what was gathered.
template <typename Call> int flushed(sqlite3_file* file, const Call& call)
{
    LogFile& log = *logOf(file);
    const int result = log.flush();
    return result == SQLITE_OK ? call(log) : result;
}

int closeLog(sqlite3_file* file)
{
    LogFile* log = logOf(file);
    const int flushResult = log->flush();
    const int result = log->io().xClose(log->real());
    log->~LogFile();
    return result == SQLITE_OK ? flushResult : result;
}

int readLog(sqlite3_file* file, void* data, int size, sqlite3_int64 offset)
{
    return flushed(file, [&](LogFile& log) { return log.io().xRead(log.real(), data, size, offset); });
}

int writeLog(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset)
{
    return logOf(file)->write(data, size, offset);
}

int truncateLog(sqlite3_file* file, sqlite3_int64 size)
{
    return flushed(file, [&](LogFile& log) { return log.io().xTruncate(log.real(), size); });
}

int syncLog(sqlite3_file* file, int flags)
{
    return flushed(file, [&](LogFile& log) { return log.io().xSync(log.real(), flags); });
}

int sizeOfLog(sqlite3_file* file, sqlite3_int64* size)
{
    return flushed(file, [&](LogFile& log) { return log.io().xFileSize(log.real(), size); });
}

int lockLog(sqlite3_file* file, int level)
{
    return logOf(file)->io().xLock(logOf(file)->real(), level);
}

int unlockLog(sqlite3_file* file, int level)
{
    return logOf(file)->io().xUnlock(logOf(file)->real(), level);
}

int checkReservedLock(sqlite3_file* file, int* isReserved)
{
    return logOf(file)->io().xCheckReservedLock(logOf(file)->real(), isReserved);
}

int controlLog(sqlite3_file* file, int operation, void* argument)
{
    return logOf(file)->io().xFileControl(logOf(file)->real(), operation, argument);
}

int sectorSize(sqlite3_file* file)
{
    return logOf(file)->io().xSectorSize(logOf(file)->real());
}

int characteristics(sqlite3_file* file)
{
    return logOf(file)->io().xDeviceCharacteristics(logOf(file)->real());
}

const sqlite3_io_methods& logMethods()
{
    static const sqlite3_io_methods methods = [] {
        sqlite3_io_methods m{};
        m.iVersion = 1;
        m.xClose = closeLog;
        m.xRead = readLog;
        m.xWrite = writeLog;
        m.xTruncate = truncateLog;
        m.xSync = syncLog;
        m.xFileSize = sizeOfLog;
        m.xLock = lockLog;
        m.xUnlock = unlockLog;
        m.xCheckReservedLock = checkReservedLock;
        m.xFileControl = controlLog;
        m.xSectorSize = sectorSize;
        m.xDeviceCharacteristics = characteristics;
        return m;
    }();
    return methods;
}

int openFile(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flagsOut)
{
    if ((flags & SQLITE_OPEN_WAL) == 0)
        return realVfs()->xOpen(realVfs(), name, file, flags, flagsOut);
    auto* log = new (file) LogFile();
    const int result = realVfs()->xOpen(realVfs(), name, log->real(), flags, flagsOut);
    if (result == SQLITE_OK) {
        log->base.pMethods = &logMethods();
        return result;
    }
    // SQLite does not close what did not open.
    log->~LogFile();
    file->pMethods = nullptr;
    return result;
}

} // namespace

const char* gatheringSqliteVfs()
{
    static sqlite3_vfs vfs = [] {
        sqlite3_vfs copy = *realVfs();
        copy.pNext = nullptr;
        copy.zName = "signalbox";
        copy.szOsFile += static_cast<int>(sizeof(LogFile));
        copy.xOpen = openFile;
        return copy;
    }();
    static const int registered = sqlite3_vfs_register(&vfs, 0);
    return registered == SQLITE_OK ? vfs.zName : nullptr;
}

} // namespace signalbox
