// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/exporter.h"

#include "console/models/dialoglistmodel.h"
#include "console/models/threadmodel.h"
#include "console/store/recordjson.h"

#include <QDateTime>
#include <QLocale>

namespace signalbox::console {

using namespace Qt::StringLiterals;

namespace {

const QByteArray kByteOrderMark = QByteArrayLiteral("\xEF\xBB\xBF"); // a spreadsheet takes it for UTF-8 then

struct Line
{
    QString time;
    QString sender;
    QString kind;
    QString text;
};

Line lineOf(const ThreadItem& item)
{
    const QString time = isoOf(timeOf(item));
    if (const auto* message = std::get_if<Message>(&item)) {
        const bool isSystem = message->sender == Sender::System;
        const QString text = isSystem ? systemSentence(*message) : message->text;
        return {time, message->senderName, nameOf(message->sender), text};
    }
    if (const auto* note = std::get_if<Note>(&item))
        return {time, note->authorName, u"note"_s, note->text};
    return {time, {}, u"unsent"_s, std::get<PendingItem>(item).text};
}

bool isNumber(const QString& text)
{
    bool isOne = false;
    QLocale::c().toDouble(text, &isOne);
    return isOne;
}

QByteArray encoded(const QStringList& lines)
{
    return kByteOrderMark + lines.join(QString()).toUtf8();
}

} // namespace

QString csvCell(const QString& text)
{
    QString cell = text;
    // Spaces in front do not keep a spreadsheet from taking it for a formula.
    const QString bare = text.trimmed();
    const bool looksLikeFormula = !bare.isEmpty() && u"=+-@"_s.contains(bare.front()) && !isNumber(text);
    const bool beginsOddly = text.startsWith(u'\t') || text.startsWith(u'\r') || text.startsWith(u'\n');
    if (looksLikeFormula || beginsOddly)
        cell.prepend(u'\'');
    const bool needsQuotes =
        cell.contains(u',') || cell.contains(u'"') || cell.contains(u'\n') || cell.contains(u'\r') || text != bare;
    if (needsQuotes)
        cell = u'"' + cell.replace(u'"', u"\"\""_s) + u'"';
    return cell;
}

QString csvLine(const QStringList& cells)
{
    QStringList quoted;
    for (const QString& cell : cells)
        quoted.append(csvCell(cell));
    return quoted.join(u',') + u"\r\n";
}

QByteArray threadCsv(const QList<ThreadItem>& items)
{
    QStringList lines{csvLine({u"time"_s, u"sender"_s, u"kind"_s, u"text"_s})};
    for (const ThreadItem& item : items) {
        const Line line = lineOf(item);
        lines.append(csvLine({line.time, line.sender, line.kind, line.text}));
    }
    return encoded(lines);
}

QByteArray threadText(const Dialog& dialog, const QList<ThreadItem>& items)
{
    QStringList lines{guestTitle(dialog) + u" · "_s + QString::number(dialog.id) + u'\n'};
    QDate day;
    for (const ThreadItem& item : items) {
        const QDateTime time = QDateTime::fromMSecsSinceEpoch(timeOf(item));
        if (time.date() != day) {
            day = time.date();
            lines.append(u'\n' + day.toString(Qt::ISODate) + u'\n');
        }
        const Line line = lineOf(item);
        QString who = line.sender.isEmpty() ? line.kind : line.sender;
        if (std::holds_alternative<Note>(item))
            who += u" (note)"_s;
        lines.append(time.time().toString(u"HH:mm"_s) + u"  "_s + who + u": "_s + line.text + u'\n');
    }
    return lines.join(QString()).toUtf8();
}

QByteArray tableCsv(const QAbstractItemModel& model)
{
    QStringList head;
    for (int column = 0; column < model.columnCount(); ++column)
        head.append(model.headerData(column, Qt::Horizontal).toString());
    QStringList lines{csvLine(head)};
    for (int row = 0; row < model.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(); ++column)
            cells.append(model.index(row, column).data().toString());
        lines.append(csvLine(cells));
    }
    return encoded(lines);
}

QByteArray dialogsCsv(const QList<Dialog>& dialogs)
{
    QStringList lines{csvLine({u"id"_s, u"guest"_s, u"status"_s, u"operator"_s, u"waiting_since"_s, u"unread"_s,
                               u"tags"_s, u"last_message"_s})};
    for (const Dialog& dialog : dialogs) {
        lines.append(csvLine({QString::number(dialog.id), guestTitle(dialog), nameOf(dialog.status), dialog.operatorId,
                              isoOf(dialog.waitingSinceMs), QString::number(dialog.unreadCount), dialog.tags.join(u' '),
                              dialog.lastText}));
    }
    return encoded(lines);
}

} // namespace signalbox::console
