// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redissockets.h"

#include "config/logging.h"
#include "core/savedsocketjson.h"

#include <QCryptographicHash>

namespace signalbox {

namespace {

constexpr int kTickMs = 1000;
constexpr size_t kSocketsAtOnce = 500; ///< of one script: others wait for its end
constexpr size_t kSocketsPerTick = 5000;

QByteArray hashOf(const QByteArray& pid)
{
    constexpr qsizetype kBytes = 16;
    return QCryptographicHash::hash(pid, QCryptographicHash::Sha256).first(kBytes).toHex();
}

/// How often what a living connection leaves is written again. It stays for so much longer than the window, which
/// begins with the death of the server, and that nobody saw.
qint64 againAfterMs(qint64 windowMs)
{
    return std::max<qint64>(windowMs / 4, kTickMs);
}

} // namespace

RedisSavedSockets::RedisSavedSockets(const Clock& clock, RedisLink& commands, RedisScripts& scripts, Seal seal)
    : m_clock(clock)
    , m_commands(commands)
    , m_scripts(scripts)
    , m_seal(std::move(seal))
    , m_life(RedisScripts::freshEpoch())
{
    m_timer.callOnTimeout(&m_timer, [this] { writeDue(); });
    m_timer.start(kTickMs);
}

QByteArray RedisSavedSockets::nameOf(quint64 session) const
{
    return QByteArray(m_life).append(' ').append(QByteArray::number(session));
}

/// Bound to the private id: it opens nobody else's place.
QByteArray RedisSavedSockets::sealed(const QByteArray& hash, const SavedSocket& socket) const
{
    const QByteArray json = savedSocketJson(socket);
    return m_seal.make(hash + ' ' + json).append(' ').append(json);
}

std::optional<SavedSocket> RedisSavedSockets::opened(const QByteArray& hash, const QByteArray& left) const
{
    const qsizetype at = left.indexOf(' ');
    if (at < 0)
        return std::nullopt;
    const QByteArray json = left.sliced(at + 1);
    if (!m_seal.isGenuine(hash + ' ' + json, left.first(at))) {
        qCWarning(logRedis) << "what a Socket.IO connection left was not written with our session secret";
        return std::nullopt;
    }
    return savedSocketOf(json);
}

void RedisSavedSockets::keep(quint64 session, const QByteArray& pid, const SavedSocket& socket, qint64 windowMs,
                             Done done)
{
    const QByteArray hash = hashOf(pid);
    const Kept before = m_kept.value(hash);
    if (before.replaced != 0 && before.replaced == session) { // it has yet to see its end
        done();
        return;
    }
    Kept kept{session, sealed(hash, socket), windowMs};
    kept.replaced = before.session != session ? before.session : before.replaced;
    put(hash, std::move(kept), std::move(done));
    if (before.session != 0 && before.session != session && before.endsMs == 0 && m_replaced)
        m_replaced(before.session);
}

void RedisSavedSockets::lose(quint64 session, const QByteArray& pid, const SavedSocket& socket, qint64 windowMs)
{
    const QByteArray hash = hashOf(pid);
    if (m_kept.contains(hash) && m_kept[hash].session != session)
        return;
    put(hash, {session, sealed(hash, socket), windowMs, m_clock.steadyMs() + windowMs}, {});
}

/// The place stays taken for a while, so that no server that has missed this writes it again.
void RedisSavedSockets::forget(quint64 session, const QByteArray& pid)
{
    const QByteArray hash = hashOf(pid);
    const auto kept = m_kept.constFind(hash);
    if (kept == m_kept.cend() || kept->session != session)
        return;
    const qint64 windowMs = kept->windowMs;
    put(hash, {session, {}, windowMs, m_clock.steadyMs() + windowMs}, {});
}

void RedisSavedSockets::take(quint64 session, const QByteArray& pid, qint64 windowMs, Taken taken)
{
    const QByteArray hash = hashOf(pid);
    m_scripts.run(RedisScripts::Script::TakeSocket, {hash, nameOf(session), QByteArray::number(windowMs)},
                  [this, hash, taken = std::move(taken)](const Result<RedisReply>& reply) {
                      if (!reply || reply->isError())
                          taken(Error(ErrorCode::Unavailable));
                      else
                          taken(opened(hash, reply->text));
                  });
}

void RedisSavedSockets::put(const QByteArray& hash, Kept kept, Done done)
{
    plan(hash, kept, againAfterMs(kept.windowMs));
    m_kept.insert(hash, kept);
    write({hash}, std::move(done));
}

void RedisSavedSockets::write(const Hashes& hashes, Done done)
{
    RedisConnection::Words words;
    std::vector<Due> sent;
    for (const QByteArray& hash : hashes) {
        const Kept& kept = m_kept[hash];
        sent.push_back({0, hash, kept.turn});
        const qint64 ttlMs = kept.endsMs > 0 ? std::max<qint64>(1, kept.endsMs - m_clock.steadyMs())
                                             : kept.windowMs + againAfterMs(kept.windowMs);
        words.push_back(hash);
        words.push_back(nameOf(kept.session));
        words.push_back(QByteArray::number(ttlMs));
        words.push_back(kept.left);
    }
    m_scripts.run(RedisScripts::Script::Sockets, words,
                  [this, sent = std::move(sent), done = std::move(done)](const Result<RedisReply>& reply) {
                      written(sent, reply);
                      if (done)
                          done();
                  });
}

/// What was put there since is in the next answer.
void RedisSavedSockets::written(const std::vector<Due>& sent, const Result<RedisReply>& reply)
{
    const bool isDone = reply.ok() && !reply->isError();
    for (const Due& due : sent) {
        const auto kept = m_kept.find(due.hash);
        if (kept == m_kept.end() || kept->turn != due.turn)
            continue;
        const bool isReplaced = isDone && std::any_of(reply->items.begin(), reply->items.end(),
                                                      [&due](const RedisReply& item) { return item.text == due.hash; });
        if (!isDone)
            plan(due.hash, *kept, 0);
        else if (isReplaced && kept->endsMs == 0 && m_replaced)
            m_replaced(kept->session);
        if (isReplaced || (isDone && kept->endsMs > 0))
            m_kept.erase(kept);
    }
}

void RedisSavedSockets::plan(const QByteArray& hash, Kept& kept, qint64 inMs)
{
    kept.turn = ++m_turns;
    const Due due{m_clock.steadyMs() + inMs, hash, kept.turn};
    const auto isBefore = [](qint64 ms, const Due& other) { return ms < other.atMs; };
    m_due.insert(std::upper_bound(m_due.begin(), m_due.end(), due.atMs, isBefore), due);
}

void RedisSavedSockets::writeDue()
{
    if (!m_commands.isUp())
        return;
    Hashes hashes;
    const qint64 nowMs = m_clock.steadyMs();
    for (size_t count = 0; count < kSocketsPerTick && !m_due.empty() && m_due.front().atMs <= nowMs;) {
        const Due due = m_due.front();
        m_due.pop_front();
        const auto kept = m_kept.find(due.hash);
        if (kept == m_kept.end() || kept->turn != due.turn)
            continue;
        if (kept->endsMs > 0 && kept->endsMs <= nowMs) {
            m_kept.erase(kept);
            continue;
        }
        ++count;
        plan(due.hash, *kept, againAfterMs(kept->windowMs));
        hashes.push_back(due.hash);
        if (hashes.size() == kSocketsAtOnce)
            write(std::exchange(hashes, {}));
    }
    if (!hashes.empty())
        write(hashes);
}

} // namespace signalbox
