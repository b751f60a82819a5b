// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/store.h"

namespace signalbox::console {

/// What one event means for the Store: the server's rules (server/desk/messages.cpp, handoffsteps.cpp) once more, as
/// far as an event tells enough; the rest is announced as stale. An internal part of Store::apply().
class StoreEvents
{
public:
    StoreEvents(Store& store, const DeskEvent& event)
        : m_store(store)
        , m_event(event)
        , m_data(event.data)
    {
    }

    /// An event of an unknown name means nothing.
    void apply();

private:
    using Handler = void (StoreEvents::*)();
    struct Row;
    static const Row* find(const QString& type);

    void sessionCreated();
    void messageCreated();
    void messageUpdated();
    void statusChanged();
    void handoffRequested();
    void handoffStarted();
    void handoffEnded();
    void queueUpdated();
    void unreadTold();
    void readUpdated();
    void noteCreated();
    void tagsChanged();
    void typingStarted();
    void typingStopped();
    void whispered();
    void presenceUpdated();
    void cannedUpdated();
    void healthAlert();
    void providerStatus();

    void noteMessage(Dialog& dialog, const Message& message) const;
    void setStatus(Dialog& dialog, DialogStatus status) const;
    void ensureDialog();
    void change(const std::function<void(Dialog&)>& how);

    Store& m_store;
    const DeskEvent& m_event;
    const QJsonObject& m_data;
};

} // namespace signalbox::console
