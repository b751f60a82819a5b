// SPDX-License-Identifier: GPL-3.0-or-later
// Where we answer otherwise on purpose (docs/decisions/0018): row → our transcript, made of the recorded one.

export const DIFFERENCES = {
    // The official server waits for its ping to time out.
    '1.6 EIO 1 over a WebSocket': { ours: (recorded) => recorded.filter((line) => line !== 'WebSocket: text "2"') },
    // The official server opens a WebSocket that was asked for as polling.
    '1.5 WebSocket upgrade error: transport polling': {
        ours: () => ['WebSocket ?EIO=4&transport=polling: 400 | text/html | close | "Bad request"'],
    },
};
