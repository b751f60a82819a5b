// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialect.h"

#include "eventtext.h"
#include "http.h"
#include "token.h"

#include <ctime>

namespace signalbox::bench {

namespace {

constexpr std::string_view kUpgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
constexpr std::string_view kEventStream = "Accept: text/event-stream\r\n";

void appendPost(std::string& out, std::string_view head, std::string_view body)
{
    out += head;
    out += "Content-Length: ";
    appendNumber(out, body.size());
    out += "\r\n\r\n";
    out += body;
}

// Signalbox itself, and barehub, which speaks the same.
class SignalboxDialect final : public Dialect
{
public:
    explicit SignalboxDialect(const Options& options)
        : m_text(options.payload)
        , m_host(options.endpoint.host)
        , m_secret(options.sessionSecret)
        , m_publishHead("POST /api/v1/publish HTTP/1.1\r\nHost: " + m_host + "\r\nAuthorization: Bearer " +
                        options.token + "\r\nContent-Type: application/json\r\n")
    {
    }

    std::string subscribeRequest(Transport transport, long dialog, std::string_view resume) const override
    {
        const std::string session = std::to_string(dialog);
        const std::string query =
            "?session=" + session + "&token=" + sessionToken(m_secret, session, std::time(nullptr));
        if (transport == Transport::WebSocket) {
            const std::string cursor = resume.empty() ? "" : "&position=" + percentEncoded(resume);
            return getRequest("/channel/ws" + query + cursor, m_host, kUpgrade);
        }
        std::string extra(kEventStream);
        if (!resume.empty())
            extra.append("Last-Event-ID: ").append(resume).append("\r\n");
        return getRequest("/channel/sse" + query, m_host, extra);
    }

    void appendPublish(std::string& out, long dialog, const EventNumbers& numbers) override
    {
        m_body = R"({"event":"chat.message","channels":["dialog:)";
        appendNumber(m_body, static_cast<uint64_t>(dialog));
        m_body += R"("],"data":)";
        m_text.append(m_body, numbers);
        m_body += '}';
        appendPost(out, m_publishHead, m_body);
    }

    Incoming read(std::string_view text, std::string_view type, long) override
    {
        Incoming incoming;
        const std::string_view position = m_position.after(text);
        incoming.position = position.substr(0, position.find('"'));
        if (m_text.read(text, incoming.numbers))
            incoming.kind = Incoming::Kind::Event;
        else
            incoming.kind = kindOf(text, type);
        return incoming;
    }

private:
    static Incoming::Kind kindOf(std::string_view text, std::string_view type)
    {
        const auto is = [&](std::string_view name) {
            const std::string field = std::string(R"("type":")").append(name);
            return type == name || text.find(field) != std::string_view::npos;
        };
        if (is("connection.established"))
            return Incoming::Kind::Established;
        if (is("reset"))
            return Incoming::Kind::Reset;
        return is("error") ? Incoming::Kind::Failure : Incoming::Kind::Other;
    }

    EventText m_text;
    FieldFinder m_position{"\"position\":\""};
    std::string m_host;
    std::string m_secret;
    std::string m_publishHead;
    std::string m_body;
};

// nginx with nchan: /sub?id= (WebSocket and EventSource), POST /pub?id=.
class NchanDialect final : public Dialect
{
public:
    explicit NchanDialect(const Options& options)
        : m_text(options.payload)
        , m_host(options.endpoint.host)
    {
    }

    std::string subscribeRequest(Transport transport, long dialog, std::string_view) const override
    {
        const auto extra = transport == Transport::WebSocket ? kUpgrade : kEventStream;
        return getRequest("/sub?id=" + std::to_string(dialog), m_host, extra);
    }

    void appendPublish(std::string& out, long dialog, const EventNumbers& numbers) override
    {
        m_head = "POST /pub?id=";
        appendNumber(m_head, static_cast<uint64_t>(dialog));
        m_head.append(" HTTP/1.1\r\nHost: ").append(m_host).append("\r\nContent-Type: application/json\r\n");
        m_body.clear();
        m_text.append(m_body, numbers);
        appendPost(out, m_head, m_body);
    }

    Incoming read(std::string_view text, std::string_view, long) override
    {
        Incoming incoming;
        if (m_text.read(text, incoming.numbers))
            incoming.kind = Incoming::Kind::Event;
        return incoming;
    }

    bool subscribedByHead() const override { return true; }

private:
    EventText m_text;
    std::string m_host;
    std::string m_head;
    std::string m_body;
};

// The Socket.IO server of socketio/: joins the room named in the query, POST /publish.
class SocketIoDialect final : public Dialect
{
public:
    explicit SocketIoDialect(const Options& options)
        : m_text(options.payload)
        , m_host(options.endpoint.host)
        , m_publishHead("POST /publish HTTP/1.1\r\nHost: " + m_host + "\r\nContent-Type: application/json\r\n")
    {
    }

    std::string subscribeRequest(Transport, long dialog, std::string_view) const override
    {
        return getRequest("/socket.io/?EIO=4&transport=websocket&room=dialog:" + std::to_string(dialog), m_host,
                          kUpgrade);
    }

    void appendPublish(std::string& out, long dialog, const EventNumbers& numbers) override
    {
        m_body = R"({"event":"chat.message","channels":["dialog:)";
        appendNumber(m_body, static_cast<uint64_t>(dialog));
        m_body += R"("],"data":)";
        m_text.append(m_body, numbers);
        m_body += '}';
        appendPost(out, m_publishHead, m_body);
    }

    Incoming read(std::string_view text, std::string_view, long) override
    {
        Incoming incoming;
        if (text.starts_with("42")) {
            if (m_text.read(text, incoming.numbers))
                incoming.kind = Incoming::Kind::Event;
        } else if (text.starts_with("40")) {
            incoming.kind = Incoming::Kind::Established;
        } else if (text.starts_with("44") || text.starts_with("41")) {
            incoming.kind = Incoming::Kind::Failure;
        } else if (text.starts_with('0')) {
            incoming.reply = "40";
        } else if (text == "2") {
            incoming.reply = "3";
        }
        return incoming;
    }

private:
    EventText m_text;
    std::string m_host;
    std::string m_publishHead;
    std::string m_body;
};

// Signalbox to a Socket.IO client: a service that joins the dialog's room once it is authenticated.
class SignalboxSocketIoDialect final : public Dialect
{
public:
    explicit SignalboxSocketIoDialect(const Options& options)
        : m_signalbox(options)
        , m_text(options.payload)
        , m_host(options.endpoint.host)
        , m_connect(R"(40{"token":")" + options.token + R"("})")
    {
    }

    std::string subscribeRequest(Transport, long, std::string_view) const override
    {
        return getRequest("/socket.io/?EIO=4&transport=websocket", m_host, kUpgrade);
    }

    void appendPublish(std::string& out, long dialog, const EventNumbers& numbers) override
    {
        m_signalbox.appendPublish(out, dialog, numbers);
    }

    Incoming read(std::string_view text, std::string_view, long dialog) override
    {
        Incoming incoming;
        if (text.starts_with(R"(42["authenticated")")) {
            m_join = R"(420["join-room",{"room":"dialog:)" + std::to_string(dialog) + R"("}])";
            incoming.reply = m_join;
        } else if (text.starts_with("42")) {
            if (m_text.read(text, incoming.numbers))
                incoming.kind = Incoming::Kind::Event;
        } else if (text.starts_with(R"(430[{"success":true)")) {
            incoming.kind = Incoming::Kind::Established;
        } else if (text.starts_with("43") || text.starts_with("44") || text.starts_with("41")) {
            incoming.kind = Incoming::Kind::Failure;
        } else if (text.starts_with('0')) {
            incoming.reply = m_connect;
        } else if (text == "2") {
            incoming.reply = "3";
        }
        return incoming;
    }

private:
    SignalboxDialect m_signalbox;
    EventText m_text;
    std::string m_host;
    std::string m_connect;
    std::string m_join;
};

} // namespace

std::unique_ptr<Dialect> Dialect::make(const Options& options)
{
    switch (options.target) {
    case Target::Nchan:
        return std::make_unique<NchanDialect>(options);
    case Target::SocketIo:
        return std::make_unique<SocketIoDialect>(options);
    case Target::SignalboxSocketIo:
        return std::make_unique<SignalboxSocketIoDialect>(options);
    case Target::Signalbox:
    case Target::Bare:
        break;
    }
    return std::make_unique<SignalboxDialect>(options);
}

} // namespace signalbox::bench
