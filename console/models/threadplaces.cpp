// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/threadmodel.h"

#include "console/store/store.h"

#include <QLocale>

namespace signalbox::console {

using namespace Qt::StringLiterals;

// What a row says by its place: day, group, unread line; and in words, for screen readers.

namespace {

constexpr qint64 kGroupMs = 300'000; ///< after a longer pause the name is shown again

QDate dayOf(qint64 ms)
{
    return QDateTime::fromMSecsSinceEpoch(ms).date();
}

} // namespace

QString systemSentence(const Message& message)
{
    const QString name = message.senderName.isEmpty() ? ThreadModel::tr("An operator") : message.senderName;
    if (message.systemType == u"operator_joined")
        return ThreadModel::tr("%1 joined").arg(name);
    if (message.systemType == u"operator_left")
        return ThreadModel::tr("%1 left").arg(name);
    return message.text.isEmpty() ? message.systemType : message.text;
}

QVariant ThreadModel::placeData(int row, int role) const
{
    switch (role) {
    case TimeRole:
        return timeOf(m_thread->at(row));
    case DayRole:
        return dayAbove(row);
    case IsFirstOfGroupRole:
        return isFirstOfGroup(row);
    case IsUnreadLineRole:
        return row == unreadLineRow();
    default:
        return {};
    }
}

int ThreadModel::unreadLineRow() const
{
    if (m_unreadAfter < 0 || !m_thread)
        return -1;
    for (int row = 0; row < m_thread->count(); ++row) {
        const auto* message = std::get_if<Message>(&m_thread->at(row));
        if (message && message->id > m_unreadAfter && message->sender == Sender::Client)
            return row;
    }
    return -1;
}

QString ThreadModel::dayAbove(int row) const
{
    const QDate day = dayOf(timeOf(m_thread->at(row)));
    if (row > 0 && dayOf(timeOf(m_thread->at(row - 1))) == day)
        return u""_s;
    const QDate today = dayOf(m_store.now());
    if (day == today)
        return tr("Today");
    if (day.daysTo(today) == 1)
        return tr("Yesterday");
    return QLocale().toString(day, day.year() == today.year() ? tr("d MMMM") : tr("d MMMM yyyy"));
}

bool ThreadModel::isFirstOfGroup(int row) const
{
    if (row == 0)
        return true;
    const ThreadItem& item = m_thread->at(row);
    const ThreadItem& above = m_thread->at(row - 1);
    if (timeOf(item) - timeOf(above) > kGroupMs)
        return true;
    const auto whose = [this](int at) {
        const QModelIndex place = index(at);
        return std::pair(place.data(KindRole).toInt(), place.data(SenderNameRole).toString());
    };
    return whose(row) != whose(row - 1);
}

QString ThreadModel::accessibleText(int row) const
{
    const QModelIndex at = index(row);
    QStringList parts;
    if (const QString day = dayAbove(row); !day.isEmpty())
        parts.append(day);
    if (row == unreadLineRow())
        parts.append(tr("Unread from here"));
    const auto kind = static_cast<Kind>(at.data(KindRole).toInt());
    if (kind == Kind::Note)
        parts.append(tr("Internal note"));
    if (const QString name = at.data(SenderNameRole).toString(); !name.isEmpty() && kind != Kind::System)
        parts.append(name);
    parts.append(at.data(TextRole).toString());
    parts.append(QLocale().toString(QDateTime::fromMSecsSinceEpoch(at.data(TimeRole).toLongLong()).time(),
                                    QLocale::ShortFormat));
    if (const QString error = at.data(ErrorRole).toString(); !error.isEmpty())
        parts.append(tr("not sent: %1").arg(error));
    return parts.join(u", ");
}

} // namespace signalbox::console
