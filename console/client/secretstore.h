// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/result.h"

#include <QObject>

#include <functional>
#include <memory>

namespace signalbox::console {

/// The system's keeper of secrets. Answers come by the event loop, unless `context` is gone by then.
class SecretStore
{
public:
    virtual ~SecretStore() = default;
    /// True when what is written can be read after a restart.
    virtual bool isPersistent() const = 0;
    /// NotFound when there is none, Unavailable when the keeper does not answer.
    virtual void read(const QString& name, QObject* context, std::function<void(Result<QString>)> done) = 0;
    virtual void write(const QString& name, const QString& secret, QObject* context,
                       std::function<void(Result<void>)> done) = 0;
    virtual void erase(const QString& name) = 0;
};

/// The best one of this system: libsecret where it was there at build time, else one that forgets ("ask every time").
std::unique_ptr<SecretStore> openSecretStore();

/// Keeps secrets in memory until the program ends.
std::unique_ptr<SecretStore> forgetfulSecretStore();

} // namespace signalbox::console
