// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/settings.h"
#include "desk/storethread.h"

#include <QNetworkAccessManager>
#include <QTimer>

#include <functional>

namespace signalbox {

/// `X-Signalbox-Signature` of a body sent at that time: "t=<seconds>,v1=<hex HMAC-SHA256 of `<seconds>.<body>`>".
QByteArray callSignature(const QByteArray& secret, qint64 seconds, const QByteArray& body);

/// The wait before a call is sent again after so many attempts (from 1 on): 2 s, doubled up to an hour.
qint64 callRetryMs(int attempts);

/// Sends the webhook calls that commands of the desk have stored, at least once each, to `desk/alert_url` (docs/api.md,
/// "Webhook"). A call is done with a 2xx answer; otherwise it is sent again, at growing intervals, and given up after a
/// day. Calls may overtake each other. Several servers on one database share the work: a call belongs to who took it
/// until its time is up. Lives on the core thread.
class AlertCaller
{
public:
    using Post = std::function<void(std::function<void()>)>;

    /// The threads and the clock outlive it; `toCore` runs a task on the core thread and may outlive it.
    AlertCaller(StoreThread& writer, StoreThread& reader, const Clock& clock, DeskSettings settings, Post toCore);
    ~AlertCaller();

    void start();
    void setSettings(const DeskSettings& settings) { m_settings = settings; }

private:
    void look();
    void take();
    void send(const WebhookCall& call);
    void finished(const WebhookCall& call, const QNetworkReply& reply);
    /// Runs on the core thread, unless the caller is gone by then.
    std::function<void()> later(std::function<void()> task) const;

    StoreThread& m_writer;
    StoreThread& m_reader;
    const Clock& m_clock;
    DeskSettings m_settings;
    const Post m_toCore;
    const std::shared_ptr<char> m_alive = std::make_shared<char>();
    QNetworkAccessManager m_network;
    QTimer m_timer;
    int m_underWay = 0;
    bool m_looking = false;
};

} // namespace signalbox
