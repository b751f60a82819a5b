// SPDX-License-Identifier: GPL-3.0-or-later
#include "amqp/amqpsource.h"

#include "amqp/amqploop.h"

namespace signalbox {

AmqpSource::AmqpSource(const Catalog& catalog, Settings settings, Calls calls)
    : m_loop(std::make_unique<Loop>(catalog, std::move(settings), std::move(calls)))
{
}

AmqpSource::~AmqpSource()
{
    m_loop->abort();
    if (m_thread.joinable())
        m_thread.join();
}

void AmqpSource::start()
{
    m_thread = std::thread([this] { m_loop->run(); });
}

void AmqpSource::finish()
{
    m_loop->finish();
}

bool AmqpSource::hasFinished() const
{
    return !m_thread.joinable() || m_loop->hasEnded();
}

} // namespace signalbox
