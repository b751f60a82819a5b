// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/presence.h"

#include <QObject>

#include <functional>
#include <memory>

namespace signalbox {

/// A presence under test, with what it needs. One per test.
class PresenceWorld
{
public:
    virtual ~PresenceWorld() = default;
    virtual Presence& presence() = 0;
};

using PresenceFactory = std::function<std::unique_ptr<PresenceWorld>()>;

/// The promises of core/presence.h as tests. A test program inherits this class and gives the factory of its presence.
class PresenceContract : public QObject
{
    Q_OBJECT

public:
    explicit PresenceContract(PresenceFactory factory)
        : m_factory(std::move(factory))
    {
    }

private slots:
    void init();
    void cleanup();
    void nobodyAtFirst();
    void fromTheFirstJoinToTheLastLeave();
    void leavingOfAStranger();
    void usersAreApart();
    void countsConnections();
    void comesAgain();
    void anyBytesAreAName();

private:
    Presence& presence() { return m_world->presence(); }
    PresentUser entry(const QByteArray& user);

    PresenceFactory m_factory;
    std::unique_ptr<PresenceWorld> m_world;
};

} // namespace signalbox
