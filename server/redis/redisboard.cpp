// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redisboard.h"

#include "config/logging.h"
#include "redis/steadytime.h"

namespace signalbox {

namespace {

constexpr qsizetype kEntriesAtOnce = 5000;

} // namespace

/// A change as it goes through Pub/Sub: "SERVER VERSION BEFORE\n", BEFORE "-" when these are all of its entries, then
/// "KEY VALUE\n" for each, percent-encoded.
struct RedisBoard::Note
{
    QByteArray server;
    quint64 version = 0;
    std::optional<quint64> before;
    std::vector<std::pair<QByteArray, QByteArray>> entries;

    QByteArray text() const;
    static std::optional<Note> parse(const QByteArray& text);
};

QByteArray RedisBoard::Note::text() const
{
    QByteArray text = server + ' ' + QByteArray::number(version) + ' ' +
                      (before ? QByteArray::number(*before) : QByteArrayLiteral("-")) + '\n';
    for (const auto& [key, value] : entries)
        text += key.toPercentEncoding() + ' ' + value.toPercentEncoding() + '\n';
    return text;
}

std::optional<RedisBoard::Note> RedisBoard::Note::parse(const QByteArray& text)
{
    constexpr qsizetype kLongestId = 64;
    QByteArrayList lines = text.split('\n');
    const QByteArrayList head = lines.takeFirst().split(' ');
    if (lines.isEmpty() || !lines.takeLast().isEmpty() || head.size() != 3 || head[0].isEmpty() ||
        head[0].size() > kLongestId)
        return std::nullopt;
    Note note;
    bool isVersion = false;
    bool isBefore = true;
    note.server = head[0];
    note.version = head[1].toULongLong(&isVersion);
    if (head[2] != "-")
        note.before = head[2].toULongLong(&isBefore);
    if (!isVersion || !isBefore)
        return std::nullopt;
    for (const QByteArray& line : std::as_const(lines)) {
        const qsizetype space = line.indexOf(' ');
        if (space <= 0)
            return std::nullopt;
        note.entries.emplace_back(QByteArray::fromPercentEncoding(line.first(space)),
                                  QByteArray::fromPercentEncoding(line.sliced(space + 1)));
    }
    return note;
}

RedisBoard::RedisBoard(RedisLink& commands, RedisLink& listening, RedisScripts& scripts, Settings settings)
    : m_commands(commands)
    , m_scripts(scripts)
    , m_settings(settings)
    , m_id(RedisScripts::freshEpoch())
    , m_channel(scripts.prefix() + ":board")
    , m_pubSub(listening)
    , m_beatenMs(steadyNowMs())
{
    m_pubSub.add(m_channel);
    connect(&m_commands, &RedisLink::up, this, &RedisBoard::begin);
    connect(&m_pubSub, &RedisChannels::confirmed, this, &RedisBoard::listening);
    connect(&m_pubSub, &RedisChannels::message, this, &RedisBoard::take);
    connect(&m_beatTimer, &QTimer::timeout, this, &RedisBoard::beat);
    m_beatTimer.start(static_cast<int>(std::max<qint64>(1, m_settings.ttlMs / 3)));
}

void RedisBoard::set(const QByteArray& key, const QByteArray& value)
{
    if (value.isEmpty() ? m_own.remove(key) == 0 : m_own.value(key) == value)
        return;
    if (!value.isEmpty())
        m_own.insert(key, value);
    m_changed.insert(key);
    schedule();
}

QList<QByteArray> RedisBoard::elsewhere(const QByteArray& key) const
{
    QList<QByteArray> values;
    for (const Server& server : m_servers) {
        if (const auto found = server.entries.find(key); found != server.entries.end())
            values.append(found->second);
    }
    return values;
}

void RedisBoard::visitElsewhere(const QByteArray& prefix, const Visit& visit) const
{
    for (const Server& server : m_servers) {
        for (auto it = server.entries.lower_bound(prefix); it != server.entries.end(); ++it) {
            if (!it->first.startsWith(prefix))
                break;
            visit(it->first, it->second);
        }
    }
}

/// Redis may have lost everything.
void RedisBoard::begin()
{
    m_isKnown = false;
    m_isWriting = false;
    flush(true);
}

/// What was said meanwhile was missed: the next answer tells where the others stand.
void RedisBoard::listening()
{
    for (Server& server : m_servers)
        server.heardMs = steadyNowMs();
    flush(true);
}

/// What changes in one turn goes together.
void RedisBoard::schedule()
{
    if (std::exchange(m_isScheduled, true))
        return;
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_isScheduled = false;
            flush(false);
        },
        Qt::QueuedConnection);
}

void RedisBoard::flush(bool isBeat)
{
    if (m_isWriting || !m_commands.isUp() || (!isBeat && m_isKnown && m_changed.isEmpty()))
        return;
    Note note;
    note.server = m_id;
    if (m_isKnown)
        note.before = m_version;
    else
        m_changed = {m_own.keyBegin(), m_own.keyEnd()};
    QSet<QByteArray> later;
    for (const QByteArray& key : std::exchange(m_changed, {})) {
        if (static_cast<qsizetype>(note.entries.size()) < kEntriesAtOnce)
            note.entries.emplace_back(key, m_own.value(key));
        else
            later.insert(key);
    }
    m_changed = std::move(later);
    note.version = m_isKnown && note.entries.empty() ? m_version : m_version + 1;
    RedisConnection::Words words{m_id, QByteArray::number(m_settings.ttlMs), QByteArray::number(note.version),
                                 note.before ? QByteArray::number(*note.before) : QByteArray(), note.text()};
    for (auto& [key, value] : note.entries) {
        words.push_back(std::move(key));
        words.push_back(std::move(value));
    }
    m_isWriting = true;
    m_isKnown = true;
    m_scripts.run(RedisScripts::Script::Board, words,
                  [this, version = note.version](const Result<RedisReply>& reply) { written(reply, version); });
}

void RedisBoard::written(const Result<RedisReply>& reply, quint64 version)
{
    m_isWriting = false;
    m_version = version;
    if (!reply || reply->isError()) {
        m_isKnown = false; // the next beat tries again
        if (reply && !std::exchange(m_isRefused, true))
            qCWarning(logRedis).noquote() << "Redis refused what this server says of itself:" << reply->text;
        return;
    }
    m_isRefused = false;
    if (reply->at(0).integer != 1) {
        m_isKnown = false;
        schedule();
        return;
    }
    const auto& others = reply->at(1).items;
    for (size_t i = 0; i + 1 < others.size(); i += 2) {
        const QByteArray& id = others[i].text;
        const quint64 latest = others[i + 1].text.toULongLong();
        const Server* server = id == m_id ? nullptr : heardOf(id, latest, false);
        if (server && server->version < latest)
            read(id);
    }
    if (!m_changed.isEmpty())
        schedule();
}

void RedisBoard::beat()
{
    const qint64 now = steadyNowMs();
    const bool hasSlept = now - std::exchange(m_beatenMs, now) > m_settings.ttlMs;
    if (hasSlept || !m_commands.isUp() || !m_pubSub.areAllConfirmed()) {
        for (Server& server : m_servers)
            server.heardMs = now;
    } else {
        dropDead();
    }
    flush(true);
}

void RedisBoard::dropDead()
{
    const qint64 now = steadyNowMs();
    std::vector<Server> dead;
    for (auto it = m_servers.begin(); it != m_servers.end();) {
        if (now - it->heardMs <= m_settings.ttlMs) {
            ++it;
            continue;
        }
        qCWarning(logRedis).noquote() << "server" << it.key() << "is not heard of any more";
        dead.push_back(std::move(*it));
        it = m_servers.erase(it);
    }
    for (const Server& server : dead) {
        for (const auto& entry : server.entries)
            emit diedElsewhere(entry.first);
    }
}

void RedisBoard::take(const QByteArray& channel, const QByteArray& text)
{
    const auto note = Note::parse(text);
    if (!note) {
        emit malformed(channel, QStringLiteral("It is no note of a server."));
        return;
    }
    if (note->server == m_id)
        return;
    if (Server* server = heardOf(note->server, note->version, true))
        apply(*server, *note);
}

/// The server's copy; null when there are too many. What it left behind in Redis is no sign of life.
RedisBoard::Server* RedisBoard::heardOf(const QByteArray& id, quint64 version, bool isSaid)
{
    auto server = m_servers.find(id);
    if (server == m_servers.end()) {
        if (static_cast<size_t>(m_servers.size()) >= m_settings.maxServers)
            return nullptr;
        server = m_servers.insert(id, {});
        isSaid = true;
    }
    if (isSaid || version > server->latest)
        server->heardMs = steadyNowMs();
    server->latest = std::max(server->latest, version);
    return &*server;
}

void RedisBoard::apply(Server& server, const Note& note)
{
    if (note.version <= server.version || server.isReading)
        return;
    if (!note.before) {
        server.version = note.version;
        replace(server, Entries(note.entries.begin(), note.entries.end()));
        return;
    }
    if (*note.before != server.version) {
        read(note.server);
        return;
    }
    server.version = note.version;
    for (const auto& [key, value] : note.entries) {
        if (value.isEmpty())
            server.entries.erase(key);
        else if (server.entries.size() < m_settings.maxEntries || server.entries.contains(key))
            server.entries[key] = value;
    }
    for (const auto& entry : note.entries)
        emit changedElsewhere(entry.first);
}

void RedisBoard::read(const QByteArray& id)
{
    Server& server = m_servers[id];
    if (std::exchange(server.isReading, true))
        return;
    m_scripts.run(RedisScripts::Script::BoardOf, {id},
                  [this, id](const Result<RedisReply>& reply) { haveRead(id, reply); });
}

/// When something newer was heard of meanwhile, it is there by now.
void RedisBoard::haveRead(const QByteArray& id, const Result<RedisReply>& reply)
{
    const auto server = m_servers.find(id);
    if (server == m_servers.end())
        return;
    server->isReading = false;
    const quint64 version = reply ? reply->at(0).text.toULongLong() : 0;
    if (version <= server->version)
        return; // the next beat asks again
    server->version = version;
    const bool isOutdated = version < server->latest;
    Entries entries;
    const auto& fields = reply->at(1).items;
    for (size_t i = 0; i + 1 < fields.size() && entries.size() < m_settings.maxEntries; i += 2)
        entries[fields[i].text] = fields[i + 1].text;
    replace(*server, std::move(entries));
    if (isOutdated && m_servers.contains(id))
        read(id);
}

void RedisBoard::replace(Server& server, Entries entries)
{
    const Entries before = std::exchange(server.entries, std::move(entries));
    std::vector<QByteArray> changed;
    for (const auto& [key, value] : server.entries) {
        if (const auto old = before.find(key); old == before.end() || old->second != value)
            changed.push_back(key);
    }
    for (const auto& entry : before) {
        if (!server.entries.contains(entry.first))
            changed.push_back(entry.first);
    }
    for (const QByteArray& key : changed)
        emit changedElsewhere(key);
}

} // namespace signalbox
