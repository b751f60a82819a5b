// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/settingstable.h"

namespace signalbox::settingsdetail {

namespace {

using S = Settings;
constexpr int kLive = SettingRow::Reloadable;
constexpr int kMillion = 1'000'000;

template <auto Member> SettingAccess limit()
{
    return field<&S::limits, Member>();
}

std::vector<SettingRow> connectionRows()
{
    using L = LimitSettings;
    return {
        {"limits/connections", "SIGNALBOX_LIMIT_CONNECTIONS", nullptr, integer(0, 10 * kMillion), "1000", kLive,
         "connections in all; 0: bounded by file descriptors only", limit<&L::connections>()},
        {"limits/connections_per_dialog", "SIGNALBOX_LIMIT_CONNECTIONS_PER_DIALOG", nullptr, integer(0, kMillion), "50",
         kLive, "connections that listen to one dialog; 0: no limit", limit<&L::connectionsPerDialog>()},
        {"limits/connections_per_token", "SIGNALBOX_LIMIT_CONNECTIONS_PER_TOKEN", nullptr, integer(0, kMillion), "10",
         kLive, "connections opened with one token; 0: no limit", limit<&L::connectionsPerToken>()},
        {"limits/streams_per_user", "SIGNALBOX_LIMIT_STREAMS_PER_USER", nullptr, integer(0, kMillion), "5", kLive,
         "web-interface streams of one user; 0: no limit", limit<&L::streamsPerUser>()},
        {"limits/tabs_per_guest", "SIGNALBOX_LIMIT_TABS_PER_GUEST", nullptr, integer(0, kMillion), "5", kLive,
         "client tabs of one guest session; 0: no limit", limit<&L::tabsPerGuest>()},
        {"limits/operators", "SIGNALBOX_LIMIT_OPERATORS", nullptr, integer(0, kMillion), "20", kLive,
         "operators connected at once; 0: no limit", limit<&L::operators>()},
        {"limits/unidentified", "SIGNALBOX_LIMIT_UNIDENTIFIED", nullptr, integer(0, 10 * kMillion), "250", kLive,
         "Socket.IO clients that have not authenticated yet; 0: no limit", limit<&L::unidentified>()},
        {"limits/unidentified_per_address", "SIGNALBOX_LIMIT_UNIDENTIFIED_PER_ADDRESS", nullptr,
         integer(0, 10 * kMillion), "50", kLive, "the same of one address, so that none takes all places; 0: no limit",
         limit<&L::unidentifiedPerAddress>()},
        {"limits/channels", "SIGNALBOX_LIMIT_CHANNELS", nullptr, integer(1, 100 * kMillion), "1000000", 0,
         "channels with history or subscribers", limit<&L::channels>()},
        {"limits/channels_per_connection", "SIGNALBOX_LIMIT_CHANNELS_PER_CONNECTION", nullptr, integer(1, 100'000),
         "100", kLive, "channels that one connection may listen to", limit<&L::channelsPerConnection>()},
        {"limits/outbound_queue_bytes", "SIGNALBOX_LIMIT_OUTBOUND_QUEUE_BYTES", nullptr, bytes(4 * kKiB, kGiB), "1MiB",
         kLive, "bytes that wait for one slow client before the slow-client policy acts",
         limit<&L::outboundQueueBytes>()},
        {"limits/slow_client_policy", "SIGNALBOX_LIMIT_SLOW_CLIENT_POLICY", nullptr,
         choice("close|drop_oldest|conflate"), "close", kLive,
         "what happens to a client whose queue is full; conflate replaces older typing and presence events",
         limit<&L::slowClientPolicy>()},
    };
}

std::vector<SettingRow> requestRows()
{
    using L = LimitSettings;
    return {
        {"limits/request_head_bytes", "SIGNALBOX_LIMIT_REQUEST_HEAD_BYTES", nullptr, bytes(kKiB, kMiB), "16KiB", kLive,
         "request line and headers of one HTTP request", limit<&L::requestHeadBytes>()},
        {"limits/request_body_bytes", "SIGNALBOX_LIMIT_REQUEST_BODY_BYTES", nullptr, bytes(kKiB, kGiB), "1MiB", kLive,
         "body of one HTTP request", limit<&L::requestBodyBytes>()},
        {"limits/websocket_message_bytes", "SIGNALBOX_LIMIT_WEBSOCKET_MESSAGE_BYTES", nullptr, bytes(125, kGiB),
         "64KiB", kLive, "one WebSocket message of a client, all its fragments together",
         limit<&L::webSocketMessageBytes>()},
        {"limits/engineio_payload_bytes", "SIGNALBOX_LIMIT_ENGINEIO_PAYLOAD_BYTES", nullptr, bytes(kKiB, kGiB),
         "1000000", kLive, "maxPayload of Engine.IO", limit<&L::engineIoPayloadBytes>()},
        {"limits/head_timeout_seconds", "SIGNALBOX_LIMIT_HEAD_TIMEOUT_SECONDS", nullptr, seconds(10, kHour), "10",
         kLive, "time to send a request head", limit<&L::headTimeoutMs>()},
        {"limits/body_timeout_seconds", "SIGNALBOX_LIMIT_BODY_TIMEOUT_SECONDS", nullptr, seconds(10, kHour), "30",
         kLive, "time to send a request body", limit<&L::bodyTimeoutMs>()},
        {"limits/idle_timeout_seconds", "SIGNALBOX_LIMIT_IDLE_TIMEOUT_SECONDS", nullptr, seconds(10, kDay), "75", kLive,
         "how long a kept-alive connection may be idle", limit<&L::idleTimeoutMs>()},
        {"limits/requests_per_second", "SIGNALBOX_LIMIT_REQUESTS_PER_SECOND", nullptr, rate(kMillion), "100", kLive,
         "HTTP requests of one client; 0: no limit", limit<&L::requestsPerSecond>()},
        {"limits/requests_burst", "SIGNALBOX_LIMIT_REQUESTS_BURST", nullptr, integer(1, 10 * kMillion), "200", kLive,
         "requests that a client may send at once before the rate counts", limit<&L::requestsBurst>()},
        {"limits/messages_per_second", "SIGNALBOX_LIMIT_MESSAGES_PER_SECOND", nullptr, rate(kMillion), "20", kLive,
         "WebSocket messages of one connection; 0: no limit", limit<&L::messagesPerSecond>()},
        {"limits/messages_burst", "SIGNALBOX_LIMIT_MESSAGES_BURST", nullptr, integer(1, 10 * kMillion), "60", kLive,
         "messages that a connection may send at once before the rate counts", limit<&L::messagesBurst>()},
        {"limits/json_depth", "SIGNALBOX_LIMIT_JSON_DEPTH", nullptr, integer(2, 512), "32", kLive,
         "nesting of JSON from outside", limit<&L::jsonDepth>()},
        {"limits/pipelined_requests", "SIGNALBOX_LIMIT_PIPELINED_REQUESTS", nullptr, integer(1, 10'000), "32", kLive,
         "requests that one connection may send ahead of their answers", limit<&L::pipelinedRequests>()},
        {"limits/publish_batch", "SIGNALBOX_LIMIT_PUBLISH_BATCH", nullptr, integer(1, 100'000), "1000", kLive,
         "events of one batch publish", limit<&L::publishBatch>()},
        {"limits/idempotency_seconds", "SIGNALBOX_LIMIT_IDEMPOTENCY_SECONDS", nullptr, seconds(0, 30 * kDay), "86400",
         0, "how long the answer to an Idempotency-Key is kept", limit<&L::idempotencyMs>()},
        {"limits/idempotency_keys", "SIGNALBOX_LIMIT_IDEMPOTENCY_KEYS", nullptr, integer(1, 10 * kMillion), "100000", 0,
         "Idempotency-Keys kept at once, the oldest goes first", limit<&L::idempotencyKeys>()},
    };
}

std::vector<SettingRow> historyRows()
{
    using H = HistorySettings;
    return {
        {"limits/history_events", "SIGNALBOX_LIMIT_HISTORY_EVENTS", nullptr, integer(0, 10 * kMillion), "1000", 0,
         "events kept per channel for resuming clients; 0: none", field<&S::history, &H::events>()},
        {"limits/history_seconds", "SIGNALBOX_LIMIT_HISTORY_SECONDS", nullptr, seconds(kSecond, 365 * kDay), "86400", 0,
         "how long an event is kept", field<&S::history, &H::ageMs>()},
        {"limits/history_total_bytes", "SIGNALBOX_LIMIT_HISTORY_TOTAL_BYTES", nullptr, bytes(0, 1024 * kGiB), "256MiB",
         0, "memory for the history of all channels; 0: no limit", field<&S::history, &H::totalBytes>()},
    };
}

std::vector<SettingRow> heartbeatRows()
{
    using H = HeartbeatSettings;
    return {
        {"heartbeat/dialog_ping_ms", "SIGNALBOX_HEARTBEAT_DIALOG_PING_MS", nullptr, milliseconds(10, kHour), "25s",
         kLive, "__ping__ on /ws/dialogs and /ws/site/dialogs", field<&S::heartbeat, &H::dialogPingMs>()},
        {"heartbeat/pong_timeout_ms", "SIGNALBOX_HEARTBEAT_PONG_TIMEOUT_MS", nullptr, milliseconds(10, kHour), "40s",
         kLive, "wait for __pong__ before the close with 4408", field<&S::heartbeat, &H::pongTimeoutMs>()},
        {"heartbeat/channel_ping_ms", "SIGNALBOX_HEARTBEAT_CHANNEL_PING_MS", nullptr, milliseconds(10, kHour), "30s",
         kLive, "server ping on /channel/ws of guests", field<&S::heartbeat, &H::channelPingMs>()},
        {"heartbeat/staff_ping_ms", "SIGNALBOX_HEARTBEAT_STAFF_PING_MS", nullptr, milliseconds(10, kHour), "4s", kLive,
         "server ping on /channel/ws of staff; more than twice within desk/silent_seconds",
         field<&S::heartbeat, &H::staffPingMs>()},
        {"heartbeat/sse_ms", "SIGNALBOX_HEARTBEAT_SSE_MS", nullptr, milliseconds(10, kHour), "25s", kLive,
         "heartbeat of SSE answers", field<&S::heartbeat, &H::sseMs>()},
        {"heartbeat/streams_ms", "SIGNALBOX_HEARTBEAT_STREAMS_MS", nullptr, milliseconds(10, kHour), "30s", kLive,
         "heartbeat event of /api/v1/streams", field<&S::heartbeat, &H::streamsMs>()},
        {"heartbeat/source_warning_ms", "SIGNALBOX_HEARTBEAT_SOURCE_WARNING_MS", nullptr, milliseconds(10, kHour),
         "60s", kLive, "repetition of the warning event while a source is dead",
         field<&S::heartbeat, &H::sourceWarningMs>()},
        {"heartbeat/engineio_ping_ms", "SIGNALBOX_HEARTBEAT_ENGINEIO_PING_MS", nullptr, milliseconds(10, kHour), "25s",
         kLive, "pingInterval of Engine.IO", field<&S::heartbeat, &H::engineIoPingMs>()},
        {"heartbeat/engineio_pong_ms", "SIGNALBOX_HEARTBEAT_ENGINEIO_PONG_MS", nullptr, milliseconds(10, kHour), "20s",
         kLive, "pingTimeout of Engine.IO", field<&S::heartbeat, &H::engineIoPongMs>()},
    };
}

} // namespace

std::vector<SettingRow> limitRows()
{
    std::vector<SettingRow> rows = connectionRows();
    for (const std::vector<SettingRow>& part : {requestRows(), historyRows(), heartbeatRows()})
        rows.insert(rows.end(), part.begin(), part.end());
    return rows;
}

} // namespace signalbox::settingsdetail
