// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/logredaction.h"

#include <algorithm>
#include <iterator>

namespace signalbox {

namespace {

constexpr char kMask[] = "***";

constexpr const char* kKeyEndings[] = {"token",   "tokens", "secret",        "secrets", "password", "passwd",    "sig",
                                       "guestid", "apikey", "authorization", "cookie",  "jwt",      "credential"};

bool isNameChar(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.' || c == '%';
}

bool isTokenChar(char c)
{
    return isNameChar(c) || c == '~' || c == '+' || c == '/' || c == '=';
}

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Lower case, percent-decoded, without '-' and '_': guest_id, guestId and guest%5Fid are one name.
QByteArray plainName(QByteArrayView name)
{
    QByteArray plain = name.contains('%') ? QByteArray::fromPercentEncoding(name.toByteArray()) : name.toByteArray();
    plain = plain.toLower();
    plain.replace('-', "").replace('_', "");
    return plain;
}

bool endsLikeSecret(const QByteArray& plain)
{
    return std::any_of(std::begin(kKeyEndings), std::end(kKeyEndings),
                       [&plain](const char* ending) { return plain.endsWith(ending); });
}

bool wholeLineValue(const QByteArray& plain)
{
    return plain.endsWith("authorization") || plain.endsWith("cookie");
}

bool isScheme(const QByteArray& plain)
{
    return plain == "bearer" || plain == "basic" || plain == "digest";
}

bool looksLikeJwt(QByteArrayView name)
{
    return name.startsWith("eyJ") && name.size() > 20 && name.contains('.');
}

bool looksLikeSessionToken(QByteArrayView name)
{
    return name.startsWith("v1.") && name.size() > 30 && std::count(name.begin(), name.end(), '.') == 2;
}

class Redactor
{
public:
    explicit Redactor(QByteArrayView text)
        : m_text(text)
    {
        m_out.reserve(text.size());
    }

    QByteArray run()
    {
        while (m_at < m_text.size()) {
            if (isNameChar(m_text[m_at]))
                readName();
            else
                m_out += m_text[m_at++];
        }
        return m_out;
    }

private:
    void readName();
    void readUserInfo();
    void maskAfterKey(const QByteArray& plain);
    void maskValue(const QByteArray& plain);
    void maskQuoted(qsizetype backslashes);
    void maskUntil(qsizetype end);
    void copyUntil(qsizetype end);
    qsizetype skipBlanks(qsizetype at) const;
    qsizetype skipBackslashes(qsizetype at) const;
    qsizetype endOfWord(qsizetype at) const;
    qsizetype endOfLine(qsizetype at) const;
    char at(qsizetype i) const { return i < m_text.size() ? m_text[i] : '\0'; }

    QByteArrayView m_text;
    QByteArray m_out;
    qsizetype m_at = 0;
};

void Redactor::copyUntil(qsizetype end)
{
    m_out += m_text.sliced(m_at, end - m_at);
    m_at = end;
}

void Redactor::maskUntil(qsizetype end)
{
    if (end > m_at)
        m_out += kMask;
    m_at = end;
}

qsizetype Redactor::skipBlanks(qsizetype i) const
{
    while (i < m_text.size() && (m_text[i] == ' ' || m_text[i] == '\t'))
        ++i;
    return i;
}

qsizetype Redactor::skipBackslashes(qsizetype i) const
{
    while (i < m_text.size() && m_text[i] == '\\')
        ++i;
    return i;
}

/// A comma or semicolon belongs to the value unless a blank follows it: SITE_TOKENS=a,b.
qsizetype Redactor::endOfWord(qsizetype i) const
{
    for (; i < m_text.size(); ++i) {
        const char c = m_text[i];
        if (isBlank(c) || QByteArrayView("&\"')]}<>").contains(c))
            break;
        if ((c == ',' || c == ';') && (i + 1 == m_text.size() || isBlank(m_text[i + 1])))
            break;
    }
    return i;
}

qsizetype Redactor::endOfLine(qsizetype i) const
{
    while (i < m_text.size() && !QByteArrayView("\r\n\"'").contains(m_text[i]))
        ++i;
    return i;
}

void Redactor::readName()
{
    qsizetype end = m_at;
    while (end < m_text.size() && isNameChar(m_text[end]))
        ++end;
    const QByteArrayView name = m_text.sliced(m_at, end - m_at);
    if (looksLikeJwt(name) || looksLikeSessionToken(name))
        return maskUntil(end);
    copyUntil(end);
    const QByteArray plain = plainName(name);
    if (plain == "bearer" && skipBlanks(end) > end && isTokenChar(at(skipBlanks(end)))) {
        copyUntil(skipBlanks(end));
        maskUntil(endOfWord(m_at));
    } else if (m_text.sliced(end).startsWith("://")) {
        copyUntil(end + 3);
        readUserInfo();
    } else if (endsLikeSecret(plain)) {
        maskAfterKey(plain);
    }
}

/// Behind "://": user:password@host.
void Redactor::readUserInfo()
{
    qsizetype colon = -1;
    qsizetype sign = -1;
    for (qsizetype i = m_at; i < m_text.size(); ++i) {
        const char c = m_text[i];
        if (isBlank(c) || QByteArrayView("/?#\"'<>").contains(c))
            break;
        if (c == ':' && colon < 0)
            colon = i;
        if (c == '@')
            sign = i;
    }
    if (colon >= 0 && sign > colon) {
        copyUntil(colon + 1);
        maskUntil(sign);
    }
}

/// Behind a key: an optional closing quote, then '=' or ':'; anything else means that it was no key.
void Redactor::maskAfterKey(const QByteArray& plain)
{
    qsizetype i = skipBackslashes(m_at);
    if (at(i) == '"' || at(i) == '\'')
        ++i;
    else if (i != m_at)
        return;
    i = skipBlanks(i);
    if (at(i) != '=' && at(i) != ':')
        return;
    ++i;
    if (at(i) == '>')
        ++i;
    copyUntil(skipBlanks(i));
    maskValue(plain);
}

void Redactor::maskValue(const QByteArray& plain)
{
    const qsizetype quote = skipBackslashes(m_at);
    if (at(quote) == '"' || at(quote) == '\'')
        return maskQuoted(quote - m_at);
    if (at(m_at) == '[') {
        const qsizetype close = m_text.indexOf(']', m_at);
        copyUntil(m_at + 1);
        return maskUntil(close < 0 ? m_text.size() : close);
    }
    if (wholeLineValue(plain))
        return maskUntil(endOfLine(m_at));
    qsizetype end = endOfWord(m_at);
    if (isScheme(plainName(m_text.sliced(m_at, end - m_at))) && skipBlanks(end) > end)
        end = endOfWord(skipBlanks(end));
    maskUntil(end);
}

/// The closing quote stands behind as many backslashes as the opening one; more of them escape a quote inside.
void Redactor::maskQuoted(qsizetype backslashes)
{
    const char quote = at(m_at + backslashes);
    copyUntil(m_at + backslashes + 1);
    qsizetype seen = 0;
    for (qsizetype i = m_at; i < m_text.size(); ++i) {
        if (m_text[i] == quote && (seen == backslashes || (backslashes == 0 && seen % 2 == 0)))
            return maskUntil(i - backslashes);
        seen = m_text[i] == '\\' ? seen + 1 : 0;
    }
    maskUntil(m_text.size());
}

} // namespace

QByteArray redacted(QByteArrayView text)
{
    return Redactor(text).run();
}

} // namespace signalbox
