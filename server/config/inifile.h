// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QByteArray>
#include <QList>

namespace signalbox {

struct IniEntry
{
    QByteArray key;   ///< "section/name", as written
    QByteArray value; ///< without blanks around it and without its quotes
    int line = 0;     ///< from 1
};

struct IniProblem
{
    int line = 0;
    QByteArray message; ///< never repeats a value
};

/// An INI file: `[section]`, `name = value`, comment lines that begin with ';' or '#'. A value goes to the end of the
/// line (there are no comments behind values, because secrets may hold any character); in double quotes it keeps its
/// blanks, and \" \\ \n stand for themselves. UTF-8, LF or CRLF. A name that stands twice is a problem.
struct IniFile
{
    QList<IniEntry> entries;
    QList<IniProblem> problems;
};

inline constexpr qint64 kMaxIniBytes = 1024 * 1024;

IniFile parseIni(QByteArrayView text);

/// The whole file, or not_found when there is none, or unavailable with the system's reason when it cannot be read,
/// payload_too_large beyond kMaxIniBytes.
Result<QByteArray> readIniFile(const QByteArray& path);

/// A value in double quotes, as parseIni() reads it back.
QByteArray iniQuoted(const QByteArray& value);

} // namespace signalbox
