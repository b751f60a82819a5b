// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/attachments.h"

#include <QJsonDocument>
#include <QUrl>

#include <algorithm>

namespace signalbox {

namespace {

constexpr qsizetype kMost = 10;
constexpr qsizetype kLongestUrl = 2048;
constexpr qsizetype kLongestFileName = 255;
constexpr qsizetype kLongestType = 127;
constexpr qint64 kLargest = 1LL << 53;

bool holdsBlanks(const QString& url)
{
    return std::any_of(url.begin(), url.end(),
                       [](QChar c) { return c.isSpace() || c.category() == QChar::Other_Control; });
}

Result<QJsonObject> attachmentOf(const QJsonValue& value)
{
    if (!value.isObject())
        return Error(ErrorCode::InvalidField, QStringLiteral("An object is expected."));
    FieldReader fields(value.toObject());
    QJsonObject attachment;
    const QString url = fields.required(QLatin1String("url"), kLongestUrl);
    if (!isAttachmentUrl(url))
        fields.refuse("url", QStringLiteral("An http or https URL or an absolute path is expected."));
    attachment.insert(QStringLiteral("url"), url);
    attachment.insert(QStringLiteral("name"), fields.required(QLatin1String("name"), kLongestFileName));
    if (const auto size = fields.integer(QLatin1String("size"), 0, kLargest))
        attachment.insert(QStringLiteral("size"), *size);
    if (const QString type = fields.optional(QLatin1String("type"), kLongestType); !type.isEmpty())
        attachment.insert(QStringLiteral("type"), type);
    if (auto finished = fields.finish(); !finished)
        return finished.error();
    return attachment;
}

QString problemText(qsizetype index, const Error& error)
{
    const QString where = QStringLiteral("Attachment %1").arg(index + 1);
    if (error.field.isEmpty())
        return where + QStringLiteral(": ") + error.text();
    return where + QStringLiteral(", ") + QString::fromUtf8(error.field) + QStringLiteral(": ") + error.text();
}

} // namespace

bool isAttachmentUrl(const QString& url)
{
    if (holdsBlanks(url))
        return false;
    if (url.startsWith(u'/')) // two slashes, however leaning, name another host
        return !url.startsWith(QStringLiteral("//")) && !url.startsWith(QStringLiteral("/\\"));
    const QUrl parsed(url, QUrl::StrictMode);
    return parsed.isValid() && !parsed.host().isEmpty() &&
           (parsed.scheme() == QStringLiteral("http") || parsed.scheme() == QStringLiteral("https"));
}

QByteArray attachmentsOf(FieldReader& fields)
{
    const auto list = fields.array(QLatin1String("attachments"), kMost);
    if (!list || list->isEmpty())
        return {};
    QJsonArray attachments;
    for (qsizetype i = 0; i < std::min(list->size(), kMost); ++i) {
        const auto attachment = attachmentOf(list->at(i));
        if (!attachment) {
            fields.refuse("attachments", problemText(i, attachment.error()));
            return {};
        }
        attachments.append(*attachment);
    }
    return QJsonDocument(attachments).toJson(QJsonDocument::Compact);
}

} // namespace signalbox
