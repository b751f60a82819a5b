// SPDX-License-Identifier: GPL-3.0-or-later
import type { Json } from './json.js';
import type { SocketLike } from './transports.js';

export type Transport = 'websocket' | 'sse' | 'polling';

/** `waiting` for the next attempt, `offline` until the browser says it is online, `failed` until retry(). */
export type FeedState = 'stopped' | 'connecting' | 'live' | 'waiting' | 'offline' | 'failed';

/** One event as `/channel/ws` and `/channel/sse` send it (docs/protocol.md). `data` is foreign: check before use. */
export interface FeedEvent {
    readonly type: string;
    readonly data: Json;
    readonly channel: string;
    readonly position: string;
    readonly id: string;
    readonly timestamp: string;
}

export interface FeedEvents {
    event: FeedEvent;
    state: { readonly state: FeedState; readonly transport: Transport | undefined; readonly code: string };
    /** A source behind the server is down; events of it come later. */
    warning: Json;
}

export interface FeedOptions {
    /** The server's address, `https://chat.example`; a path in front of its routes is kept. */
    readonly server: string;
    /** Who connects: asked again at every attempt. `session` for a guest, else a bearer's access token. */
    readonly credential: () => { readonly session: string; readonly token: string } | { readonly accessToken: string };
    /** For staff: channels beside their own. */
    readonly channels?: readonly string[];
    /** Where to go on from, after events that were handled before; without it the feed begins with a snapshot. */
    readonly position?: string;
    /**
     * Loads the state itself: at the beginning, when the history from the position is gone (`reset`), and every `pollMs`
     * while there is nothing better than polling. Events that come meanwhile are kept until it has resolved; when it
     * rejects the connection counts as lost. Without it there is no polling.
     */
    readonly snapshot?: () => Promise<void>;
    /** Gets a newer token, which `credential` then returns; false when there is none. */
    readonly refresh?: () => Promise<boolean>;
    readonly transports?: readonly Transport[] | undefined;
    readonly pollMs?: number;
    readonly WebSocket?: new (address: string) => SocketLike;
    readonly fetch?: typeof fetch;
}
