// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redislastseen.h"

#include "config/logging.h"

namespace signalbox {

namespace {

constexpr int kTogetherMs = 100;
constexpr qsizetype kMarksAtOnce = 1000;
constexpr qsizetype kMaxUnsaid = 100'000;

} // namespace

RedisLastSeen::RedisLastSeen(const Clock& clock, RedisLink& commands, RedisLink& listening, RedisScripts& scripts,
                             qint64 ttlMs)
    : m_clock(clock)
    , m_commands(commands)
    , m_scripts(scripts)
    , m_ttlMs(ttlMs)
    , m_channel(scripts.prefix() + ":last_seen")
    , m_pubSub(listening)
    , m_known(ttlMs)
{
    m_pubSub.add(m_channel);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &RedisLastSeen::flush);
    connect(&m_commands, &RedisLink::up, this, &RedisLastSeen::flush);
    connect(&m_pubSub, &RedisChannels::message, this, &RedisLastSeen::take);
}

bool RedisLastSeen::advance(const QByteArray& dialog, const QByteArray& who, quint64 lastId, qint64 nowMs)
{
    if (!m_known.advance(dialog, who, lastId, nowMs))
        return false;
    if (m_unsaid.size() < kMaxUnsaid || m_unsaid.contains({dialog, who}))
        m_unsaid.insert({dialog, who}, lastId);
    if (!m_timer.isActive())
        m_timer.start(kTogetherMs);
    return true;
}

/// Acks come with every message: those of a short while go together, and of each mark only the last.
void RedisLastSeen::flush()
{
    if (!m_commands.isUp() || m_unsaid.isEmpty())
        return;
    RedisConnection::Words words{QByteArray::number(m_ttlMs)};
    const auto marks = std::make_shared<QHash<Mark, quint64>>();
    while (!m_unsaid.isEmpty() && marks->size() < kMarksAtOnce) {
        const auto first = m_unsaid.begin();
        const QByteArray id = QByteArray::number(*first);
        words.push_back(first.key().first);
        words.push_back(first.key().second);
        words.push_back(id);
        words.push_back(first.key().first.toPercentEncoding() + ' ' + first.key().second.toPercentEncoding() + ' ' +
                        id + '\n');
        marks->insert(first.key(), *first);
        m_unsaid.erase(first);
    }
    m_scripts.run(RedisScripts::Script::Seen, words, [this, marks](const Result<RedisReply>& reply) {
        if (reply && reply->isError())
            qCWarning(logRedis).noquote() << "Redis did not take what was seen:" << reply->text;
        if (reply)
            return;
        for (auto it = marks->cbegin(); it != marks->cend(); ++it)
            m_unsaid.insert(it.key(), std::max(*it, m_unsaid.value(it.key())));
    });
    if (!m_unsaid.isEmpty())
        m_timer.start(0);
}

void RedisLastSeen::take(const QByteArray& channel, const QByteArray& text)
{
    QByteArrayList lines = text.split('\n');
    if (!lines.takeLast().isEmpty() || lines.isEmpty()) {
        emit malformed(channel, QStringLiteral("It is no list of marks."));
        return;
    }
    for (const QByteArray& line : std::as_const(lines)) {
        const QByteArrayList words = line.split(' ');
        bool isNumber = false;
        const quint64 id = words.value(2).toULongLong(&isNumber);
        if (words.size() != 3 || !isNumber || words[0].isEmpty()) {
            emit malformed(channel, QStringLiteral("It is no mark."));
            return;
        }
        m_known.advance(QByteArray::fromPercentEncoding(words[0]), QByteArray::fromPercentEncoding(words[1]), id,
                        m_clock.steadyMs());
    }
}

QHash<QByteArray, quint64> RedisLastSeen::marksOf(const QByteArray& dialog) const
{
    auto marks = m_known.marksOf(dialog);
    if (marks.isEmpty())
        read(dialog);
    return marks;
}

void RedisLastSeen::read(const QByteArray& dialog) const
{
    m_commands.send({"HGETALL", m_scripts.prefix() + ":last_seen:" + dialog}, [this, dialog](
                                                                                  const Result<RedisReply>& reply) {
        if (!reply)
            return;
        for (size_t i = 0; i + 1 < reply->items.size(); i += 2)
            m_known.advance(dialog, reply->items[i].text, reply->items[i + 1].text.toULongLong(), m_clock.steadyMs());
    });
}

} // namespace signalbox
