// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "endpoint.h"
#include "loop.h"

#include <string>
#include <string_view>

namespace signalbox::bench {

// A non-blocking TCP connection that a role (subscriber, publisher, probe) derives from. It can be opened again after
// it was closed. Callbacks come from Loop::turn; close() and reset() may be called inside them and call nothing back.
class Connection : public IoHandler
{
public:
    explicit Connection(Loop& loop);
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // False when no connection attempt could be started (no descriptor, no port).
    bool open(const Endpoint& endpoint);
    bool isOpen() const { return m_fd >= 0; }
    bool isConnected() const { return m_fd >= 0 && !m_connecting; }

    // Sends now what the socket takes and keeps the rest. A failed send shows as onClosed from the loop.
    void write(std::string_view bytes);

    void close(); // FIN
    void reset(); // RST: unread and unsent bytes are gone

protected:
    virtual void onConnected() = 0;
    virtual void onBytes(std::string_view bytes) = 0;
    virtual void onClosed() = 0; // by the other side or by an error; the connection is already closed

    Loop& loop() { return m_loop; }

private:
    void onIo(uint32_t events) final;
    bool finishConnect();
    bool flush();
    void receive();
    void lost();
    void watch();

    Loop& m_loop;
    int m_fd = -1;
    bool m_connecting = false;
    std::string m_out;
    size_t m_sent = 0;
};

} // namespace signalbox::bench
