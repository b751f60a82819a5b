// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/alertcaller.h"
#include "app/deskkeeper.h"
#include "app/deskpresence.h"
#include "app/journalrelay.h"
#include "config/settings.h"
#include "desk/journalbroker.h"
#include "desk/journalwatch.h"
#include "gateway/deskport.h"
#include "net/mailbox.h"

#include <functional>

namespace signalbox {

/// The desk of a server, put together: its database's two threads and the broker that keeps durable channels there.
/// Lives on the core thread.
class DeskRoom
{
public:
    /// The database went down (with the reason) or came back; core thread.
    using StateChanged = std::function<void(const Result<void>&)>;

    /// `core` posts to the core thread; it and `memory` outlive the room.
    DeskRoom(const Settings& settings, const Clock& clock, VolatileBroker& memory, Mailbox& core, StateChanged changed,
             DeskPresence::CloseSession closeSession);
    ~DeskRoom(); ///< stop()

    /// Opens the database, migrates it, reads where its journal stands.
    Result<void> start();
    /// Answers what waits, closes the database. The workers must still take answers.
    void stop();

    void setSettings(const Settings& settings);
    /// A client's ack moves the read mark of its dialog.
    void acknowledged(const QByteArray& dialog, const IdentityPtr& who, quint64 lastId);
    JournalBroker& broker() { return m_broker; }
    DeskPresence& presence() { return m_presence; }
    const DeskStores& stores() const { return m_stores; }
    /// Before start(): events of the journal are written there for others.
    void relayTo(RedisLink& commands, RedisOutward& outward);

private:
    void lead(bool isLeading);

    Mailbox& m_core;
    TypingBoard m_typing;
    StoreThread m_writer;
    StoreThread m_reader;
    const DeskStores m_stores;
    JournalBroker m_broker;
    DeskKeeper m_keeper;
    AlertCaller m_caller;
    DeskPresence m_presence;
    std::unique_ptr<JournalRelay> m_relay; ///< null: nothing is written for others
    std::unique_ptr<JournalWatch> m_watch; ///< null: nobody else serves this database
};

} // namespace signalbox
