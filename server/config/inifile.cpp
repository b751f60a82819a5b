// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/inifile.h"

#include <QFile>
#include <QFileInfo>
#include <QSet>

namespace signalbox {

namespace {

bool plainName(const QByteArray& name)
{
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-' && c != '.')
            return false;
    }
    return !name.isEmpty();
}

class IniReader
{
public:
    IniFile read(QByteArrayView view)
    {
        QByteArray text = view.toByteArray();
        if (text.startsWith("\xEF\xBB\xBF"))
            text.remove(0, 3);
        for (const QByteArray& line : text.split('\n')) {
            ++m_line;
            readLine(line.trimmed());
        }
        return m_file;
    }

private:
    void readLine(const QByteArray& line)
    {
        if (line.isEmpty() || line.startsWith(';') || line.startsWith('#'))
            return;
        if (line.startsWith('['))
            readSection(line);
        else
            readEntry(line);
    }

    void readSection(const QByteArray& line)
    {
        m_section = line.endsWith(']') ? line.mid(1, line.size() - 2).trimmed() : QByteArray();
        if (!plainName(m_section)) {
            m_section.clear();
            problem("a section is written [name]");
        }
    }

    void readEntry(const QByteArray& line)
    {
        const qsizetype equals = line.indexOf('=');
        const QByteArray name = line.left(equals < 0 ? 0 : equals).trimmed();
        if (equals < 0 || !plainName(name))
            return problem("expected name = value");
        if (m_section.isEmpty())
            return problem("this name stands in no [section]");
        const QByteArray key = m_section + '/' + name;
        if (m_seen.contains(key.toLower()))
            return problem("this name stands twice in its section");
        m_seen.insert(key.toLower());
        QByteArray value = line.mid(equals + 1).trimmed();
        if (value.startsWith('"') && !unquote(&value))
            return problem("the closing quote is missing, or something follows it");
        m_file.entries.append({key, value, m_line});
    }

    static bool unquote(QByteArray* value)
    {
        QByteArray out;
        for (qsizetype i = 1; i < value->size(); ++i) {
            const char c = value->at(i);
            if (c == '"') {
                const bool last = i + 1 == value->size();
                *value = out;
                return last;
            }
            if (c != '\\' || i + 1 == value->size()) {
                out += c;
                continue;
            }
            const char escaped = value->at(++i);
            out += escaped == 'n' ? '\n' : escaped;
        }
        return false;
    }

    void problem(const char* message) { m_file.problems.append({m_line, message}); }

    IniFile m_file;
    QByteArray m_section;
    QSet<QByteArray> m_seen;
    int m_line = 0;
};

} // namespace

IniFile parseIni(QByteArrayView text)
{
    return IniReader().read(text);
}

Result<QByteArray> readIniFile(const QByteArray& path)
{
    QFile file(QFile::decodeName(path));
    if (!file.open(QIODevice::ReadOnly)) {
        if (!file.exists())
            return Error(ErrorCode::NotFound, QStringLiteral("there is no such file"));
        return Error(ErrorCode::Unavailable, file.errorString());
    }
    const QByteArray text = file.read(kMaxIniBytes + 1);
    if (file.error() != QFileDevice::NoError)
        return Error(ErrorCode::Unavailable, file.errorString());
    if (text.size() > kMaxIniBytes)
        return Error(ErrorCode::PayloadTooLarge, QStringLiteral("the file is larger than 1 MiB"));
    return text;
}

QByteArray iniQuoted(const QByteArray& value)
{
    QByteArray out = value;
    out.replace('\\', QByteArrayLiteral("\\\\"))
        .replace('"', QByteArrayLiteral("\\\""))
        .replace('\n', QByteArrayLiteral("\\n"));
    return '"' + out + '"';
}

} // namespace signalbox
