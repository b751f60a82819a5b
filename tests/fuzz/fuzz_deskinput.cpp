// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a body of the desk's routes, as a list's cursor, and as something to search for.
// links: server_core
// sources: server/api/attachments.cpp server/api/dialogcursor.cpp server/api/fieldreader.cpp
// sources: server/desk/searchwords.cpp
#include "api/attachments.h"
#include "api/dialogcursor.h"
#include "core/strictjson.h"
#include "desk/searchwords.h"

#include <QJsonDocument>

#include <cstdlib>

using namespace signalbox;

namespace {

void require(bool condition)
{
    if (!condition)
        std::abort();
}

void readBody(const QByteArray& body)
{
    const auto object = parseJsonObject(body);
    if (!object)
        return;
    FieldReader fields(*object);
    require(fields.optional(QLatin1String("text"), 100).size() <= 100);
    require(fields.id(QLatin1String("client_message_id"), 20).size() <= 80);
    const auto number = fields.integer(QLatin1String("fencing"), 0, 1'000'000);
    require(!number || (*number >= 0 && *number <= 1'000'000));
    require(fields.object(QLatin1String("metadata"), 64).size() <= 64);
    const QByteArray sender = fields.choice(QLatin1String("sender"), {"ai", "system"});
    require(sender.isEmpty() || sender == "ai" || sender == "system");
    const QByteArray attachments = attachmentsOf(fields);
    const auto read = fields.finish();
    if (!read)
        require(read.error().code == ErrorCode::InvalidField);
    else
        require(attachments.isEmpty() || QJsonDocument::fromJson(attachments).array().size() <= 10);
}

/// A cursor has one spelling, and is of the list it was made for.
void readCursor(const QByteArray& text)
{
    DialogFilter searched;
    searched.text = QStringLiteral("x");
    for (const DialogFilter& filter : {DialogFilter(), searched}) {
        const auto place = parseDialogCursor(filter, text);
        require(!place || dialogCursorText(filter, *place) == text);
    }
}

/// Nothing of a text is left that either database could take for its query syntax.
void readSearch(const QByteArray& bytes)
{
    const QString text = QString::fromUtf8(bytes);
    const QString words = searchWordsOf(text);
    const SearchTerms terms(text);
    for (const QString& word : terms.words()) {
        require(!word.isEmpty());
        for (const QChar character : word)
            require(character.isLetterOrNumber() || character.isMark() || character.isSurrogate() ||
                    character.category() == QChar::Other_PrivateUse);
    }
    require(searchWordsOf(words) == words);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
    readBody(bytes);
    readCursor(bytes);
    readSearch(bytes);
    return 0;
}
