// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redisscripts.h"

#include <QCryptographicHash>
#include <QFile>
#include <QRandomGenerator>

namespace signalbox {

namespace {

QByteArray scriptFile(const char* name)
{
    QFile file(QStringLiteral(":/lua/%1.lua").arg(QLatin1String(name)));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

RedisScripts::RedisScripts(RedisLink& link, QByteArray prefix, qint64 ageMs)
    : m_link(link)
    , m_prefix(std::move(prefix))
    , m_ageMs(ageMs)
{
    constexpr std::array<const char*, static_cast<size_t>(Script::Count_)> kNames{
        "publish", "replay", "probe", "greet", "board", "boardof", "seen", "claim", "relay", "sockets", "takesocket"};
    const QByteArray common = scriptFile("log");
    for (size_t i = 0; i < m_texts.size(); ++i) {
        m_texts[i].source = QByteArray(common).append(scriptFile(kNames[i]));
        m_texts[i].hash = QCryptographicHash::hash(m_texts[i].source, QCryptographicHash::Sha1).toHex();
    }
}

void RedisScripts::load()
{
    for (const Text& text : m_texts)
        m_link.send({"SCRIPT", "LOAD", text.source}, [](const Result<RedisReply>&) {});
}

void RedisScripts::run(Script script, const RedisConnection::Words& words, RedisConnection::Answer answer)
{
    RedisConnection::Words command{"EVALSHA",   m_texts[static_cast<size_t>(script)].hash,
                                   "1",         QByteArray(m_prefix).append(":log"),
                                   m_prefix,    QByteArray::number(m_ageMs),
                                   freshEpoch()};
    command.insert(command.end(), words.begin(), words.end());
    Call call{std::move(command), std::move(answer)};
    if (m_isHolding)
        m_held.push_back(std::move(call));
    else
        send(std::move(call));
}

void RedisScripts::send(Call call)
{
    constexpr int kMaxAttempts = 3;
    ++m_inFlight;
    ++call.attempts;
    const auto shared = std::make_shared<Call>(std::move(call));
    m_link.send(shared->command, [this, shared](Result<RedisReply> reply) {
        --m_inFlight;
        const bool isForgotten = reply.ok() && reply->isError() && reply->text.startsWith("NOSCRIPT");
        if (isForgotten && shared->attempts < kMaxAttempts)
            forgotten(std::move(*shared));
        else
            shared->answer(std::move(reply));
        if (m_isHolding && m_inFlight == 0)
            repeat();
    });
}

void RedisScripts::forgotten(Call call)
{
    m_isHolding = true;
    m_forgotten.push_back(std::move(call));
}

/// What Redis did not know goes again, and what came later behind it.
void RedisScripts::repeat()
{
    m_isHolding = false;
    std::vector<Call> calls = std::exchange(m_forgotten, {});
    std::vector<Call> held = std::exchange(m_held, {});
    std::move(held.begin(), held.end(), std::back_inserter(calls));
    load();
    for (Call& call : calls)
        send(std::move(call));
}

QByteArray RedisScripts::freshEpoch()
{
    return QByteArray::number(QRandomGenerator::system()->generate64() | (1ULL << 62), 36).left(12);
}

} // namespace signalbox
