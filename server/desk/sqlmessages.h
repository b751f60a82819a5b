// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "desk/searchindex.h"

namespace signalbox {

class SqlMessages final : public MessageStore
{
public:
    SqlMessages(SqlDatabase& database, SearchIndex& index)
        : m_database(database)
        , m_index(index)
    {
    }

    void insert(Message& message) override;
    std::optional<Message> find(qint64 dialogId, qint64 id) override;
    std::optional<Message> findByClientId(qint64 dialogId, const QByteArray& clientMessageId) override;
    void setText(const Message& message) override;
    std::vector<Message> before(qint64 dialogId, qint64 before, int limit) override;
    std::vector<Message> after(qint64 dialogId, qint64 after, int limit) override;
    int countFromGuest(qint64 dialogId, qint64 after) override;
    void insertNote(Note& note) override;
    std::vector<Note> notes(qint64 dialogId, qint64 before, int limit) override;

private:
    SqlDatabase& m_database;
    SearchIndex& m_index;
};

/// What a message is found by: its text and, when it is a guest's, the name.
QString searchWordsOf(const Message& message);

} // namespace signalbox
