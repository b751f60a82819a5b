// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/settings.h"
#include "core/clock.h"
#include "core/eventjson.h"
#include "core/identity.h"
#include "core/tokenbucket.h"
#include "ops/metrics.h"

#include <QLoggingCategory>

namespace signalbox {

// What the doors have in common by which others' events come in: Redis and RabbitMQ.

/// Publishes as a service of that name.
IdentityPtr serviceIdentity(const QByteArray& name);
EventJson::Limits eventJsonLimits(const Settings& settings);
/// How messages say that they are this deployment's own (ForeignJson).
QByteArray ownOrigin(const Settings& settings);

/// Counts and logs messages that became no event; whoever floods a door with nonsense does not flood the log. Core
/// thread.
class RefusalLog
{
public:
    using Category = const QLoggingCategory& (*)();
    struct Texts
    {
        const char* from; ///< "a message of"
        const char* fate; ///< "was dropped:"
        const char* more; ///< "more messages were dropped"
    };

    /// Clock and metrics outlive it.
    RefusalLog(const Clock& clock, Metrics& metrics, Category category, Texts texts);
    void note(const QByteArray& where, const Error& why);

private:
    const Clock& m_clock;
    Metrics& m_metrics;
    const Category m_category;
    const Texts m_texts;
    TokenBucket m_logged;
    int m_unlogged = 0;
};

} // namespace signalbox
